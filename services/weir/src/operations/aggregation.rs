//! The aggregation service, as an operator asks it.

use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use weir_aggregate::status::{RebuildStatus, Status};
use weir_kernel::settings::Secret;

use super::Args;
use crate::connection::refusal;
use crate::up::RunFile;

/// How long an answer may take: a large history is counted for it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    /// It may be there when asked again: the service is away, slow, or can't reach what it works with.
    #[error("{0:#}")]
    ForNow(anyhow::Error),
    /// Asking again would be answered the same.
    #[error("{0:#}")]
    ForGood(anyhow::Error),
}

/// An aggregation service, and the key to ask it with.
pub(super) struct Aggregation {
    client: Client,
    url: String,
    key: Secret,
}

impl Aggregation {
    /// The one that the arguments name, or that of the data folder.
    pub(super) fn of(args: &Args) -> anyhow::Result<Self> {
        if let (Some(url), Some(key)) = (&args.aggregate, &args.key) {
            return Self::at(url.clone(), key.clone(), args);
        }
        let path = RunFile::path(&args.data).display().to_string();
        let run = RunFile::read(&args.data)?.with_context(|| {
            format!("name the aggregation service and a key: there is no {path} to take them from")
        })?;
        let key = args.key.clone().or_else(|| run.keys.get("operator").map(Secret::new));
        let key = key.with_context(|| format!("{path} holds no operator's key"))?;
        Self::at(args.aggregate.clone().unwrap_or(run.aggregate), key, args)
    }

    fn at(url: String, key: Secret, args: &Args) -> anyhow::Result<Self> {
        let client = args.connection.client(&url)?.timeout(TIMEOUT).build()?;
        Ok(Self { client, url, key })
    }

    /// How far it is, with the `rows` of its tables counted or not.
    pub(super) async fn status(&self, rows: bool) -> Result<Status, NoAnswer> {
        self.ask(self.client.get(format!("{}/v1/status?rows={rows}", self.url))).await
    }

    /// Asks for a rebuild.
    pub(super) async fn rebuild(&self) -> Result<RebuildStatus, NoAnswer> {
        self.ask(self.client.post(format!("{}/v1/rebuild", self.url))).await
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, NoAnswer> {
        let at = || format!("the aggregation service at {}", self.url);
        let answer = request.bearer_auth(self.key.expose()).send().await;
        let answer = answer.map_err(|error| {
            let for_good = error.is_builder();
            let at = if error.is_connect() { format!("{}: is it running?", at()) } else { at() };
            let error = anyhow::Error::new(error).context(at);
            if for_good { NoAnswer::ForGood(error) } else { NoAnswer::ForNow(error) }
        })?;
        let status = answer.status();
        let text = answer.text().await.with_context(at).map_err(NoAnswer::ForNow)?;
        if status.is_success() {
            let read = serde_json::from_str(&text);
            return read
                .with_context(|| format!("an answer of {} is not understood", self.url))
                .map_err(NoAnswer::ForGood);
        }
        let said = anyhow!("the aggregation service at {} answered: {}", self.url, refusal(status, &text));
        Err(match status {
            StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::BAD_GATEWAY
            | StatusCode::GATEWAY_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS => NoAnswer::ForNow(said),
            _ => NoAnswer::ForGood(said),
        })
    }
}
