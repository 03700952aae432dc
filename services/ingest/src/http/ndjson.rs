//! NDJSON of any length: answered at once, a result a line as it is known, the totals last.

use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures::{FutureExt, Stream, StreamExt};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use weir_kernel::shutdown::Shutdown;

use super::encoding::{Decoded, Window};
use super::kept::kept;
use super::lines::Lines;
use super::{FULL, Request};
use crate::answer::Totals;
use crate::intake::{Incoming, Intake};
use crate::limits::Limits;
use crate::memory::{Held, Memory};
use crate::service::Service;

/// Answers at once; the records are taken in while the answer is read.
///
/// Senders often read nothing until they have sent everything, so results wait for them, up to a bound.
pub(super) fn stream(service: &Service, intake: Intake, body: Decoded, request: Request) -> Response {
    let (sender, results) = mpsc::channel(service.limits.ndjson_backlog.max(1));
    let limits = Arc::clone(&service.limits);
    let between = limits.max_body_bytes.max(2 * limits.max_record_bytes);
    let lines = Lines::new(limits.max_record_bytes, between);
    let (memory, shutdown) = (intake.share.memory.clone(), service.shutdown.clone());
    let Decoded { body, window } = body;
    let patience = limits.body_timeout;
    let request = Arc::new(request);
    let served = Arc::clone(&request);
    tokio::spawn(async move {
        let closing = Feed {
            pieces: body.into_data_stream(),
            piece: Bytes::new(),
            lines,
            between,
            limits,
            memory,
            shutdown,
            broken: None,
            ended: false,
        }
        .answer(intake, window, &sender)
        .await;
        served.served(StatusCode::MULTI_STATUS);
        if let Some(closing) = closing {
            // Who left does not need the totals. The place is kept with them.
            let _ = tokio::time::timeout(patience, sender.send(kept(closing, served))).await;
        }
    });
    // And with what lies there unread.
    let results = ReceiverStream::new(results).map(move |answers| {
        let _place = &request;
        Ok::<_, Infallible>(answers)
    });
    let body = Body::from_stream(results);
    (StatusCode::MULTI_STATUS, [(CONTENT_TYPE, "application/x-ndjson")], body).into_response()
}

/// Why a stream ends before its sender wanted.
const LEAVING: &str = "the service is leaving";

/// Why a stream ends after a word on a round that the log did not take.
const UNSAID: &str = "what was said of a round is not in the log; what comes after it is to be sent after it";

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
    /// How much may come without a record.
    between: usize,
    limits: Arc<Limits>,
    memory: Memory,
    shutdown: Shutdown,
    broken: Option<String>,
    ended: bool,
}

impl<S: Stream<Item = Result<Bytes, axum::Error>> + Unpin> Feed<S> {
    /// Takes in what comes and hands on the answers; the last line of them, unless nobody reads any more.
    async fn answer(
        mut self,
        mut intake: Intake,
        window: Window,
        sender: &mpsc::Sender<Bytes>,
    ) -> Option<Vec<u8>> {
        let mut totals = Totals::default();
        // What the decoder keeps is kept for long: before any of it is.
        let memory = self.memory.clone();
        let _window = tokio::select! {
            held = self.room(memory.wait_for_spare(window.whole())) => held,
            () = sender.closed() => return None,
        };
        while let Some((records, mut held)) = self.gather().await {
            // A sender who is too fast is read from no faster than it may send.
            tokio::select! {
                // What may come at once is taken in, also while the service leaves.
                biased;
                () = intake.wait_for(records.len()) => {}
                () = sender.closed() => return None,
                () = self.shutdown.begun() => {
                    self.broken = Some(LEAVING.to_owned());
                    break;
                }
            }
            if let Err(why) = let_in(&mut intake, records.len()) {
                intake.put_back(records.len());
                self.broken = Some(why);
                break;
            }
            let results = intake.take(records, &mut held).await;
            intake.let_go();
            totals.add(&results);
            let answers = written(&results);
            held.shrink(answers.len(), 0);
            let sending = sender.send(kept(answers, held));
            if !matches!(tokio::time::timeout(self.limits.body_timeout, sending).await, Ok(Ok(()))) {
                // Nobody reads the answer any more, or nobody has for long: nobody would know what became of the rest.
                return None;
            }
            if intake.is_unsaid() {
                self.broken = Some(UNSAID.to_owned());
                break;
            }
        }
        Some(written(&[Closing { totals, broken: self.broken.take() }]))
    }

    /// The next lines and the room that they take: waits for one, then takes those that are there already. `None` at the end.
    async fn gather(&mut self) -> Option<(Vec<Incoming>, Held)> {
        let most = self.limits.together(self.limits.ndjson_lines.max(1));
        let most_bytes = self.limits.ndjson_bytes;
        let (mut records, mut bytes, mut held) = (Vec::new(), 0, None);
        while records.len() < most && (bytes < most_bytes || records.is_empty()) {
            // What unfolds to much without being a record must not keep others from their turn.
            tokio::task::coop::consume_budget().await;
            if let Some(record) = self.lines.next(&mut self.piece) {
                bytes += record.bytes.len();
                records.push(record);
                if held.is_none() {
                    held = Some(self.room_for(most_bytes, most).await?);
                }
                continue;
            }
            if self.lines.is_endless() && !self.ended {
                self.broken = Some(format!("no record ended within {} bytes", self.between));
                self.ended = true;
                records.extend(self.lines.last());
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
        if records.is_empty() {
            return None;
        }
        let mut held = match held {
            Some(held) => held,
            None => self.room_for(bytes, records.len()).await?,
        };
        held.shrink(bytes, records.len());
        Some((records, held))
    }

    /// Room for so many bytes and records.
    async fn room_for(&mut self, bytes: usize, records: usize) -> Option<Held> {
        let memory = self.memory.clone();
        self.room(memory.wait(bytes, records)).await
    }

    /// Room that is waited for; where there is none for long, or the service leaves, the body is not read on.
    async fn room(&mut self, waiting: impl Future<Output = Held>) -> Option<Held> {
        let why = tokio::select! {
            biased;
            held = waiting => return Some(held),
            () = self.shutdown.begun() => LEAVING,
            () = tokio::time::sleep(self.limits.body_timeout) => FULL,
        };
        self.broken = Some(why.to_owned());
        self.ended = true;
        None
    }

    /// The next piece, or why there is none although the body has not ended. Cancel-safe.
    async fn piece(&mut self) -> Option<Result<Bytes, String>> {
        tokio::select! {
            biased;
            () = self.shutdown.begun() => Some(Err(LEAVING.to_owned())),
            piece = tokio::time::timeout(self.limits.body_timeout, self.pieces.next()) => match piece {
                Ok(piece) => piece.map(|piece| piece.map_err(|error| error.to_string())),
                Err(_) => Some(Err(format!("nothing arrived for {:?}", self.limits.body_timeout))),
            },
        }
    }
}

/// Whether so many records more are let in by the key, its quota and what is heard of rounds.
fn let_in(intake: &mut Intake, records: usize) -> Result<(), String> {
    intake.renew().map_err(|gone| gone.to_string())?;
    if !intake.hears_of_rounds() {
        return Err("the log can't be read for now".to_owned());
    }
    intake.count(records).map_err(|_| "the key's quota of records for the day is used up".to_owned())
}

/// Items as lines of JSON.
fn written<T: Serialize>(items: &[T]) -> Vec<u8> {
    let mut text = Vec::new();
    for item in items {
        // Writing numbers and texts to memory does not fail.
        let _ = serde_json::to_writer(&mut text, item);
        let _ = text.write_all(b"\n");
    }
    text
}
