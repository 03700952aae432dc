//! `weir explain`: asks the query service for an explanation and prints it for people.

mod args;
mod printed;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use weir_kernel::settings::Secret;

pub(crate) use self::args::Args;
use crate::connection::refusal;
use crate::up::RunFile;

/// How long an explanation may take: it sums the past several times.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Prints the explanation of a figure.
///
/// # Errors
/// When the query service can't be reached, or refuses; its word is shown.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (url, key) = whom(&args)?;
    let client = args.connection.client(&url)?.timeout(TIMEOUT).build()?;
    let path = format!("{}/v1/indicators/{}/explain", url.trim_end_matches('/'), args.indicator);
    // One page: an answer has a limit of its own, and says so.
    let mut query = vec![("period", args.period.clone()), ("field", args.field.clone())];
    query.extend(args.area.clone().map(|area| ("area", area)));
    query.extend(args.as_of.clone().map(|as_of| ("as_of", as_of)));
    if args.events > 0 {
        query.push(("limit", args.events.to_string()));
    }
    let response = client.get(&path).query(&query).bearer_auth(key.expose()).send().await;
    let response = response.with_context(|| format!("the query service at {url}"))?;
    let as_of =
        response.headers().get("weir-as-of").and_then(|at| at.to_str().ok()).unwrap_or("?").to_owned();
    let (status, body) = (response.status(), response.text().await);
    let body = body.with_context(|| format!("the answer to {path}"))?;
    if !status.is_success() {
        bail!("{}", refusal(status, &body));
    }
    let answer: Value = serde_json::from_str(&body).with_context(|| format!("the answer to {path}"))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&answer)?);
    } else {
        print!("{}", printed::text(&answer, &as_of, args.events > 0));
    }
    Ok(ExitCode::SUCCESS)
}

/// The service and the key: those that are named, else those of the system on this machine.
fn whom(args: &Args) -> anyhow::Result<(String, Secret)> {
    if let (Some(url), Some(key)) = (&args.query, &args.key) {
        return Ok((url.clone(), key.clone()));
    }
    let run = RunFile::read(&args.data)?.with_context(|| {
        format!("no system has run in {}: say --query and --key, or --data", args.data.display())
    })?;
    let key = match &args.key {
        Some(key) => key.clone(),
        None => Secret::new(run.keys.get("official").context("run.json has no official's key")?),
    };
    Ok((args.query.clone().unwrap_or(run.query), key))
}
