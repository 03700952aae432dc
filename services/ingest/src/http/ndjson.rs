//! NDJSON of any length: answered at once, a result a line as it is known, the totals last.

use std::convert::Infallible;
use std::io::Write;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures::{FutureExt, Stream, StreamExt};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use weir_kernel::shutdown::Shutdown;

use super::Request;
use super::lines::Lines;
use crate::answer::Totals;
use crate::intake::{Incoming, Intake};
use crate::service::Service;

/// Answers at once; the records are taken in while the answer is read.
///
/// Senders often read nothing until they have sent everything, so results wait for them, up to a bound.
pub(super) fn stream(service: &Service, intake: Intake, body: Body, request: Request) -> Response {
    let (sender, results) = mpsc::channel(service.limits.ndjson_backlog.max(1));
    let lines = Lines::new(service.limits.max_record_bytes);
    let most = service.limits.ndjson_lines.max(1);
    let (patience, shutdown) = (service.limits.body_timeout, service.shutdown.clone());
    tokio::spawn(async move {
        Feed {
            pieces: body.into_data_stream(),
            piece: Bytes::new(),
            lines,
            most,
            patience,
            shutdown,
            broken: None,
            ended: false,
        }
        .answer(intake, sender)
        .await;
        request.served(StatusCode::MULTI_STATUS);
    });
    let body = Body::from_stream(ReceiverStream::new(results).map(Ok::<_, Infallible>));
    (StatusCode::MULTI_STATUS, [(CONTENT_TYPE, "application/x-ndjson")], body).into_response()
}

/// Why a stream ends before its sender wanted.
const LEAVING: &str = "the service is leaving";

/// The last line of an answer.
#[derive(Serialize)]
struct Closing {
    #[serde(flatten)]
    totals: Totals,
    /// Why the body ended early; what came after was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<String>,
}

struct Feed<S> {
    pieces: S,
    /// What is left of the last piece.
    piece: Bytes,
    lines: Lines,
    /// Most lines taken together.
    most: usize,
    /// How long the next piece may take to arrive.
    patience: Duration,
    shutdown: Shutdown,
    broken: Option<String>,
    ended: bool,
}

impl<S: Stream<Item = Result<Bytes, axum::Error>> + Unpin> Feed<S> {
    async fn answer(mut self, mut intake: Intake, sender: mpsc::Sender<Bytes>) {
        let mut totals = Totals::default();
        while let Some(records) = self.gather().await {
            // A sender who is too fast is read from no faster than it may send.
            tokio::select! {
                // What may come at once is taken in, also while the service leaves.
                biased;
                () = intake.wait_for(records.len()) => {}
                () = sender.closed() => return,
                () = self.shutdown.begun() => {
                    self.broken = Some(LEAVING.to_owned());
                    break;
                }
            }
            if let Err(gone) = intake.renew() {
                self.broken = Some(gone.to_string());
                break;
            }
            if intake.count(records.len()).is_err() {
                self.broken = Some("the key's quota of records for the day is used up".to_owned());
                break;
            }
            let results = intake.take(records).await;
            totals.add(&results);
            if sender.send(written(&results)).await.is_err() {
                // Nobody reads the answer any more, so nobody would know what became of the rest.
                return;
            }
        }
        // Who left does not need the totals.
        let _ = sender.send(written(&[Closing { totals, broken: self.broken }])).await;
    }

    /// The next lines: waits for one, then takes those that are there already. `None` at the end.
    async fn gather(&mut self) -> Option<Vec<Incoming>> {
        let mut records = Vec::new();
        while records.len() < self.most {
            // What unfolds to much without being a record must not keep others from their turn.
            tokio::task::coop::consume_budget().await;
            if let Some(record) = self.lines.next(&mut self.piece) {
                records.push(record);
                continue;
            }
            if self.ended {
                break;
            }
            let piece = if records.is_empty() {
                self.piece().await
            } else {
                match self.piece().now_or_never() {
                    Some(piece) => piece,
                    None => break,
                }
            };
            match piece {
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(why)) => {
                    // The line it broke off in is not whole, so it is not taken.
                    self.broken = Some(why);
                    self.ended = true;
                }
                None => {
                    self.ended = true;
                    records.extend(self.lines.last());
                }
            }
        }
        (!records.is_empty()).then_some(records)
    }

    /// The next piece, or why there is none although the body has not ended. Cancel-safe.
    async fn piece(&mut self) -> Option<Result<Bytes, String>> {
        tokio::select! {
            biased;
            () = self.shutdown.begun() => Some(Err(LEAVING.to_owned())),
            piece = tokio::time::timeout(self.patience, self.pieces.next()) => match piece {
                Ok(piece) => piece.map(|piece| piece.map_err(|error| error.to_string())),
                Err(_) => Some(Err(format!("nothing arrived for {:?}", self.patience))),
            },
        }
    }
}

/// Items as lines of JSON.
fn written<T: Serialize>(items: &[T]) -> Bytes {
    let mut text = Vec::new();
    for item in items {
        // Writing numbers and texts to memory does not fail.
        let _ = serde_json::to_writer(&mut text, item);
        let _ = text.write_all(b"\n");
    }
    Bytes::from(text)
}
