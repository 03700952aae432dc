//! What the attacker knows: of every number that was shown, whose words it is the sum of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;
use weir_schemas::release::Released;

use super::facts::Facts;

/// The measures that hang together.
const GROUPS: [&[&str]; 5] = [
    &["high_tech_revenue", "high_tech_industrial_revenue", "industrial_revenue"],
    &["rd_internal", "rd_basic", "rd_applied", "rd_experimental"],
    &["rd_fte"],
    &["sci_tech_service_revenue"],
    &["contract_turnover"],
];

/// Of a group, the measure that is the sum of the others for a unit that says them all.
const SUM: &str = "rd_internal";

/// What one unit says in one place and slot: the same number in several measures, or of one alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Word {
    unit: String,
    /// The measure, of those that add up; of those that are told the same there is one.
    item: String,
    area: Area,
    field: Field,
    slot: Slot,
    /// Tells one version from another; the attacker does not know it.
    value: Decimal,
}

/// What there is to know of the measures of a group in a year.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// The truth, of each word: what the attacker looks for.
    pub(super) truth: Vec<f64>,
    /// What the attacker is after, each with a name for those who read what was found: words, and what one unit adds to a cell in all.
    pub(super) targets: BTreeMap<Vec<usize>, String>,
    /// Numbers that were shown, each with the words that it is the sum of.
    pub(super) shown: Vec<(Vec<usize>, f64)>,
    /// Words of which the second is known to be no less than the first: figures of the year to date.
    pub(super) grows: BTreeSet<(usize, usize)>,
    numbers: HashMap<Word, usize>,
}

impl Knowledge {
    /// All that is known from the facts at each cut and what all releases showed, by group and year.
    ///
    /// # Errors
    /// When a number is none that can be computed with.
    pub fn of(facts: &[Facts], releases: &[Vec<Released>]) -> Result<Vec<Self>> {
        let mut known = Vec::new();
        for group in GROUPS {
            let words: Vec<Words> = facts.iter().map(|facts| words(facts, group)).collect();
            let mut years: BTreeMap<i16, Self> = BTreeMap::new();
            for released in releases.iter().flatten() {
                let Released { cell, since } = released;
                if cell.conf_status.is_free() && group.contains(&&*cell.series.measure) {
                    let cut =
                        usize::try_from(*since)?.checked_sub(1).context("a release before the first")?;
                    let standing = words.get(cut).context("a release after the last")?;
                    years.entry(cell.slot.calendar_year()).or_default().learn(released, standing)?;
                }
            }
            known.extend(years.into_values());
        }
        Ok(known)
    }

    /// Learns a number that was shown, if it is new.
    fn learn(&mut self, Released { cell, .. }: &Released, standing: &Words) -> Result<()> {
        let (area, field) = (cell.series.area, cell.series.field);
        let enters = |word: &Word, measures: &BTreeSet<String>| {
            let here = area.contains(word.area) && [word.field, Field::Total].contains(&field);
            here && word.slot == cell.slot && measures.contains(&*cell.series.measure)
        };
        let mut words = Vec::new();
        for (word, _) in standing.iter().filter(|(word, measures)| enters(word, measures)) {
            let number = self.number(word)?;
            words.push(number);
            let before = Word {
                slot: cell.slot.before_in_year().unwrap_or(cell.slot),
                value: Decimal::ZERO,
                ..word.clone()
            };
            // The latest slot before it in which it says anything there.
            let mut earlier =
                standing.range(Word { slot: cell.slot.first_in_year(), ..before }..word.clone());
            if let Some((before, _)) = earlier.next_back().filter(|(before, _)| before.value <= word.value) {
                let before = self.number(before)?;
                self.grows.insert((before, number));
            }
        }
        let mut of_units: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (word, _) in standing
            .iter()
            .filter(|(word, measures)| word.slot == cell.slot && measures.contains(&*cell.series.measure))
        {
            let number = self.number(word)?;
            of_units.entry(&word.unit).or_default().push(number);
        }
        for (unit, mut all) in of_units {
            all.sort_unstable();
            let name = format!("{unit} {} {}", cell.series.measure, cell.slot.period());
            self.targets.entry(all).or_insert(name);
        }
        words.sort_unstable();
        let value = (cell.value - cell.supplement).to_f64().context("a number that is too large")?;
        let truth: f64 = words.iter().filter_map(|word| self.truth.get(*word)).sum();
        ensure!((truth - value).abs() <= value.abs() * 1e-9, "{cell:?} shows {value}, and units say {truth}");
        if !words.is_empty() && !self.shown.iter().any(|(known, _)| *known == words) {
            self.shown.push((words, value));
        }
        Ok(())
    }

    fn number(&mut self, word: &Word) -> Result<usize> {
        if let Some(number) = self.numbers.get(word) {
            return Ok(*number);
        }
        let number = self.truth.len();
        self.truth.push(word.value.to_f64().context("a number that is too large")?);
        let Word { unit, item, area, field, slot, .. } = word;
        self.targets.insert(vec![number], format!("{unit} {item} {area} {field} {}", slot.period()));
        self.numbers.insert(word.clone(), number);
        Ok(number)
    }
}

/// What stands at a cut: of each word the measures that it enters.
type Words = BTreeMap<Word, BTreeSet<String>>;

fn words(facts: &Facts, group: &[&str]) -> Words {
    let mut words = Words::new();
    for (place, said) in facts {
        let said: BTreeMap<&str, Decimal> = said
            .iter()
            .filter(|(measure, _)| group.contains(measure))
            .map(|(m, value)| (*m, *value))
            .collect();
        let parts: Decimal =
            said.iter().filter(|(measure, _)| **measure != SUM).map(|(_, value)| *value).sum();
        let adds_up = group.contains(&SUM) && said.len() == group.len() && said.get(SUM) == Some(&parts);
        for (measure, value) in &said {
            let item = if group.contains(&SUM) { (*measure).to_owned() } else { String::new() };
            let (unit, area, field, slot) = place.clone();
            let word = Word { unit, item, area, field, slot, value: *value };
            let enters = if adds_up && *measure != SUM { vec![*measure, SUM] } else { vec![*measure] };
            if !adds_up || *measure != SUM {
                words.entry(word).or_default().extend(enters.into_iter().map(str::to_owned));
            }
        }
    }
    words
}
