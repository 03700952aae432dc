//! Which events count: of an identity the first, and none that was voided (docs/measures.md §1, events).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use weir_schemas::event::{Data, Event, Source};

/// An event in the log.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its offset in the partition of its subject.
    pub offset: i64,
    /// Its recorded time: no smaller than that of the record before it in its partition.
    pub recorded: Timestamp,
    /// The event.
    pub event: Event,
}

/// Of one subject's events, in the order of the log, those that count as of a moment.
///
/// A void counts whatever is said of it later: voids are final. It may come before what it voids.
pub(crate) fn counting(events: &[Placed], moment: Timestamp) -> Vec<&Placed> {
    let mut recorded: Vec<&Placed> =
        events.iter().filter(|placed| placed.recorded.as_millisecond() <= moment.as_millisecond()).collect();
    recorded.sort_by_key(|placed| placed.offset);

    let mut first: HashMap<(Source, &str), i64> = HashMap::new();
    for placed in &recorded {
        first.entry((placed.event.source, &placed.event.id)).or_insert(placed.offset);
    }
    recorded
        .retain(|placed| first.get(&(placed.event.source, placed.event.id.as_str())) == Some(&placed.offset));

    let voided: HashSet<(Source, &str)> = recorded
        .iter()
        .filter_map(|placed| match &placed.event.data {
            Data::EventVoided(void) => Some((void.voided_source, void.voided_id.as_str())),
            _ => None,
        })
        .collect();
    recorded.retain(|placed| !voided.contains(&(placed.event.source, placed.event.id.as_str())));
    recorded
}
