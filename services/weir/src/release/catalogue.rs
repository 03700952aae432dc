//! The releases that the query service knows of.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use weir_kernel::settings::Secret;

use crate::connection::{ConnectionArgs, refusal};
use crate::up::RunFile;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait before a question is put again that nobody answered.
const AGAIN: Duration = Duration::from_secs(1);

/// Where releases are asked about, where that is not said: the system on this machine
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct QueryArgs {
    /// The query service [default: the one of run.json]
    #[arg(long, env = "WEIR_QUERY_URL", value_name = "URL")]
    query: Option<String>,
    /// A key to ask it with; the public's is enough [default: the public's of run.json]
    #[arg(long, env = "WEIR_QUERY_KEY", value_name = "KEY", hide_env_values = true)]
    query_key: Option<Secret>,
}

/// How far a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Cut,
    Waiting,
    Refused,
}

/// A release, as `/v1/releases` tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Release {
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) number: Option<u32>,
    /// The moment that it is of.
    pub(super) cut: Timestamp,
    pub(super) note: Option<String>,
    pub(super) protected: Option<u64>,
    pub(super) suppressed: Option<u64>,
    pub(super) synthetic: Option<bool>,
    pub(super) reason: Option<String>,
}

#[derive(Deserialize)]
struct List {
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Plan {
    area: String,
}

/// Why there is no answer.
enum NoAnswer {
    /// There may be one when it is asked for again.
    ForNow(anyhow::Error),
    /// Asking again would be answered the same.
    ForGood(anyhow::Error),
}

/// The query service, asked with patience: it may be away for a while.
pub(super) struct Catalogue {
    client: Client,
    url: String,
    key: Secret,
}

impl Catalogue {
    /// The one that the arguments name, or that of the data folder.
    pub(super) fn of(args: &QueryArgs, data: &Path, connection: &ConnectionArgs) -> anyhow::Result<Self> {
        if let (Some(url), Some(key)) = (&args.query, &args.query_key) {
            return Self::at(url, key.clone(), connection);
        }
        let path = RunFile::path(data).display().to_string();
        let run = RunFile::read(data)?.with_context(|| {
            format!(
                "name the query service (--query) and a key (--query-key): there is no {path} to take them from"
            )
        })?;
        let key = args.query_key.clone().or_else(|| run.keys.get("public").map(Secret::new));
        let key = key.with_context(|| format!("{path} holds no key of the public"))?;
        Self::at(args.query.as_ref().unwrap_or(&run.query), key, connection)
    }

    pub(super) fn at(url: &str, key: Secret, connection: &ConnectionArgs) -> anyhow::Result<Self> {
        let client = connection.client(url)?.timeout(TIMEOUT).build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned(), key })
    }

    /// All releases, what was asked for last first.
    ///
    /// # Errors
    /// When the service refuses.
    pub(super) async fn releases(&self) -> anyhow::Result<Vec<Release>> {
        Ok(self.patiently::<List>("/v1/releases").await?.releases)
    }

    /// What was asked for under a name: at most one of them is not refused.
    ///
    /// # Errors
    /// When the service refuses.
    pub(super) async fn named(&self, name: &str) -> anyhow::Result<Vec<Release>> {
        Ok(self.releases().await?.into_iter().filter(|release| release.name == name).collect())
    }

    /// The area of the plan that is answered by.
    ///
    /// # Errors
    /// When the service refuses.
    pub(super) async fn area(&self) -> anyhow::Result<String> {
        Ok(self.patiently::<Plan>("/v1/plan").await?.area)
    }

    /// The answer to a question, put again until there is one.
    async fn patiently<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let mut told = false;
        loop {
            match self.ask(path).await {
                Ok(answer) => return Ok(answer),
                Err(NoAnswer::ForGood(why)) => return Err(why),
                Err(NoAnswer::ForNow(why)) => {
                    if !told {
                        eprintln!("weir: {why:#}; asking again");
                        told = true;
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, NoAnswer> {
        let url = format!("{}{path}", self.url);
        let at = || format!("the query service at {}", self.url);
        let answer = self.client.get(url).bearer_auth(self.key.expose()).send().await;
        let answer = answer.map_err(|error| {
            let for_good = error.is_builder();
            let error = anyhow::Error::new(error).context(at());
            if for_good { NoAnswer::ForGood(error) } else { NoAnswer::ForNow(error) }
        })?;
        let status = answer.status();
        let text = answer.text().await.with_context(at).map_err(NoAnswer::ForNow)?;
        match status {
            StatusCode::OK => serde_json::from_str(&text)
                .with_context(|| format!("the answer to {path} is not understood"))
                .map_err(NoAnswer::ForGood),
            StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::BAD_GATEWAY
            | StatusCode::GATEWAY_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS => {
                Err(NoAnswer::ForNow(anyhow!("the query service answered: {}", refusal(status, &text))))
            }
            _ => {
                let said = refusal(status, &text);
                Err(NoAnswer::ForGood(anyhow!("the query service answered {path}: {said}")))
            }
        }
    }
}
