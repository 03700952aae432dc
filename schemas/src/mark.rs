//! Marks: which cells a batch of events may have changed, told by the fold to the sum on `weir.dirty`.

use serde::{Deserialize, Serialize};

use crate::cell::Series;
use crate::period::Slot;

/// The cells of a series between two slots may have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The series.
    pub series: Series,
    /// The first slot.
    pub from: Slot,
    /// The last slot.
    pub to: Slot,
}

/// A record of `weir.dirty`: what one batch touched of the series that lie in the record's partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The generation that wrote it; others pass it over.
    pub generation: String,
    /// The partition of the events that were folded.
    pub folded: i32,
    /// What may have changed.
    pub touched: Touched,
}

/// What may have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touched {
    /// These.
    Series(Vec<Mark>),
    /// Any series of the partition: said by a fold that is far behind, so that a backlog is summed once. When it
    /// has caught up it says something else, to every partition.
    All,
}

/// Slots, as ranges that neither meet nor overlap, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotRanges(Vec<(Slot, Slot)>);

impl SlotRanges {
    /// Takes in the slots from `from` to `to`, both included.
    pub fn insert(&mut self, mut from: Slot, mut to: Slot) {
        let begin = self.0.partition_point(|(_, last)| last.next() < from);
        let end = self.0.partition_point(|(first, _)| *first <= to.next());
        for (first, last) in self.0.get(begin..end).into_iter().flatten() {
            from = from.min(*first);
            to = to.max(*last);
        }
        self.0.splice(begin..end.max(begin), [(from, to)]);
    }

    /// The ranges, in order.
    pub fn ranges(&self) -> impl Iterator<Item = (Slot, Slot)> + '_ {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn slot(number: u32) -> Slot {
        // Thirteen a year.
        Slot::from_number((2020 + number / 13) * 100 + number % 13 + 1).unwrap()
    }

    proptest! {
        #[test]
        fn ranges_hold_what_was_put_in_and_stay_apart(put in prop::collection::vec((0_u32..60, 0_u32..6), 0..12)) {
            let (mut ranges, mut slots) = (SlotRanges::default(), BTreeSet::new());
            for (from, length) in put {
                ranges.insert(slot(from), slot(from + length));
                slots.extend((from..=from + length).map(slot));
            }
            let held: Vec<Slot> = ranges.ranges().flat_map(|(from, to)| from.through(to)).collect();
            prop_assert_eq!(held, slots.into_iter().collect::<Vec<_>>());
            let all: Vec<_> = ranges.ranges().collect();
            prop_assert!(all.windows(2).all(|two| two[0].1.next() < two[1].0), "{:?}", all);
        }
    }
}
