//! What the simulated events come to, folded by the same entities that aggregation folds.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::{Disposition, Place, Scope, State};
use weir_schemas::event::Event;
use weir_schemas::figure::{Cells, Figures};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Plan, SICHUAN_14};
use weir_schemas::problem::Code;

use crate::simulate::{Province, TimedEvent};

/// Events by type and by what became of them, and the cells of whole years.
pub(super) struct Outcome {
    pub(super) types: BTreeMap<&'static str, usize>,
    pub(super) dispositions: BTreeMap<&'static str, usize>,
    /// How often each query rule found something, and how much of that is explained.
    pub(super) findings: BTreeMap<Code, (usize, usize)>,
    pub(super) plan: Plan,
    cells: Cells,
}

/// A cell while it is summed.
#[derive(Default)]
struct Sum {
    value: Decimal,
    contributions: u64,
    vintage: &'static str,
    /// Of a measure of distinct things, these.
    distinct: HashSet<Arc<str>>,
}

type Sums = HashMap<(Series, Slot), Sum>;

impl Outcome {
    /// Reads, checks and folds a whole history, on all processors: a subject's events stay together and in order.
    pub(super) fn of(province: &Province) -> Self {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let events: Vec<TimedEvent> = province.history().collect();
        assert!(events.is_sorted_by_key(|event| event.recorded), "recorded times go back");
        let shards = std::thread::available_parallelism().map_or(1, usize::from);
        let folded: Vec<Shard> = std::thread::scope(|scope| {
            let fold = |shard| {
                let mine = events.iter().filter(move |event| shard_of(&event.json, shards) == shard);
                Shard::fold(mine, &plan)
            };
            let threads: Vec<_> = (0..shards).map(|shard| scope.spawn(move || fold(shard))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (mut types, mut dispositions) = (BTreeMap::new(), BTreeMap::new());
        let (mut findings, mut sums) = (BTreeMap::new(), Sums::new());
        for shard in folded {
            for (kind, count) in shard.types {
                *types.entry(kind).or_default() += count;
            }
            for (disposition, count) in shard.dispositions {
                *dispositions.entry(disposition).or_default() += count;
            }
            for (rule, (all, explained)) in shard.findings {
                let counts: &mut (usize, usize) = findings.entry(rule).or_default();
                *counts = (counts.0 + all, counts.1 + explained);
            }
            for (cell, Sum { value, contributions, vintage, distinct }) in shard.sums {
                let sum = sums.entry(cell).or_default();
                sum.value += value;
                sum.contributions += contributions;
                sum.vintage = vintage;
                sum.distinct.extend(distinct);
            }
        }
        Self { types, dispositions, findings, cells: cells(sums), plan }
    }

    pub(super) fn indicator(&self, id: &str, area: Area, year: i16) -> Option<Decimal> {
        let indicator = self.plan.indicator(id).unwrap();
        let figures = Figures::new(&self.plan, &self.cells);
        let observed = figures.indicator(indicator, area, Field::Total, Period::Year(year));
        observed.value.map(|value| value.value().parse().unwrap())
    }

    pub(super) fn measure(&self, id: &str, area: Area, field: Field, year: i16) -> Decimal {
        let series = Series { measure: id.into(), area, field };
        self.cells.get(&series, Slot::year(year)).map(|cell| cell.value).unwrap_or_default()
    }
}

/// Which shard the event of a line falls to: that of its subject.
fn shard_of(line: &str, shards: usize) -> usize {
    let subject = line.split("\"subject\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    subject.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())) % shards
}

/// The events of some subjects, folded.
struct Shard {
    types: BTreeMap<&'static str, usize>,
    dispositions: BTreeMap<&'static str, usize>,
    findings: BTreeMap<Code, (usize, usize)>,
    sums: Sums,
}

impl Shard {
    fn fold<'a>(events: impl Iterator<Item = &'a TimedEvent>, plan: &Plan) -> Self {
        let mut states: HashMap<String, State> = HashMap::new();
        let (mut types, mut dispositions, mut ids) = (BTreeMap::new(), BTreeMap::new(), HashSet::new());
        for (offset, timed) in (0..).zip(events) {
            let event = parsed(&timed.json);
            assert_eq!(event.recorded_time, Some(timed.recorded));
            assert_eq!(event.problems_at(timed.recorded), [], "{}", timed.json);
            *types.entry(event.data.event_type()).or_default() += 1;
            let place = Place { offset, recorded: timed.recorded };
            let disposition = states.entry(event.subject.clone()).or_default().apply(&event, place);
            *dispositions.entry(disposition.as_str()).or_default() += 1;
            // Bureaus share their subjects, but not their ids.
            let is_new = ids.insert(event.id);
            assert_eq!(is_new, disposition == Disposition::Stored, "{}", timed.json);
        }
        let mut sums = Sums::new();
        for (key, contribution) in states.values().flat_map(|state| state.contributions(Scope::All, plan)) {
            for slot in (2019..=2025).map(Slot::year).filter(|slot| key.from <= *slot && *slot <= key.to) {
                for series in Series::of(&key, plan) {
                    let sum = sums.entry((series, slot)).or_default();
                    sum.value += contribution.value;
                    sum.contributions += 1;
                    sum.vintage = contribution.vintage;
                    if plan.measure(&key.measure).unwrap().is_distinct() {
                        sum.distinct.insert(contribution.contributor.clone());
                    }
                }
            }
        }
        let mut findings = BTreeMap::new();
        for (key, finding) in states.values().flat_map(|state| state.findings(Scope::All, plan)) {
            let counts: &mut (usize, usize) = findings.entry(key.rule).or_default();
            *counts = (counts.0 + 1, counts.1 + usize::from(finding.explained.is_some()));
        }
        Self { types, dispositions, findings, sums }
    }
}

fn cells(sums: Sums) -> Cells {
    let cell = |((series, slot), sum): ((Series, Slot), Sum)| Cell {
        value: if sum.distinct.is_empty() { sum.value } else { Decimal::from(sum.distinct.len()) },
        contributions: sum.contributions,
        contributors: sum.contributions,
        vintage: sum.vintage.to_owned(),
        synthetic: true,
        ..Cell::empty(series, slot)
    };
    sums.into_iter().map(cell).collect()
}

pub(super) fn parsed(line: &str) -> Event {
    Event::from_slice(line.as_bytes()).unwrap_or_else(|problems| panic!("{line}: {problems:?}"))
}
