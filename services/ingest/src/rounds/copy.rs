//! The copies of what bureaus said of rounds.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::value::RawValue;
use weir_kernel::log::{Headers, NewRecord, Position, Record};
use weir_schemas::event::Event;
use weir_schemas::rounds::Rounds;

/// The header that says which offset the event has in its partition of the log: the copies may lie in another order.
const OFFSET: &str = "offset";

/// What a copy holds of an event.
const COPIED: [&str; 7] = ["specversion", "id", "source", "type", "subject", "time", "data"];

/// The record for [`ROUNDS`](weir_kernel::topics::ROUNDS) of an event that the log holds at a position; none of one that says nothing of rounds.
pub fn copy(event: &Event, value: &Bytes, position: Position) -> Option<NewRecord> {
    Rounds::concerned_by(event).then(|| NewRecord {
        key: event.subject.clone(),
        headers: Headers::from([(OFFSET.to_owned(), Bytes::from(position.offset.to_string()))]),
        value: short(value),
    })
}

/// An event without the attributes that nobody reads: they may fill a record to the last byte, and the log must hold every copy.
fn short(value: &Bytes) -> Bytes {
    let members: Result<BTreeMap<String, &RawValue>, _> = serde_json::from_slice(value);
    let short = members.and_then(|mut members| {
        members.retain(|name, _| COPIED.contains(&name.as_str()));
        serde_json::to_vec(&members)
    });
    short.map_or_else(|_| value.clone(), Bytes::from)
}

/// The event that a record is the copy of, and its offset in the log.
pub(super) fn original(record: &Record) -> Option<(Event, i64)> {
    let offset = record.headers.iter().find(|(name, _)| name == OFFSET)?;
    let offset = std::str::from_utf8(&offset.1).ok()?.parse().ok()?;
    Some((Event::from_slice(&record.value).ok()?, offset))
}
