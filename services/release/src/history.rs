//! A table made of what contributors say.

use std::collections::{BTreeMap, BTreeSet};

use weir_schemas::codelist::{Area, Field};
use weir_schemas::plan::Plan;

use crate::group::Group;
use crate::outline::{Outline, Place, SLOTS, at};
use crate::strand::{Part, Said, counted, parts};
use crate::table::{Stage, Table};
use crate::word::Word;

/// The part of the plan's area that something lies in, as far as the public sees parts of it; and its field.
type Within = (Option<Area>, Field);

/// The table of a group of measures in a year, of these words and no others.
pub fn table(plan: &Plan, group: &Group, year: i16, outline: &Outline, words: &[&Word]) -> Table {
    let mut by_contributor: BTreeMap<&str, Vec<&Word>> = BTreeMap::new();
    for word in words {
        by_contributor.entry(&word.contributor).or_default().push(word);
    }
    let making = Making { plan, group, year, outline };
    let contributors = by_contributor.into_values().map(|words| making.stages(&words)).collect();
    Table::new(outline.positions.clone(), contributors)
}

/// What a table is made for.
struct Making<'a> {
    plan: &'a Plan,
    group: &'a Group,
    year: i16,
    outline: &'a Outline,
}

impl Making<'_> {
    /// The stages of one contributor: its parts, each for as long as it stands unchanged.
    fn stages(&self, words: &[&Word]) -> Vec<Stage> {
        let turns: BTreeSet<usize> =
            words.iter().flat_map(|word| std::iter::once(word.since).chain(word.until)).collect();
        let mut stages: Vec<Stage> = Vec::new();
        let mut open: BTreeMap<(Within, Part), Vec<usize>> = BTreeMap::new();
        for cut in turns {
            let standing: Vec<&Word> = words.iter().copied().filter(|word| word.stands_at(cut)).collect();
            let mut next: BTreeMap<(Within, Part), Vec<usize>> = BTreeMap::new();
            for (within, part, times) in self.parts(&standing) {
                let mut same = open.remove(&(within, part.clone())).unwrap_or_default();
                for ended in same.drain(times.min(same.len())..) {
                    end(&mut stages, ended, cut);
                }
                while same.len() < times {
                    same.push(stages.len());
                    let cells = self.cells(within, &part);
                    stages.push(Stage { from: cut, until: None, cells, amount: part.amount });
                }
                next.insert((within, part), same);
            }
            for ended in std::mem::replace(&mut open, next).into_values().flatten() {
                end(&mut stages, ended, cut);
            }
        }
        stages
    }

    /// What is said in each place, in parts, with how often each is there.
    fn parts(&self, words: &[&Word]) -> Vec<(Within, Part, usize)> {
        let mut places: BTreeMap<Within, Said> = BTreeMap::new();
        for word in words {
            let area = self.plan.area.children().find(|area| area.contains(word.area));
            let Some(measure) = self.group.measures.iter().position(|one| *one == word.measure) else {
                continue;
            };
            let said = places
                .entry((area, word.field))
                .or_insert_with(|| vec![[None; SLOTS]; self.group.measures.len()]);
            let slots = (0..SLOTS).filter(|slot| (word.from..=word.to).contains(&at(self.year, *slot)));
            for slot in slots {
                if let Some(value) = said.get_mut(measure).and_then(|values| values.get_mut(slot)) {
                    *value = Some(value.unwrap_or(0).saturating_add(word.amount));
                }
            }
        }
        let of = |(within, said): (Within, Said)| {
            let parts = counted(parts(&said, self.group.relation));
            parts.into_iter().map(move |(part, times)| (within, part, times))
        };
        places.into_iter().flat_map(of).collect()
    }

    /// The cells that a part enters, in order.
    fn cells(&self, (area, field): Within, part: &Part) -> Vec<usize> {
        let mut cells = BTreeSet::new();
        for (slot, measures) in &part.enters {
            let slot = at(self.year, *slot);
            for measure in measures.iter().filter_map(|place| self.group.measures.get(*place)) {
                let whole = [(self.plan.area, Field::Total), (self.plan.area, field)];
                for (area, field) in whole.into_iter().chain(area.map(|area| (area, Field::Total))) {
                    let place = Place { measure: *measure, area, field, slot };
                    cells.extend(self.outline.numbers.get(&place));
                }
            }
        }
        cells.into_iter().collect()
    }
}

fn end(stages: &mut [Stage], number: usize, cut: usize) {
    if let Some(stage) = stages.get_mut(number) {
        stage.until = Some(cut);
    }
}
