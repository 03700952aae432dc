//! What one contributor says in one place through a year, taken apart into parts that are not below zero.

use std::collections::BTreeMap;

use crate::group::Relation;
use crate::outline::SLOTS;

/// What is said of each measure of a group in each slot of a year; nothing is not zero.
pub(crate) type Said = Vec<[Option<u128>; SLOTS]>;

/// A part: it stands in some slots, in some measures of the group in each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    /// Slots from 0, each with the measures by their place in the group.
    pub(crate) enters: Vec<(usize, Vec<usize>)>,
    pub(crate) amount: u128,
}

/// Numbers that run through the slots of a year, and the measures that they enter.
struct Strand {
    values: [Option<u128>; SLOTS],
    measures: [Vec<usize>; SLOTS],
}

/// The parts that make up what is said.
pub(crate) fn parts(said: &Said, relation: Relation) -> Vec<Part> {
    let strands = match relation {
        Relation::Sum if adds_up(said) => {
            (1..said.len()).map(|part| strand(said, &[part], Some(0))).collect()
        }
        Relation::Same if is_same(said) => {
            vec![strand(said, &(0..said.len()).collect::<Vec<_>>(), None)]
        }
        _ => (0..said.len()).map(|one| strand(said, &[one], None)).collect::<Vec<_>>(),
    };
    strands.iter().flat_map(chain).collect()
}

/// The strand of measures that say the same, which also enters their sum.
fn strand(said: &Said, measures: &[usize], sum: Option<usize>) -> Strand {
    let at = |measure: usize, slot: usize| {
        said.get(measure).and_then(|values| values.get(slot)).copied().flatten()
    };
    Strand {
        values: std::array::from_fn(|slot| measures.iter().find_map(|measure| at(*measure, slot))),
        measures: std::array::from_fn(|slot| {
            let own = measures.iter().copied().filter(|measure| at(*measure, slot).is_some());
            sum.into_iter().chain(own).collect()
        }),
    }
}

/// Whether in each slot the first is the sum of the others, which are all there or none is.
fn adds_up(said: &Said) -> bool {
    (0..SLOTS).all(|slot| {
        let values: Vec<Option<u128>> = said.iter().map(|values| values[slot]).collect();
        let Some((sum, parts)) = values.split_first() else { return false };
        match parts.iter().copied().collect::<Option<Vec<u128>>>() {
            Some(parts) => *sum == parts.into_iter().try_fold(0_u128, u128::checked_add),
            None => values.iter().all(Option::is_none),
        }
    })
}

/// Whether in each slot all that is said is the same.
fn is_same(said: &Said) -> bool {
    (0..SLOTS).all(|slot| {
        let mut values = said.iter().filter_map(|values| values[slot]);
        values.next().is_none_or(|first| values.all(|other| other == first))
    })
}

/// Of numbers that mostly grow, each with what it adds to the one before it. One that is less than the one before begins anew.
fn chain(strand: &Strand) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut open: Vec<(usize, u128)> = Vec::new();
    let close = |open: &mut Vec<(usize, u128)>, until: usize, parts: &mut Vec<Part>| {
        for (from, amount) in open.drain(..) {
            let enters = (from..until).map(|slot| (slot, strand.measures[slot].clone())).collect();
            parts.push(Part { enters, amount });
        }
    };
    for slot in 0..SLOTS {
        let sum: u128 = open.iter().map(|(_, amount)| *amount).sum();
        match strand.values[slot] {
            Some(value) if !open.is_empty() && value >= sum => {
                if value > sum {
                    open.push((slot, value - sum));
                }
            }
            value => {
                close(&mut open, slot, &mut parts);
                open.extend(value.map(|value| (slot, value)));
            }
        }
    }
    close(&mut open, SLOTS, &mut parts);
    parts
}

/// What parts say of each measure in each slot: the opposite of taking apart.
#[cfg(test)]
fn together(parts: &[Part], measures: usize) -> Said {
    let mut said = vec![[None; SLOTS]; measures];
    for part in parts {
        for (slot, entered) in &part.enters {
            for measure in entered {
                *said[*measure][*slot].get_or_insert(0) += part.amount;
            }
        }
    }
    said
}

/// Parts by what they enter.
pub(crate) fn counted(parts: Vec<Part>) -> BTreeMap<Part, usize> {
    let mut counted = BTreeMap::new();
    for part in parts {
        *counted.entry(part).or_default() += 1;
    }
    counted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = [Option<u128>; SLOTS]> {
        proptest::array::uniform13(proptest::option::weighted(0.8, 0_u128..5))
    }

    fn revenue() -> impl Strategy<Value = Said> {
        // The same in three measures, of which each holds in some slots.
        (values(), proptest::collection::vec(proptest::array::uniform13(any::<bool>()), 3)).prop_map(
            |(values, held)| {
                let of =
                    |held: &[bool; SLOTS]| std::array::from_fn(|slot| values[slot].filter(|_| held[slot]));
                held.iter().map(of).collect()
            },
        )
    }

    fn research() -> impl Strategy<Value = Said> {
        proptest::collection::vec(values(), 3).prop_map(|parts| {
            let all = |slot: usize| parts.iter().map(|part| part[slot]).collect::<Option<Vec<u128>>>();
            let sum = std::array::from_fn(|slot| all(slot).map(|values| values.into_iter().sum()));
            let parts = parts
                .iter()
                .map(|part| std::array::from_fn(|slot| part[slot].filter(|_| sum[slot].is_some())));
            std::iter::once(sum).chain(parts.collect::<Vec<_>>()).collect()
        })
    }

    proptest! {
        #[test]
        fn parts_say_what_was_said(same in revenue(), sum in research(), any in proptest::collection::vec(values(), 4)) {
            for relation in [Relation::Same, Relation::Sum] {
                for said in [&same, &sum, &any] {
                    let parts = parts(said, relation);
                    prop_assert_eq!(&together(&parts, said.len()), said);
                }
            }
        }

        #[test]
        fn what_is_shared_is_said_once(same in revenue(), sum in research()) {
            let entered = |parts: &[Part], slot: usize| {
                let of = |part: &&Part| part.enters.iter().any(|(at, measures)| *at == slot && !measures.is_empty());
                parts.iter().filter(of).map(|part| part.amount).sum::<u128>()
            };
            let shared = parts(&same, Relation::Same);
            let research = parts(&sum, Relation::Sum);
            for slot in 0..SLOTS {
                prop_assert_eq!(entered(&shared, slot), same.iter().find_map(|values| values[slot]).unwrap_or(0));
                prop_assert_eq!(entered(&research, slot), sum[0][slot].unwrap_or(0));
            }
        }
    }
}
