//! A figure that stays while others around it change is the same number to a reader, though it is made of other parts since.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::sync::Arc;

use jiff::civil::date;
use weir_release::{Form, Outline, Place, Policy, Release, Shown, Table, Word, cut, groups, table};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Plan, SICHUAN_14};

const YEAR: i16 = 2024;

/// What a unit says of February and March, and since when, until when.
struct Filed {
    area: u32,
    said: [u128; 2],
    since: usize,
    until: Option<usize>,
}

/// A plan's contracts of a year, and what units say of them.
struct Province {
    plan: Plan,
    words: Vec<Word>,
}

impl Province {
    fn new(units: &[Vec<Filed>]) -> Self {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let measure = plan.measures.iter().position(|one| &*one.id == "contract_turnover").unwrap();
        let mut words = Vec::new();
        for (unit, filed) in units.iter().enumerate() {
            let contributor: Arc<str> = format!("unit {unit}").into();
            for Filed { area, said, since, until } in filed {
                let word = |(month, amount): (i8, &u128)| Word {
                    contributor: contributor.clone(),
                    measure,
                    area: Area::from_u32(*area).unwrap(),
                    field: Field::F01,
                    from: Slot::month(YEAR, month),
                    to: Slot::month(YEAR, month),
                    amount: *amount,
                    since: *since,
                    until: *until,
                };
                words.extend((2..).zip(said).map(word));
            }
        }
        Self { plan, words }
    }

    /// Two releases by secondary suppression alone, with what is known of parts or without it: which form of March each shows of an area.
    fn march(&self, area: Area, knowing: bool) -> [Option<Form>; 2] {
        let groups = groups(&self.plan);
        let group = groups.iter().find(|group| group.measures.contains(&self.words[0].measure)).unwrap();
        let outline = Outline::of(&self.plan, group, YEAR, date(YEAR, 4, 1));
        let policy = Policy { changes: false, ..Policy::default() };
        let mut releases: Vec<Release> = Vec::new();
        for number in 0..2 {
            let known = self.words.iter().filter(|word| word.since <= number).cloned();
            let known: Vec<Word> = known
                .map(|word| Word { until: word.until.filter(|until| *until <= number), ..word })
                .collect();
            let mut table = table(&self.plan, group, YEAR, &outline, &known.iter().collect::<Vec<_>>());
            if !knowing {
                table = Table::new(table.cells().to_vec(), table.contributors().to_vec());
            }
            releases.push(cut(&table, &releases, &policy));
        }
        let place =
            Place { measure: self.words[0].measure, area, field: Field::Total, slot: Slot::month(YEAR, 3) };
        let cell = outline.places.iter().position(|one| *one == place).unwrap();
        let of = |Release(shown): &Release| match shown[cell] {
            Shown::AsOf(cut) => Some(Form { cell, cut }),
            _ => None,
        };
        [of(&releases[0]), of(&releases[1])]
    }
}

const HERE: u32 = 510_104;
const THERE: u32 = 510_704;

/// Five units that say the same; the first leaves with the second release, while of the others this becomes.
fn province(since: impl Fn() -> Filed) -> Province {
    let first = || Filed { area: HERE, said: [25, 30], since: 0, until: Some(1) };
    let mut units = vec![vec![first()]];
    units.extend((0..4).map(|_| vec![first(), since()]));
    units.extend((0..5).map(|_| vec![Filed { area: THERE, said: [25, 30], since: 0, until: None }]));
    Province::new(&units)
}

/// Whether whoever subtracts one release from the other learns what the first unit said.
fn is_told([before, after]: [Option<Form>; 2]) -> bool {
    before.is_some_and(|before| after.is_some_and(|after| before.cut == 0 && after.cut == 1))
}

#[test]
fn who_leaves_is_not_told_by_others_that_correct_an_earlier_month() {
    let province = province(|| Filed { area: HERE, said: [20, 30], since: 1, until: None });
    let prefecture = Area::from_u32(510_100).unwrap();
    assert!(is_told(province.march(prefecture, false)), "their March is taken for another number");
    assert!(!is_told(province.march(prefecture, true)));
}

#[test]
fn who_leaves_is_not_told_by_others_that_move() {
    let province = province(|| Filed { area: THERE, said: [25, 30], since: 1, until: None });
    assert!(is_told(province.march(Area::SICHUAN, false)), "what moves is taken for another number");
    assert!(!is_told(province.march(Area::SICHUAN, true)));
}
