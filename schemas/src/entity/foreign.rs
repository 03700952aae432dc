//! What a bureau says of what lies in another's area and that counts all the same, as it is listed (ADR 0034).

use std::fmt;

use jiff::civil::Date;

use super::recorded::Origin;
use crate::codelist::Area;
use crate::finding::{Finding, FindingKey};
use crate::problem::Code;

/// A word on where something is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// The first day that it holds.
    pub(super) day: Date,
    /// The offset of the event that says it.
    pub(super) offset: i64,
    /// The area.
    pub(super) area: Area,
}

/// What an event says of `what` from a day on, once for each area that it touches and its bureau does not cover. It touches
/// where earlier events of the log had placed `what` before that day, and from then on: later ones can't change what it met.
pub(super) fn said(
    origin: Origin,
    day: Date,
    words: impl Iterator<Item = Word> + Clone,
    what: &str,
) -> impl Iterator<Item = (FindingKey, Finding)> {
    let earlier = words.filter(move |word| word.offset < origin.offset);
    let before =
        earlier.clone().filter(move |word| word.day < day).max_by_key(|word| (word.day, word.offset));
    let after = earlier.filter(move |word| word.day >= day);
    before
        .into_iter()
        .chain(after)
        .filter_map(move |word| found(origin, word.area, format_args!("{what} is by an earlier event")))
}

/// What is found of an event about something in `area`, where `why` says; nothing if its bureau covers that.
pub(super) fn found(origin: Origin, area: Area, why: fmt::Arguments<'_>) -> Option<(FindingKey, Finding)> {
    let Origin { offset, source, synthetic } = origin;
    if source.area.contains(area) {
        return None;
    }
    let key = FindingKey {
        area: Some(area),
        rule: Code::ForeignSource,
        report: None,
        event: offset,
        pointer: "/source".to_owned(),
    };
    let detail = format!("{source} does not cover {area}, where {why}");
    Some((key, Finding { detail, explained: None, synthetic }))
}
