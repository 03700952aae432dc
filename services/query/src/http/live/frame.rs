//! Server-sent events as they go over the wire. A frame is written once and shared by all who are sent it, so it is bytes and not
//! axum's own event, which each reader would write anew.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::json;

use super::position::{COMPLETE, Position};

/// Bytes of a stream, and how many observations they hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    pub(super) bytes: Bytes,
    pub(super) events: u64,
}

/// A comment: the stream is there, and reflects this moment.
pub(super) fn comment(at: Timestamp) -> Bytes {
    Bytes::from(format!(": as of {at:.3}\n\n"))
}

/// An event without an id: the reader's place stays what it is.
pub(super) fn notice(event: &str, reason: &str) -> Bytes {
    Bytes::from(format!("event: {event}\ndata: {}\n\n", json!({ "reason": reason })))
}

/// Observations of one moment, by their index in the stream and in its order. With the last the reader has all of the moment.
pub(super) fn observations(at: Timestamp, sender: u8, shown: &[(u16, Arc<str>)]) -> Frame {
    let mut text = String::new();
    for (place, (figure, data)) in shown.iter().enumerate() {
        let figure = if place + 1 == shown.len() { COMPLETE } else { *figure };
        let id = Position { at, figure, sender };
        let _ = write!(text, "id: {id}\nevent: observation\ndata: {data}\n\n");
    }
    Frame { bytes: text.into(), events: shown.len() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_server_sent_events() {
        let at = "2026-11-28T07:00:00.123Z".parse().unwrap();
        let shown = [(0, Arc::from("{\"a\":1}")), (4, Arc::from("{\"a\":2}"))];
        let frame = observations(at, 7, &shown);
        assert_eq!(
            std::str::from_utf8(&frame.bytes).unwrap(),
            "id: 2026-11-28T07:00:00.123000007Z\nevent: observation\ndata: {\"a\":1}\n\n\
             id: 2026-11-28T07:00:00.123999907Z\nevent: observation\ndata: {\"a\":2}\n\n"
        );
        assert_eq!(frame.events, 2);
        assert_eq!(comment(at), ": as of 2026-11-28T07:00:00.123Z\n\n");
        assert_eq!(
            notice("dropped", "too \"slow\""),
            "event: dropped\ndata: {\"reason\":\"too \\\"slow\\\"\"}\n\n"
        );
    }
}
