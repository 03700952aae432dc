//! What stays the same at a cut though it is made of other parts from then on.

use std::collections::{BTreeMap, BTreeSet};

use weir_schemas::codelist::{Area, Field};

use crate::outline::SLOTS;
use crate::strand::{Part, Said};

/// The part of the plan's area that something lies in, as far as the public sees parts of it; and its field.
pub(crate) type Within = (Option<Area>, Field);

/// Stages of one contributor that end at a cut and others that begin there, which are known to say the same together.
///
/// A figure for the year to date stays while one before it is corrected, or a unit moves and says what it said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unchanged {
    /// The numbers of the stages that end, in order.
    pub ended: Vec<usize>,
    /// The numbers of those that begin, in order.
    pub begun: Vec<usize>,
}

/// What a contributor says at a cut, and the stages that say it.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    pub(crate) said: BTreeMap<Within, Said>,
    pub(crate) stages: BTreeMap<(Within, Part), Vec<usize>>,
}

impl Standing {
    /// The numbers of all stages.
    pub(crate) fn numbers(&self) -> BTreeSet<usize> {
        self.stages.values().flatten().copied().collect()
    }

    fn says(&self, within: &Within, measure: usize, slot: usize) -> Option<u128> {
        *self.said.get(within)?.get(measure)?.get(slot)?
    }

    /// What is said in several places together, if anything is.
    fn says_in_all(&self, places: &[Within], measure: usize, slot: usize) -> Option<u128> {
        let said = places.iter().filter_map(|within| self.says(within, measure, slot));
        said.fold(None, |sum: Option<u128>, amount| Some(sum.unwrap_or(0).saturating_add(amount)))
    }

    /// The stages that enter a measure in a slot, of these places.
    fn entering(&self, places: &[Within], measure: usize, slot: usize) -> BTreeSet<usize> {
        let enters =
            |part: &Part| part.enters.iter().any(|(at, measures)| *at == slot && measures.contains(&measure));
        let entering =
            self.stages.iter().filter(|((within, part), _)| places.contains(within) && enters(part));
        entering.flat_map(|(_, numbers)| numbers).copied().collect()
    }
}

/// What is the same of so many measures at a cut as before it, though other stages say it.
pub(crate) fn unchanged(before: &Standing, now: &Standing, measures: usize) -> Vec<Unchanged> {
    let places: BTreeSet<&Within> = before.said.keys().chain(now.said.keys()).collect();
    let mut all = Vec::new();
    // A slot is told by what it adds to those before it, and the sum, which is the first of the measures, by its parts.
    for (slot, measure) in (0..SLOTS).flat_map(|slot| (0..measures).rev().map(move |measure| (slot, measure)))
    {
        let stays = |within: &Within| before.says(within, measure, slot) == now.says(within, measure, slot);
        let (same, other): (Vec<Within>, Vec<Within>) = places.iter().copied().partition(|one| stays(one));
        let [then, since] = [before, now].map(|standing| standing.says_in_all(&other, measure, slot));
        // Of places where something else is said each, a unit may have moved between them.
        let moved = then.is_some() && then == since;
        let known = same.into_iter().map(|within| vec![within]).chain(moved.then_some(other));
        for places in known {
            let [then, since] = [before, now].map(|standing| standing.entering(&places, measure, slot));
            let one = Unchanged {
                ended: then.difference(&since).copied().collect(),
                begun: since.difference(&then).copied().collect(),
            };
            all.extend(one.beyond(&all));
        }
    }
    all
}

impl Unchanged {
    /// What it says beyond others, if anything.
    fn beyond(mut self, others: &[Self]) -> Option<Self> {
        for other in others {
            let holds =
                |own: &[usize], those: &[usize]| those.iter().all(|one| own.binary_search(one).is_ok());
            if holds(&self.ended, &other.ended) && holds(&self.begun, &other.begun) {
                self.ended.retain(|one| !other.ended.contains(one));
                self.begun.retain(|one| !other.begun.contains(one));
            }
        }
        (!self.ended.is_empty() || !self.begun.is_empty()).then_some(self)
    }
}
