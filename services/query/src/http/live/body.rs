//! The body of a stream: what is sent to one reader until they leave, are dropped, are let no longer, or the service leaves.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::stream;
use jiff::Timestamp;
use tokio::sync::mpsc;
use weir_kernel::keys::Caller;
use weir_schemas::codelist::Area;
use weir_schemas::figure::Audience;

use super::frame::{Frame, comment, notice};
use super::streams::{Joined, Seat};
use crate::http::App;
use crate::http::access::Access;

/// What a dropped reader is told.
const DROPPED: &str = "the stream was not read as fast as figures change, or the service lost its place: come back with the last id";
/// What readers are told when the service leaves.
const LEAVING: &str = "the service is leaving: come back with the last id";

/// Who reads a stream.
pub(super) struct Reading {
    pub(super) app: Arc<App>,
    /// Who they are; none where figures are open.
    pub(super) caller: Option<Caller>,
    /// As whom they read.
    pub(super) audience: Audience,
    /// What they were let to follow.
    pub(super) areas: Vec<Area>,
}

struct Following {
    reading: Reading,
    /// Their place, until the stream ends.
    _seat: Seat,
    frames: mpsc::Receiver<Frame>,
    /// What is to be sent at once.
    first: VecDeque<Bytes>,
    over: bool,
}

/// The body of a reader's stream. `told` is said before all else.
pub(super) fn body(reading: Reading, joined: Joined, told: Option<Bytes>) -> Body {
    let Joined { seat, first, frames, at } = joined;
    reading.app.streams.metrics.sent.inc_by(first.events);
    let first = [Some(comment(at)), told, Some(first.bytes)].into_iter().flatten();
    let first = first.filter(|bytes| !bytes.is_empty()).collect();
    let following = Following { reading, _seat: seat, frames, first, over: false };
    Body::from_stream(stream::unfold(following, |mut following| async move {
        let bytes = following.next().await?;
        Some((Ok::<_, Infallible>(bytes), following))
    }))
}

impl Following {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(bytes) = self.first.pop_front() {
            return Some(bytes);
        }
        if self.over {
            return None;
        }
        let streams = Arc::clone(&self.reading.app.streams);
        let quiet = tokio::time::sleep(self.reading.patience());
        let frame = tokio::select! {
            biased;
            () = streams.shutdown.begun() => return Some(self.end("leaving", LEAVING)),
            frame = self.frames.recv() => frame,
            () = quiet => return Some(match self.reading.still() {
                Ok(()) => comment(streams.sent().unwrap_or_else(Timestamp::now)),
                Err(gone) => self.end("gone", &gone),
            }),
        };
        // The board has counted who is dropped.
        let Some(frame) = frame else {
            self.over = true;
            return Some(notice("dropped", DROPPED));
        };
        if let Err(gone) = self.reading.still() {
            return Some(self.end("gone", &gone));
        }
        streams.metrics.sent.inc_by(frame.events);
        Some(frame.bytes)
    }

    fn end(&mut self, why: &'static str, reason: &str) -> Bytes {
        self.over = true;
        self.reading.app.streams.metrics.ended(why);
        notice("ended", reason)
    }
}

impl Reading {
    /// Whether they are let still.
    fn still(&self) -> Result<(), String> {
        let Some(caller) = &self.caller else { return Ok(()) };
        let now = self.app.keys.still(caller, Timestamp::now()).map_err(|gone| gone.to_string())?;
        let access = Access::of(Some(&now));
        if access.audience() != self.audience || access.covers(&self.areas).is_err() {
            return Err("the key does not let its holder follow this any more".to_owned());
        }
        Ok(())
    }

    /// How long the stream may be silent: until the heartbeat, or until a token expires.
    fn patience(&self) -> Duration {
        let heartbeat = self.app.settings.live_heartbeat;
        let until = self.caller.as_ref().and_then(|caller| caller.until);
        let left = until.and_then(|until| Duration::try_from(until.duration_since(Timestamp::now())).ok());
        // A token holds through its last millisecond.
        left.map_or(heartbeat, |left| heartbeat.min(left + Duration::from_millis(1)))
    }
}
