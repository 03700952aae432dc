//! A table made of what contributors say.

use std::collections::{BTreeMap, BTreeSet};

use weir_schemas::codelist::Field;
use weir_schemas::plan::Plan;

use crate::group::Group;
use crate::outline::{Outline, Place, SLOTS, at};
use crate::strand::{Part, Said, counted, parts};
use crate::table::{Stage, Table};
use crate::turn::{Standing, Unchanged, Within, unchanged};
use crate::word::Word;

/// The table of a group of measures in a year, of these words and no others.
pub fn table(plan: &Plan, group: &Group, year: i16, outline: &Outline, words: &[&Word]) -> Table {
    let mut by_contributor: BTreeMap<&str, Vec<&Word>> = BTreeMap::new();
    for word in words {
        by_contributor.entry(&word.contributor).or_default().push(word);
    }
    let making = Making { plan, group, year, outline };
    let (contributors, unchanged) = by_contributor.into_values().map(|words| making.stages(&words)).unzip();
    Table::new(outline.positions.clone(), contributors).knowing(unchanged)
}

/// What a table is made for.
struct Making<'a> {
    plan: &'a Plan,
    group: &'a Group,
    year: i16,
    outline: &'a Outline,
}

impl Making<'_> {
    /// The stages of one contributor, its parts, each for as long as it stands unchanged; and what stays the same where they change.
    fn stages(&self, words: &[&Word]) -> (Vec<Stage>, Vec<Unchanged>) {
        let turns: BTreeSet<usize> =
            words.iter().flat_map(|word| std::iter::once(word.since).chain(word.until)).collect();
        let (mut stages, mut same) = (Vec::<Stage>::new(), Vec::new());
        let mut before = Standing::default();
        for cut in turns {
            let standing: Vec<&Word> = words.iter().copied().filter(|word| word.stands_at(cut)).collect();
            let mut now = Standing { said: self.said(&standing), ..Standing::default() };
            for (within, part, times) in self.parts(&now.said) {
                let mut numbers = before.stages.get(&(within, part.clone())).cloned().unwrap_or_default();
                numbers.truncate(times);
                while numbers.len() < times {
                    numbers.push(stages.len());
                    let cells = self.cells(within, &part);
                    stages.push(Stage { from: cut, until: None, cells, amount: part.amount });
                }
                now.stages.insert((within, part), numbers);
            }
            for ended in before.numbers().difference(&now.numbers()) {
                if let Some(stage) = stages.get_mut(*ended) {
                    stage.until = Some(cut);
                }
            }
            same.extend(unchanged(&before, &now, self.group.measures.len()));
            before = now;
        }
        (stages, same)
    }

    /// What is said in each place.
    fn said(&self, words: &[&Word]) -> BTreeMap<Within, Said> {
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
        places
    }

    /// The same in parts, with how often each is there.
    fn parts(&self, said: &BTreeMap<Within, Said>) -> Vec<(Within, Part, usize)> {
        let of = |(within, said): (&Within, &Said)| {
            let (within, parts) = (*within, counted(parts(said, self.group.relation)));
            parts.into_iter().map(move |(part, times)| (within, part, times))
        };
        said.iter().flat_map(of).collect()
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use weir_schemas::codelist::Area;
    use weir_schemas::period::Slot;
    use weir_schemas::plan::SICHUAN_14;

    use super::*;
    use crate::atom::Atoms;
    use crate::group::groups;
    use crate::perturbation::Row;
    use crate::table::Form;

    const YEAR: i16 = 2024;
    const CUTS: usize = 3;

    /// What some unit says of a measure of revenue in a month, somewhere; for a while.
    fn word(measures: Vec<usize>) -> impl Strategy<Value = Word> {
        let said = (0_usize..3, proptest::sample::select(measures), 1_i8..7, 0_u128..3);
        let place = (0_usize..3, 0_usize..2);
        let stands = (0..CUTS, proptest::option::of(1..CUTS));
        (said, place, stands).prop_map(|((unit, measure, month, amount), (area, field), (since, length))| {
            Word {
                contributor: format!("unit {unit}").into(),
                measure,
                area: Area::from_u32([510_104, 510_105, 510_704][area]).unwrap(),
                field: [Field::F01, Field::F02][field],
                from: Slot::month(YEAR, month),
                to: Slot::month(YEAR, month),
                amount: amount * 10,
                since,
                until: length.map(|length| since + length).filter(|until| *until < CUTS),
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_known_of_parts_is_true(
            measure in proptest::sample::select(vec!["contract_turnover", "industrial_revenue", "rd_internal"]),
            seed in proptest::collection::vec(word(vec![0, 1, 2, 3]), 0..30),
        ) {
            let plan = Plan::parse(SICHUAN_14).unwrap();
            let number = plan.measures.iter().position(|one| &*one.id == measure).unwrap();
            let group = groups(&plan).into_iter().find(|group| group.measures.contains(&number)).unwrap();
            let of = |word: Word| Word { measure: group.measures[word.measure % group.measures.len()], ..word };
            let words: Vec<Word> = seed.into_iter().map(of).collect();
            let outline = Outline::of(&plan, &group, YEAR, date(YEAR, 12, 31));
            let table = table(&plan, &group, YEAR, &outline, &words.iter().collect::<Vec<_>>());
            for (stages, unchanged) in table.contributors().iter().zip(table.unchanged()) {
                let says = |stages_of: &[usize]| stages_of.iter().map(|one| stages[*one].amount).sum::<u128>();
                for one in unchanged {
                    prop_assert_eq!(says(&one.ended), says(&one.begun));
                }
            }
            let atoms = Atoms::of(&table);
            let says = |row: &Row| row.atoms.iter().map(|(atom, times)| atoms.all[*atom].total as f64 * times).sum::<f64>();
            for row in atoms.rows() {
                prop_assert_eq!(says(&row), 0.0);
            }
            for cell in 0..table.cells().len() {
                for cut in 0..CUTS {
                    let form = Form { cell, cut };
                    prop_assert_eq!(says(&Row::known(form, &atoms.all)), table.sum(form) as f64);
                }
            }
        }
    }
}
