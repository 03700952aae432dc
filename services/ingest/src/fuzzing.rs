//! The decoders of requests, for fuzz targets alone: no promise is made of them.

#![allow(missing_docs, clippy::missing_errors_doc)]

use axum::http::HeaderMap;
use bytes::Bytes;
use jiff::Timestamp;
use weir_kernel::keys::{Key, KeyHash, Role};
use weir_schemas::event::Event;
use weir_schemas::problem::Problem;

use crate::admission;
use crate::http::{batch, binary, lines::Lines};
use crate::rounds::Rounds;

/// A line of NDJSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub index: usize,
    pub line: usize,
    pub bytes: Bytes,
    pub too_long: bool,
}

/// The lines of a body that comes in pieces, and whether it was broken off.
pub fn lines(pieces: &[&[u8]], most: usize, most_between: usize) -> (Vec<Line>, bool) {
    let mut lines = Lines::new(most, most_between);
    let mut read = Vec::new();
    for piece in pieces {
        let mut piece = Bytes::copy_from_slice(piece);
        while let Some(line) = lines.next(&mut piece) {
            read.push(line);
        }
        if lines.is_endless() {
            break;
        }
    }
    let is_endless = lines.is_endless();
    read.extend(lines.last());
    let line = |line: crate::intake::Incoming| Line {
        index: line.index,
        line: line.line.unwrap_or_default(),
        bytes: line.bytes,
        too_long: line.too_long,
    };
    (read.into_iter().map(line).collect(), is_endless)
}

/// The elements of a batch.
pub fn elements(bytes: &[u8], most: usize) -> Option<Vec<&str>> {
    let elements = batch::elements(bytes, most).ok()?;
    Some(elements.into_iter().map(serde_json::value::RawValue::get).collect())
}

/// The structured form of an event in binary mode.
pub fn structured(headers: &HeaderMap, body: &[u8]) -> Option<Bytes> {
    binary::structured(headers, &Bytes::copy_from_slice(body)).ok()
}

/// Checks a record of a sender who may send anything.
pub fn admit(bytes: &[u8], now: Timestamp) -> Result<(Event, Bytes), Vec<Problem>> {
    let key = Key::new("k", Role::Bureau, KeyHash::of(""));
    let admitted =
        admission::admit(bytes, &key, &Rounds::default(), now).map_err(|refused| refused.problems)?;
    Ok((admitted.event, admitted.value))
}
