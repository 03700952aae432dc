//! Releases of a province's tables, made of what its units say by month and by year.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::sync::Arc;

use jiff::civil::{Date, date};
use weir_release::{Form, Group, Outline, Policy, Release, Shown, Table, Word, cut, exposed, groups, table};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Plan, SICHUAN_14};

const YEAR: i16 = 2024;
const DAY: Date = date(2025, 2, 1);
/// One in each quarter after the first, and one when the year is over.
const CUTS: usize = 4;

/// Numbers that look random and are always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    /// Few large ones and many small ones.
    fn amount(&mut self) -> u128 {
        u128::from((100 + self.below(900)) * 3_u64.pow(self.below(5) as u32))
    }
}

/// The measures of a plan that one of them is judged with.
fn group_of(plan: &Plan, measure: &str) -> Group {
    let number = plan.measures.iter().position(|one| &*one.id == measure).unwrap();
    groups(plan).into_iter().find(|group| group.measures.contains(&number)).unwrap()
}

/// Units that report revenue month by month; some late, some corrected later. A word of a month is known from the first cut
/// after it.
fn revenue(plan: &Plan, units: usize, chance: &mut Chance) -> Vec<Word> {
    let measures = group_of(plan, "industrial_revenue").measures;
    let areas: Vec<Area> = plan.area.children().flat_map(Area::children).collect();
    let mut words = Vec::new();
    for unit in 0..units {
        let contributor: Arc<str> = format!("unit {unit}").into();
        let pick = |chance: &mut Chance, among: usize| {
            // Most lie in the first few.
            (0..3).map(|_| chance.below(among as u64) as usize).min().unwrap_or(0)
        };
        let area = areas[pick(chance, areas.len())];
        let field = Field::ALL[pick(chance, 11)];
        let which = match chance.below(4) {
            0 => vec![measures[0]],
            1 => vec![measures[2]],
            _ => measures.clone(),
        };
        let (monthly, late) = (chance.amount(), usize::from(chance.below(10) == 0));
        let mut sum = 0;
        for month in 2..=12_i8 {
            sum += monthly * u128::from(80 + chance.below(40)) / 100;
            let since = usize::try_from(month - 1).unwrap() / 3 + late;
            let until = (chance.below(50) == 0).then_some(since + 1);
            let slot = Slot::month(YEAR, month);
            let to = if month == 12 { Slot::year(YEAR) } else { slot };
            for measure in &which {
                let word = Word {
                    contributor: contributor.clone(),
                    measure: *measure,
                    area,
                    field,
                    from: slot,
                    to,
                    amount: sum,
                    since,
                    until,
                };
                let corrected =
                    Word { amount: sum + 1 + sum / 20, since: since + 1, until: None, ..word.clone() };
                words.extend(until.map(|_| corrected));
                words.push(word);
            }
        }
    }
    words.retain(|word| word.since < CUTS);
    words
}

/// What is known of words at a cut.
fn known(words: &[Word], cut: usize) -> Vec<Word> {
    let begun = words.iter().filter(|word| word.since <= cut).cloned();
    begun.map(|word| Word { until: word.until.filter(|until| *until <= cut), ..word }).collect()
}

fn releases(plan: &Plan, measure: &str, words: &[Word], policy: &Policy) -> (Table, Vec<Release>) {
    let group = group_of(plan, measure);
    let outline = Outline::of(plan, &group, YEAR, DAY);
    let mut all = Vec::new();
    let mut last = Table::default();
    for number in 0..CUTS {
        let known = known(words, number);
        last = table(plan, &group, YEAR, &outline, &known.iter().collect::<Vec<_>>());
        all.push(cut(&last, &all, policy));
    }
    (last, all)
}

#[test]
fn a_table_adds_up_to_what_is_said() {
    let plan = Plan::parse(SICHUAN_14).unwrap();
    let words = revenue(&plan, 60, &mut Chance(14));
    let group = group_of(&plan, "industrial_revenue");
    let outline = Outline::of(&plan, &group, YEAR, DAY);
    let table = table(&plan, &group, YEAR, &outline, &words.iter().collect::<Vec<_>>());
    for (cell, place) in outline.places.iter().enumerate() {
        for cut in 0..CUTS {
            let in_it = words.iter().filter(|word| {
                word.measure == place.measure
                    && place.area.contains(word.area)
                    && [word.field, Field::Total].contains(&place.field)
                    && (word.from..=word.to).contains(&place.slot)
                    && word.since <= cut
                    && word.until.is_none_or(|until| cut < until)
            });
            let sum: u128 = in_it.map(|word| word.amount).sum();
            assert_eq!(table.sum(Form { cell, cut }), sum, "{place:?} at {cut}");
        }
    }
}

#[test]
fn a_provinces_revenue_by_quarter_tells_of_nobody() {
    let plan = Plan::parse(SICHUAN_14).unwrap();
    let words = revenue(&plan, 150, &mut Chance(15));
    let policy = Policy::default();
    let (table, all) = releases(&plan, "industrial_revenue", &words, &policy);
    assert_eq!(exposed(&table, &all, &policy), 0);
    let last = &all[CUTS - 1].0;
    let hidden = last.iter().filter(|shown| matches!(shown, Shown::Suppressed(_))).count();
    println!("{hidden} of {} cells are suppressed", last.len());
    assert!((1..last.len() / 2).contains(&hidden), "{hidden} of {} are not shown", last.len());
}
