//! Equations between stages: what readers know of parts besides the numbers that were shown.

use std::collections::BTreeMap;

use crate::table::{Stage, Table};
use crate::turn::Unchanged;

/// When a part stands, and which cells it enters.
pub(crate) type Place<'a> = (usize, Option<usize>, &'a [usize]);

fn place(stage: &Stage) -> Place<'_> {
    (stage.from, stage.until, &stage.cells)
}

/// Stages of one contributor that are known to say the same, each by itself: a part that goes on but enters other cells from some cut on.
#[derive(Debug, Default)]
pub(crate) struct Course<'a> {
    /// Their numbers.
    pub(crate) stages: Vec<usize>,
    /// Their places, in order.
    pub(crate) places: Vec<Place<'a>>,
    /// What each of them says.
    pub(crate) amount: u128,
    /// The equations that it is part of, by their numbers in order: with 1 where it ends, and -1 where it begins.
    pub(crate) terms: Vec<(usize, i8)>,
}

/// What makes equations of several contributors alike, so that they may be added up: the places of what ends and of what begins, and which
/// of a contributor's own such equations it is.
type Like<'a> = ([Vec<Place<'a>>; 2], usize);

/// The courses of all stages, by contributor.
pub(crate) fn courses(table: &Table) -> Vec<Vec<Course<'_>>> {
    let mut numbers: BTreeMap<Like<'_>, usize> = BTreeMap::new();
    let none = Vec::new();
    let known = table.unchanged().iter().chain(std::iter::repeat(&none));
    let all = table.contributors().iter().zip(known);
    all.map(|(stages, unchanged)| of_one(stages, unchanged, &mut numbers)).collect()
}

fn of_one<'a>(
    stages: &'a [Stage],
    unchanged: &[Unchanged],
    numbers: &mut BTreeMap<Like<'a>, usize>,
) -> Vec<Course<'a>> {
    // Of each stage the first of its course.
    let mut first: Vec<usize> = (0..stages.len()).collect();
    for one in unchanged {
        if let ([ended], [begun]) = (&one.ended[..], &one.begun[..]) {
            let [one, other] = [*ended, *begun].map(|stage| first.get(stage).copied().unwrap_or(stage));
            first
                .iter_mut()
                .filter(|first| **first == one.max(other))
                .for_each(|first| *first = one.min(other));
        }
    }
    let mut courses: BTreeMap<usize, Course<'a>> = BTreeMap::new();
    for (number, (stage, first)) in stages.iter().zip(&first).enumerate() {
        let course = courses.entry(*first).or_default();
        course.stages.push(number);
        course.places.push(place(stage));
        course.amount = stage.amount;
    }
    let mut times: BTreeMap<[Vec<Place<'_>>; 2], usize> = BTreeMap::new();
    for one in unchanged.iter().filter(|one| one.ended.len() != 1 || one.begun.len() != 1) {
        let sides = [&one.ended, &one.begun];
        let places = sides.map(|side| {
            let mut places: Vec<_> = side.iter().filter_map(|stage| stages.get(*stage)).map(place).collect();
            places.sort_unstable();
            places
        });
        let time = times.entry(places.clone()).and_modify(|time| *time += 1).or_default();
        let next = numbers.len();
        let number = *numbers.entry((places, *time)).or_insert(next);
        for (side, sign) in sides.into_iter().zip([1, -1]) {
            for stage in side {
                if let Some(course) = first.get(*stage).and_then(|first| courses.get_mut(first)) {
                    course.terms.push((number, sign));
                }
            }
        }
    }
    let mut courses: Vec<Course<'a>> = courses.into_values().collect();
    for course in &mut courses {
        course.places.sort_unstable();
        course.terms.sort_unstable();
    }
    courses
}
