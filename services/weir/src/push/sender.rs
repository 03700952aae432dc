//! Sends lines in one request, and those again that were not durable.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::anyhow;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use weir_ingest::{Outcome, RecordResult};
use weir_kernel::settings::Secret;

use super::patience::Patience;
use crate::connection::{ConnectionArgs, refusal};

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

/// What came of sending lines.
#[derive(Debug)]
pub(super) struct Sent {
    /// What became of them, by line number: of all, or of those up to the first that could not be made durable.
    pub(super) results: Vec<(u64, RecordResult)>,
    /// Why that could not be.
    pub(super) failed: Option<anyhow::Error>,
}

/// A connection to the ingestion service.
pub(crate) struct Sender {
    client: Client,
    url: String,
    key: Secret,
    tries: u32,
}

impl Sender {
    /// A sender that tries so often, at least once.
    pub(super) fn new(
        to: &str,
        key: Secret,
        patience: &Patience,
        connection: &ConnectionArgs,
    ) -> anyhow::Result<Self> {
        let Patience { tries, connect_timeout, silence_timeout } = *patience;
        let client = connection.client(to)?.connect_timeout(connect_timeout).read_timeout(silence_timeout);
        let url = format!("{}/v1/events", to.trim_end_matches('/'));
        Ok(Self { client: client.build()?, url, key, tries })
    }

    /// Where it sends.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What tells the key apart from others.
    pub(super) fn key_hash(&self) -> [u8; 32] {
        Sha256::digest(self.key.expose()).into()
    }

    /// Sends lines until each is accepted, found to be a duplicate or rejected, or the service does not take them, or it has tried often
    /// enough.
    pub(super) async fn send(&self, mut lines: Vec<Line>) -> Sent {
        let (mut results, mut tries): (Vec<(u64, RecordResult)>, _) = (Vec::new(), 0);
        let failed = loop {
            let Tried { answers, wait, error } = match self.post(&lines).await {
                Ok(tried) => tried,
                Err(refused) => break Some(refused),
            };
            let mut again = Vec::new();
            let answers: HashMap<usize, RecordResult> =
                answers.into_iter().map(|answer| (answer.index, answer)).collect();
            for (index, line) in lines.into_iter().enumerate() {
                match answers.get(&index) {
                    Some(answer) if answer.outcome != Outcome::Retry => {
                        results.push((line.number, answer.clone()));
                    }
                    _ => again.push(line),
                }
            }
            lines = again;
            if lines.is_empty() {
                break None;
            }
            tries += 1;
            if tries >= self.tries {
                let gave_up = format!(
                    "{} lines could not be made durable; send the file again, what is there already changes nothing",
                    lines.len()
                );
                break Some(match error {
                    Some(error) => error.context(gave_up),
                    None => anyhow!(gave_up),
                });
            }
            tokio::time::sleep(wait).await;
        };
        // What comes after a line that is not settled is sent again with it.
        if let Some(open) = lines.iter().map(|line| line.number).min() {
            results.retain(|(number, _)| *number < open);
        }
        Sent { results, failed }
    }

    /// Sends lines once. What was not answered is to be sent again, whatever the reason.
    async fn post(&self, lines: &[Line]) -> anyhow::Result<Tried> {
        let body = lines.iter().map(|line| line.text.as_slice()).collect::<Vec<_>>().join(&b'\n');
        let request = self.client.post(&self.url).bearer_auth(self.key.expose());
        let sent = request.header(CONTENT_TYPE, "application/x-ndjson").body(body).send().await;
        let response = match sent {
            Ok(response) => response,
            Err(error) => {
                let error = anyhow::Error::new(error).context(format!("no answer at {}", self.url));
                return Ok(Tried { answers: Vec::new(), wait: WAIT, error: Some(error) });
            }
        };
        let wait = retry_after(&response);
        let status = response.status();
        if status == StatusCode::MULTI_STATUS {
            let (answers, broken) = read(response).await;
            let error = broken.map(|why| why.context(format!("the answer of {} broke off", self.url)));
            return Ok(Tried { answers, wait, error });
        }
        let error = match response.text().await {
            Ok(body) => anyhow!("{} answered: {}", self.url, refusal(status, &body)),
            Err(broken) => anyhow::Error::new(broken).context(format!("{} answered {status}", self.url)),
        };
        match status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                Ok(Tried { answers: Vec::new(), wait, error: Some(error) })
            }
            _ => Err(error),
        }
    }
}

/// What came of sending lines once.
struct Tried {
    answers: Vec<RecordResult>,
    /// How long to wait before sending the rest again.
    wait: Duration,
    /// Why there was no answer, or not all of it.
    error: Option<anyhow::Error>,
}

/// What ends an answer: besides the totals, which the records have said, why the service did not read on.
#[derive(Deserialize)]
struct Closing {
    broken: Option<String>,
}

/// The records answered, and why no others were; an answer that breaks off leaves the rest unanswered.
async fn read(mut response: Response) -> (Vec<RecordResult>, Option<anyhow::Error>) {
    let mut body = Vec::new();
    let unread = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break None,
            Err(error) => break Some(error.into()),
        }
    };
    let lines = || body.split(|byte| *byte == b'\n');
    let answers = lines().filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let broken = lines().filter_map(|line| serde_json::from_slice::<Closing>(line).ok()?.broken).next_back();
    (answers, broken.map(anyhow::Error::msg).or(unread))
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(WAIT, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn line() -> Vec<Line> {
        vec![Line { number: 7, text: b"{}".to_vec() }]
    }

    #[tokio::test]
    async fn nobody_there_fails_only_after_all_tries() {
        // A port that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let sender = Sender::new(
            &format!("http://{address}/"),
            Secret::new("k"),
            &Patience::of(1),
            &ConnectionArgs::default(),
        )
        .unwrap();
        let error = format!("{:#}", sender.send(line()).await.failed.unwrap());
        assert!(error.contains("1 lines could not be made durable"), "{error}");
        assert!(error.contains(&format!("no answer at http://{address}/v1/events")), "{error}");
    }

    #[tokio::test]
    async fn why_the_service_took_no_more_is_told() {
        for (answer, why) in [
            (
                "207 Multi-Status\r\nconnection: close\r\n\r\n{\"accepted\":0,\"broken\":\"the quota is used up\"}\n",
                "broke off: the quota is used up",
            ),
            (
                "207 Multi-Status\r\ncontent-length: 99\r\n\r\n{\"index\":",
                "broke off: error decoding response body: request or response body error: error reading a body",
            ),
            (
                "503 Service Unavailable\r\nconnection: close\r\n\r\nthe log is away",
                "503 Service Unavailable: the log is away",
            ),
            (
                "503 Service Unavailable\r\ncontent-length: 99\r\n\r\nthe log",
                "answered 503 Service Unavailable: error decoding",
            ),
            (
                "429 Too Many Requests\r\nconnection: close\r\n\r\n{\"title\":\"Too Many Requests\",\"status\":429,\"code\":\"quota-used-up\",\"detail\":\"nothing is left\"}",
                "/v1/events answered: nothing is left (429 Too Many Requests, quota-used-up)",
            ),
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let serve = async {
                let (mut stream, _) = listener.accept().await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await.unwrap();
            };
            let sender =
                Sender::new(&url, Secret::new("k"), &Patience::of(1), &ConnectionArgs::default()).unwrap();
            let (sent, ()) = tokio::join!(sender.send(line()), serve);
            let error = format!("{:#}", sent.failed.unwrap());
            assert!(error.contains("1 lines could not be made durable") && error.contains(why), "{error}");
        }
    }

    #[tokio::test]
    async fn a_silent_service_is_given_up_after_the_time_that_is_set() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let patience = Patience { silence_timeout: Duration::from_millis(1), ..Patience::of(1) };
        let sender = Sender::new(&url, Secret::new("k"), &patience, &ConnectionArgs::default()).unwrap();
        // The connection is made by the listener alone: nobody ever answers.
        let error = format!("{:#}", sender.send(line()).await.failed.unwrap());
        assert!(error.contains("no answer at") && error.contains("timed out"), "{error}");
    }

    #[tokio::test]
    async fn the_last_try_counts_too() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serve = async {
            for body in [r#"{"index":0,"outcome":"retry"}"#, r#"{"index":0,"line":1,"outcome":"accepted"}"#] {
                let (mut stream, _) = listener.accept().await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                let answer = format!(
                    "HTTP/1.1 207 Multi-Status\r\nretry-after: 0\r\nconnection: close\r\n\r\n{body}\n{{\"accepted\":1}}\n"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        };
        let sender =
            Sender::new(&url, Secret::new("k"), &Patience::of(2), &ConnectionArgs::default()).unwrap();
        let (results, ()) = tokio::join!(sender.send(line()), serve);
        let results = results.results;
        assert_eq!((results[0].0, results[0].1.outcome), (7, Outcome::Accepted));
    }

    #[tokio::test]
    async fn what_was_settled_before_a_line_that_was_not_is_told() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            let [one, three] = [0, 2].map(|index| format!(r#"{{"index":{index},"outcome":"accepted"}}"#));
            let head = "HTTP/1.1 207 Multi-Status\r\nconnection: close\r\n\r\n";
            stream.write_all(format!("{head}{one}\n{three}\n").as_bytes()).await.unwrap();
        };
        let sender =
            Sender::new(&url, Secret::new("k"), &Patience::of(1), &ConnectionArgs::default()).unwrap();
        let lines = (7..10).map(|number| Line { number, text: b"{}".to_vec() }).collect();
        let (sent, ()) = tokio::join!(sender.send(lines), serve);
        assert_eq!(sent.results.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [7]);
        assert!(sent.failed.unwrap().to_string().contains("1 lines could not be made durable"));
    }
}
