//! Which events count: of an identity the first, and none that was voided (docs/measures.md §1, events).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use weir_schemas::event::{Data, Event, Source};

/// An event at its place in the log.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its offset in the partition of its subject.
    pub offset: i64,
    /// The event.
    pub event: Event,
}

/// How far the records of a partition go that were recorded up to a moment, to the millisecond.
///
/// The recorded time of a record is what its event carries, else when it was appended, and never less than that of the
/// record before it.
#[derive(Debug, Clone)]
pub struct Cut {
    moment: Timestamp,
    latest: Timestamp,
}

impl Cut {
    /// A cut at the moment.
    pub const fn at(moment: Timestamp) -> Self {
        Self { moment, latest: Timestamp::MIN }
    }

    /// Whether the next record of the partition lies before the cut.
    pub fn takes(&mut self, recorded: Timestamp) -> bool {
        self.latest = self.latest.max(recorded);
        self.latest.as_millisecond() <= self.moment.as_millisecond()
    }
}

/// Of one subject's events those that count, in the order of the log.
///
/// A void counts whatever is said of it later: voids are final. It may come before what it voids.
pub(crate) fn counting(events: &[Placed]) -> Vec<&Placed> {
    let mut counting: Vec<&Placed> = events.iter().collect();
    counting.sort_by_key(|placed| placed.offset);

    let mut first: HashMap<(Source, &str), i64> = HashMap::new();
    for placed in &counting {
        first.entry((placed.event.source, &placed.event.id)).or_insert(placed.offset);
    }
    counting
        .retain(|placed| first.get(&(placed.event.source, placed.event.id.as_str())) == Some(&placed.offset));

    let voided: HashSet<(Source, &str)> = counting
        .iter()
        .filter_map(|placed| match &placed.event.data {
            Data::EventVoided(void) => Some((void.voided_source, void.voided_id.as_str())),
            _ => None,
        })
        .collect();
    counting.retain(|placed| !voided.contains(&(placed.event.source, placed.event.id.as_str())));
    counting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_recorded_time_steps_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut cut = Cut::at(at("2022-01-01T00:00:00Z"));
        assert!(cut.takes(at("2021-12-31T00:00:00Z")));
        assert!(cut.takes(at("2022-01-01T00:00:00.0009Z")), "milliseconds are all that is told apart");
        assert!(!cut.takes(at("2022-01-01T00:00:00.001Z")));
        assert!(!cut.takes(at("2021-12-31T00:00:00Z")), "it comes after one that lies behind the cut");
    }
}
