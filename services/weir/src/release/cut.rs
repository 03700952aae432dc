//! `weir release cut`: sends the event that asks for a release, and waits for what becomes of it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{bail, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::catalogue::{Catalogue, QueryArgs, Release, Status};
use super::printed;
use crate::progress;
use crate::push::{Target, Totals, push_lines};

/// How often to look what became of it.
const LOOK: Duration = Duration::from_millis(500);

/// Ask for a release, and wait until it is cut or refused
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The name that the release is to have
    #[arg(value_name = "NAME")]
    name: String,
    /// The moment whose figures are released, a time or a date, which means its end in China: the events recorded up to it count
    /// [default: that of a release of this name that waits to be cut, else now]
    #[arg(long, value_name = "TIME", value_parser = crate::cli::moment)]
    at: Option<Timestamp>,
    /// What there is to say of it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The ingestion service [default: the one of run.json]
    #[arg(long, env = "WEIR_INGEST_URL", value_name = "URL")]
    ingest: Option<String>,
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    target: Target,
}

/// Asks for the release. Success is that it is cut.
pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let now = Timestamp::now();
    let given = args.at.map(|at| moment(at, now)).transpose()?;
    let sender = args.target.sender(args.ingest.as_deref())?;
    let catalogue = Catalogue::of(&args.query, args.target.data(), args.target.connection())?;
    let at = match given {
        Some(at) => at,
        None => waiting(&catalogue, &args.name).await?.map_or_else(|| moment(now, now), Ok)?,
    };
    let wanted = Wanted { name: args.name, at, note: args.note };
    if wanted.found(&catalogue).await?.is_none() {
        let event = wanted.event(&catalogue.area().await?);
        let mut totals = Totals::default();
        let lines = std::iter::once((1, event.to_string().into_bytes()));
        push_lines(&sender, "the event", lines, &mut totals).await?;
        if totals.exit_code() != ExitCode::SUCCESS {
            return Ok(totals.exit_code());
        }
    }
    let waiting = progress::waiting("the release is being cut");
    let release = wanted.outcome(&catalogue).await;
    waiting.finish_and_clear();
    let release = release?;
    ensure!(release.status == Status::Cut, "{}", printed::line(&release));
    println!("{}", printed::line(&release));
    Ok(ExitCode::SUCCESS)
}

/// The moment of a release, to the millisecond, as the log records events.
fn moment(at: Timestamp, now: Timestamp) -> anyhow::Result<Timestamp> {
    ensure!(
        at <= now,
        "--at {at} is in the future: a release is of what is recorded already, and it is {now:.0}"
    );
    Ok(Timestamp::from_millisecond(at.as_millisecond())?)
}

/// The moment of the release of a name that waits to be cut: whoever asked for it may have been broken off, and asks again.
async fn waiting(catalogue: &Catalogue, name: &str) -> anyhow::Result<Option<Timestamp>> {
    let waiting = |release: &Release| release.status == Status::Waiting;
    Ok(catalogue.named(name).await?.into_iter().find(waiting).map(|release| release.cut))
}

/// What is asked for.
struct Wanted {
    name: String,
    at: Timestamp,
    note: Option<String>,
}

impl Wanted {
    /// The event that asks for it, of the bureau of the plan's area. Sent twice it is the same event.
    fn event(&self, area: &str) -> Value {
        let at = format!("{:.3}", self.at);
        let mut data = json!({"name": self.name, "cut": at});
        if let Some(note) = &self.note {
            data["note"] = json!(note);
        }
        json!({
            "specversion": "1.0",
            "type": "weir.release.cut.v1",
            "source": format!("/bureaus/{area}"),
            "subject": self.name,
            "id": format!("cut-{at}"),
            "time": at,
            "datacontenttype": "application/json",
            "data": data,
        })
    }

    /// What is known of it, if it was asked for.
    ///
    /// # Errors
    /// When a release of the name was asked for as of another moment and not refused, or the service refuses.
    async fn found(&self, catalogue: &Catalogue) -> anyhow::Result<Option<Release>> {
        let named = catalogue.named(&self.name).await?;
        if let Some(release) = named.iter().find(|release| release.cut == self.at) {
            return Ok(Some(release.clone()));
        }
        // What was refused may be asked for again, as of another moment.
        match named.iter().find(|release| release.status != Status::Refused) {
            Some(release) => bail!("there is a release of this name: {}", printed::line(release)),
            None => Ok(None),
        }
    }

    /// What became of it, once that is known.
    ///
    /// # Errors
    /// As [`found`](Self::found).
    async fn outcome(&self, catalogue: &Catalogue) -> anyhow::Result<Release> {
        loop {
            if let Some(release) = self.found(catalogue).await?
                && release.status != Status::Waiting
            {
                return Ok(release);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

#[cfg(test)]
mod tests;
