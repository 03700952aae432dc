//! All tables of a plan, cut.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use weir_schemas::plan::Plan;

use crate::cut::{Policy, Release, Shown, cut_while};
use crate::group::groups;
use crate::history::table;
use crate::outline::{Outline, Place};
use crate::table::Form;
use crate::word::Word;

/// What a release shows of a protected cell, and what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The cell.
    pub place: Place,
    /// What is shown of it.
    pub shown: Shown,
    /// What contributors say of it now, in millionths.
    pub sum: u128,
    /// How many they are.
    pub contributors: u64,
}

/// What a release shows of all protected cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// By cell.
    pub cells: Vec<Judged>,
    /// The tables of which nothing new is shown.
    pub closed: Vec<Closed>,
}

/// A table of which nothing new is shown, since sums could not be left in doubt: earlier releases told them, or no program was solved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The ids of its measures.
    pub measures: Vec<String>,
    /// Its year.
    pub year: i16,
    /// How often a sum could not be left in doubt, above or below.
    pub sums: usize,
}

/// Judges all protected cells of periods that have begun on `day`.
///
/// Of each earlier release, in order, it is given what it showed; the words tell of all cuts up to this one. Before each table and program it is asked
/// whether it goes on; where it does not, nothing is judged.
pub fn judge(
    plan: &Plan,
    words: &[Word],
    day: Date,
    earlier: &[HashMap<Place, Shown>],
    policy: &Policy,
    goes_on: &dyn Fn() -> bool,
) -> Option<Verdict> {
    let groups = groups(plan);
    let mut of_table: BTreeMap<(usize, i16), Vec<&Word>> = BTreeMap::new();
    for word in words {
        let group = groups.iter().position(|group| group.measures.contains(&word.measure));
        for year in word.from.calendar_year()..=word.to.calendar_year() {
            of_table.entry((group.unwrap_or(groups.len()), year)).or_default().push(word);
        }
    }
    let mut verdict = Verdict::default();
    let years = plan.calendar.from..=plan.calendar.to;
    for (number, group) in groups.iter().enumerate() {
        for year in years.clone() {
            if !goes_on() {
                return None;
            }
            let outline = Outline::of(plan, group, year, day);
            let words = of_table.remove(&(number, year)).unwrap_or_default();
            let table = table(plan, group, year, &outline, &words);
            let showed = |release: &HashMap<Place, Shown>| {
                let of = |place| release.get(place).copied().unwrap_or(Shown::Nothing);
                Release(outline.places.iter().map(of).collect())
            };
            let earlier: Vec<Release> = earlier.iter().map(showed).collect();
            let (Release(shown), sums) = cut_while(&table, &earlier, policy, goes_on)?;
            if sums > 0 {
                let ids = group.measures.iter().filter_map(|number| plan.measures.get(*number));
                let measures = ids.map(|measure| measure.id.to_string()).collect();
                verdict.closed.push(Closed { measures, year, sums });
            }
            let now = earlier.len();
            verdict.cells.extend(outline.places.iter().zip(shown).enumerate().map(
                |(cell, (place, shown))| {
                    let form = Form { cell, cut: now };
                    let (sum, contributors) = (table.sum(form), table.level(form).contributors);
                    Judged { place: *place, shown, sum, contributors }
                },
            ));
        }
    }
    Some(verdict)
}
