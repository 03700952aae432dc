//! The aggregation service, as an operator asks it.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use weir_aggregate::status::{RebuildStatus, Status};
use weir_kernel::settings::Secret;

use super::Args;
use crate::up::RunFile;

/// How long an answer may take: a large history is counted for it.
const TIMEOUT: Duration = Duration::from_secs(60);

/// An aggregation service, and the key to ask it with.
pub(super) struct Aggregation {
    client: Client,
    url: String,
    key: Secret,
}

impl Aggregation {
    /// The one that the arguments name, or that of the data folder.
    pub(super) fn of(args: &Args) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(TIMEOUT).build()?;
        if let (Some(url), Some(key)) = (&args.aggregate, &args.key) {
            return Ok(Self { client, url: url.clone(), key: key.clone() });
        }
        let path = RunFile::path(&args.data).display().to_string();
        let run = RunFile::read(&args.data)?.with_context(|| {
            format!("name the aggregation service and a key: there is no {path} to take them from")
        })?;
        let key = args.key.clone().or_else(|| run.keys.get("operator").map(Secret::new));
        let key = key.with_context(|| format!("{path} holds no operator's key"))?;
        Ok(Self { client, url: args.aggregate.clone().unwrap_or(run.aggregate), key })
    }

    /// How far it is, with the `rows` of its tables counted or not.
    pub(super) async fn status(&self, rows: bool) -> anyhow::Result<Status> {
        self.ask(self.client.get(format!("{}/v1/status?rows={rows}", self.url))).await
    }

    /// Asks for a rebuild.
    pub(super) async fn rebuild(&self) -> anyhow::Result<RebuildStatus> {
        self.ask(self.client.post(format!("{}/v1/rebuild", self.url))).await
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        let answer = request.bearer_auth(self.key.expose()).send().await;
        let answer = answer.with_context(|| format!("the aggregation service at {}", self.url))?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("the aggregation service answered {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("an answer of {} is not understood", self.url))
    }
}
