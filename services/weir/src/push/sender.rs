//! Sends lines in one request, and those again that were not durable.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use weir_kernel::settings::Secret;

use super::answer::{Outcome, RecordResult};

/// How often lines are sent before giving up.
const TRIES: u32 = 8;

/// The wait between tries where the service names none.
const WAIT: Duration = Duration::from_secs(1);

/// A line of a file.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Its bytes.
    pub(super) text: Vec<u8>,
}

/// A connection to the ingestion service.
pub(crate) struct Sender {
    client: Client,
    url: String,
    key: Secret,
}

impl Sender {
    pub(super) fn new(to: &str, key: Secret) -> Self {
        Self { client: Client::new(), url: format!("{}/v1/events", to.trim_end_matches('/')), key }
    }

    /// Sends lines until each is accepted, found to be a duplicate or rejected; by line number.
    pub(super) async fn send(&self, mut lines: Vec<Line>) -> anyhow::Result<Vec<(u64, RecordResult)>> {
        let mut results = Vec::new();
        for _ in 0..TRIES {
            if lines.is_empty() {
                return Ok(results);
            }
            let (answers, wait) = self.post(&lines).await?;
            let mut again = Vec::new();
            for (index, line) in lines.into_iter().enumerate() {
                match answers.iter().find(|answer| answer.index == index) {
                    Some(answer) if answer.outcome != Outcome::Retry => {
                        results.push((line.number, answer.clone()));
                    }
                    _ => again.push(line),
                }
            }
            lines = again;
            if !lines.is_empty() {
                tokio::time::sleep(wait).await;
            }
        }
        bail!(
            "{} lines could not be made durable; send the file again, what is there already changes nothing",
            lines.len()
        )
    }

    async fn post(&self, lines: &[Line]) -> anyhow::Result<(Vec<RecordResult>, Duration)> {
        let body = lines.iter().map(|line| line.text.as_slice()).collect::<Vec<_>>().join(&b'\n');
        let request = self.client.post(&self.url).bearer_auth(self.key.expose());
        let sent = request.header(CONTENT_TYPE, "application/x-ndjson").body(body).send().await;
        let response = match sent {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                return Err(error).with_context(|| format!("no answer at {}", self.url));
            }
            // The connection broke: what was not answered is sent again.
            Err(_) => return Ok((Vec::new(), WAIT)),
        };
        let wait = retry_after(&response);
        match response.status() {
            StatusCode::MULTI_STATUS => Ok((read(response).await, wait)),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Ok((Vec::new(), wait)),
            status => bail!("{} answered {status}: {}", self.url, response.text().await.unwrap_or_default()),
        }
    }
}

/// The records answered; an answer that breaks off leaves the rest unanswered.
async fn read(mut response: Response) -> Vec<RecordResult> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
    }
    let lines = body.split(|byte| *byte == b'\n');
    // The totals, last, are no record: what is in them the records have said.
    lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(WAIT, Duration::from_secs)
}
