//! The simulated events, folded by the same entities that aggregation folds, give the plan's own figures.

use std::collections::{BTreeMap, HashMap, HashSet};

use rust_decimal::Decimal;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::{Place, Scope, State};
use weir_schemas::event::Event;
use weir_schemas::figure::{Cells, Figures};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Plan, SICHUAN_14};

use super::*;

/// The indicators that prefectures have: those whose denominators are published for them.
const IN_PREFECTURES: [&str; 9] = [
    "HT_REVENUE",
    "HTE_COUNT",
    "STSME_COUNT",
    "TECH_CONTRACT_TURNOVER",
    "HVP_PER_10K_POP",
    "BASIC_RD_SHARE",
    "RD_GDP_RATIO",
    "HT_REV_SHARE_ASI",
    "GAZELLE_COUNT",
];

/// Events by type, and the cells of whole years.
struct Outcome {
    types: BTreeMap<&'static str, usize>,
    cells: Cells,
    plan: Plan,
}

/// Value, contributions and vintage of a cell.
type Sums = HashMap<(Series, Slot), (Decimal, u64, &'static str)>;

impl Outcome {
    /// Reads, checks and folds a whole history, on all processors: a subject's events stay together and in order.
    fn of(province: &Province) -> Self {
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
        let (mut types, mut sums, mut ids) = (BTreeMap::new(), Sums::new(), HashSet::new());
        for shard in folded {
            for (kind, count) in shard.types {
                *types.entry(kind).or_default() += count;
            }
            for (cell, (value, contributions, vintage)) in shard.sums {
                let sum = sums.entry(cell).or_default();
                *sum = (sum.0 + value, sum.1 + contributions, vintage);
            }
            for id in shard.ids {
                assert!(!ids.contains(&id), "{id} occurs twice");
                ids.insert(id);
            }
        }
        Self { types, cells: cells(sums), plan }
    }

    fn indicator(&self, id: &str, area: Area, year: i16) -> Option<Decimal> {
        let indicator = self.plan.indicator(id).unwrap();
        let figures = Figures::new(&self.plan, &self.cells);
        let observed = figures.indicator(indicator, area, Field::Total, Period::Year(year));
        observed.value.map(|value| value.value().parse().unwrap())
    }

    fn measure(&self, id: &str, area: Area, field: Field, year: i16) -> Decimal {
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
    ids: Vec<String>,
    sums: Sums,
}

impl Shard {
    fn fold<'a>(events: impl Iterator<Item = &'a TimedEvent>, plan: &Plan) -> Self {
        let mut states: HashMap<String, State> = HashMap::new();
        let (mut types, mut ids) = (BTreeMap::new(), Vec::new());
        for (offset, timed) in (0..).zip(events) {
            let event = parsed(&timed.json);
            assert_eq!(event.recorded_time, Some(timed.recorded));
            assert_eq!(event.problems_at(timed.recorded), [], "{}", timed.json);
            *types.entry(event.data.event_type()).or_default() += 1;
            let place = Place { offset, recorded: timed.recorded };
            states.entry(event.subject.clone()).or_default().apply(&event, place);
            ids.push(event.id);
        }
        let mut sums = Sums::new();
        for (key, contribution) in states.values().flat_map(|state| state.contributions(Scope::All, plan)) {
            for slot in (2019..=2025).map(Slot::year).filter(|slot| key.from <= *slot && *slot <= key.to) {
                for series in Series::of(&key, plan) {
                    let sum = sums.entry((series, slot)).or_default();
                    *sum = (sum.0 + contribution.value, sum.1 + 1, contribution.vintage);
                }
            }
        }
        Self { types, ids, sums }
    }
}

fn cells(sums: Sums) -> Cells {
    let cell = |((series, slot), (value, contributions, vintage)): (_, (_, _, &str))| Cell {
        value,
        contributions,
        contributors: contributions,
        vintage: vintage.to_owned(),
        synthetic: true,
        ..Cell::empty(series, slot)
    };
    sums.into_iter().map(cell).collect()
}

fn province(units: u32, seed: u64) -> Province {
    Province::new(Settings { units, seed, ..Settings::default() }).unwrap()
}

fn prefectures() -> impl Iterator<Item = Area> {
    Area::SICHUAN.children()
}

fn meets_its_targets(province: &Province, outcome: &Outcome, tolerance: Decimal) {
    for target in province.targets() {
        let value = outcome.indicator(target.indicator, Area::SICHUAN, target.year).unwrap();
        println!("{} {} {value} (target {})", target.indicator, target.year, target.value);
        // A whole number cannot come nearer to its share than half a unit.
        let whole = matches!(target.indicator, "HTE_COUNT" | "STSME_COUNT" | "GAZELLE_COUNT");
        let nearest = if whole { Decimal::new(5, 1) } else { Decimal::ZERO };
        let off = (value - target.value).abs();
        assert!(
            off <= (target.value * tolerance).max(nearest),
            "{} is {value}, not {}",
            target.indicator,
            target.value
        );
    }
}

/// Everything about the calibrated province at once: it is drawn and folded only here.
#[test]
fn the_full_province_gives_the_plans_own_figures_of_2021() {
    let province = province(FULL_UNITS, 14);
    assert!(province.len() <= 300_000, "{} events", province.len());
    let outcome = Outcome::of(&province);
    println!("{:#?}", outcome.types);
    assert_eq!(outcome.types.values().sum::<usize>(), province.len());
    meets_its_targets(&province, &outcome, Decimal::new(1, 2));

    let total = |id| outcome.measure(id, Area::SICHUAN, Field::Total, 2021);
    // Counts and sums are exact; money in yuan.
    assert_eq!(total("high_tech_revenue"), yuan("23576"));
    assert_eq!(total("high_tech_industrial_revenue"), yuan("18299.1972"));
    assert_eq!(total("industrial_revenue"), yuan("52583.9"));
    assert_eq!(total("high_tech_enterprises"), Decimal::from(10_247));
    assert_eq!(total("sci_tech_smes"), Decimal::from(14_817));
    assert_eq!(total("gazelles"), Decimal::from(152));
    assert_eq!(total("contract_turnover"), yuan("1396.74"));
    assert_eq!(total("high_value_patents"), Decimal::from(33_823));
    assert_eq!(total("rd_internal"), yuan("1214.5"));
    assert_eq!(total("rd_basic"), yuan("71.6555"));
    assert_eq!(total("rd_fte"), Decimal::from(207_988));

    // What is published of a prefecture is met there too.
    let deyang = Area::parse("510600").unwrap();
    let of_deyang = |id| outcome.measure(id, deyang, Field::Total, 2021);
    assert_eq!(of_deyang("rd_internal"), yuan("87.72"));
    assert_eq!(of_deyang("rd_basic"), yuan("3.03"));
    assert_eq!(of_deyang("rd_fte"), Decimal::from(13_368));

    // Shares of high-tech enterprises by prefecture and field, of ten thousand.
    let share = |area: &str, field| {
        let part = outcome.measure("high_tech_enterprises", Area::parse(area).unwrap(), field, 2021);
        part * Decimal::from(10_000) / total("high_tech_enterprises")
    };
    for (area, field, expected) in [
        ("510100", Field::Total, 7_960),
        ("510700", Field::Total, 468),
        ("510600", Field::Total, 232),
        ("511500", Field::Total, 189),
        ("511700", Field::Total, 136),
        ("510000", Field::F01, 3_321),
        ("510000", Field::F08, 2_461),
        ("510000", Field::F03, 1_745),
    ] {
        let found = share(area, field);
        assert!((found - Decimal::from(expected)).abs() < Decimal::from(40), "{area} {field}: {found}");
    }

    for (year, expected) in [(2020, 8_200), (2022, 14_500), (2023, 16_900), (2024, 18_000), (2025, 18_900)] {
        let found = outcome.measure("high_tech_enterprises", Area::SICHUAN, Field::Total, year);
        assert_eq!(found, Decimal::from(expected), "{year}");
    }
    for id in IN_PREFECTURES {
        let years: Vec<_> = (2020..=2025)
            .map(|year| outcome.indicator(id, Area::SICHUAN, year).map(|v| v.to_string()))
            .collect();
        println!("{id} {years:?}");
        for area in prefectures() {
            let value = outcome.indicator(id, area, 2021);
            let needed = !matches!(id, "GAZELLE_COUNT" | "HT_REV_SHARE_ASI");
            assert!(!needed || value.is_some_and(|value| value > Decimal::ZERO), "{id} of {area}: {value:?}");
        }
    }
}

#[test]
fn a_small_province_keeps_the_ratios() {
    for units in [1_000, 3_000] {
        let province = province(units, 14);
        let outcome = Outcome::of(&province);
        // A unit more or less weighs more in a small province.
        meets_its_targets(&province, &outcome, Decimal::new(3, 2));
        let total = outcome.measure("rd_internal", Area::SICHUAN, Field::Total, 2021);
        let parts: Decimal =
            prefectures().map(|area| outcome.measure("rd_internal", area, Field::Total, 2021)).sum();
        assert_eq!(total, parts);
        for area in prefectures() {
            for measure in ["rd_internal", "high_value_patents", "contract_turnover", "high_tech_enterprises"]
            {
                let value = outcome.measure(measure, area, Field::Total, 2021);
                assert!(value > Decimal::ZERO, "{measure} of {area} in {units} units");
            }
        }
    }
}

#[test]
fn a_seed_decides_every_event() {
    let lines = |seed| province(500, seed).history().map(|event| event.json).collect::<Vec<_>>();
    let first = lines(14);
    assert_eq!(first, lines(14));
    assert_ne!(first, lines(15));
}

#[test]
fn what_is_sent_carries_no_recorded_time_and_says_that_it_is_synthetic() {
    let province = province(500, 14);
    for (sent, kept) in province.events().zip(province.history()) {
        let (sent, kept) = (parsed(&sent.json), parsed(&kept.json));
        assert_eq!(sent.recorded_time, None);
        assert_eq!(Event { recorded_time: None, ..kept }, sent);
        assert!(sent.synthetic);
    }
}

#[test]
fn a_later_start_takes_over_what_stands() {
    let settings = Settings { units: 500, from: 2023, to: 2024, seed: 14 };
    let later = Province::new(settings).unwrap();
    let first = date(2023, 1, 4);
    for timed in later.events() {
        assert!(weir_schemas::event::day(timed.recorded) >= first);
    }
    let outcome = Outcome::of(&later);
    let whole = Outcome::of(&province(500, 14));
    for (id, year) in [("HTE_COUNT", 2024), ("TECH_CONTRACT_TURNOVER", 2023), ("RD_GDP_RATIO", 2023)] {
        let of = |outcome: &Outcome| outcome.indicator(id, Area::SICHUAN, year);
        assert_eq!(of(&outcome).is_some(), of(&whole).is_some(), "{id}");
    }
    assert_eq!(
        outcome.indicator("HTE_COUNT", Area::SICHUAN, 2024),
        whole.indicator("HTE_COUNT", Area::SICHUAN, 2024)
    );
    assert_eq!(outcome.indicator("HT_REVENUE", Area::SICHUAN, 2022), None);
}

#[test]
fn settings_out_of_range_are_refused() {
    let with = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        Province::new(settings).map(|province| province.len()).unwrap_err().to_string()
    };
    assert_eq!(
        with(|settings| settings.to = 2026),
        "years 2021 to 2026 must lie in order between 2021 and 2025"
    );
    assert_eq!(with(|settings| settings.units = 7), "7 units: must be from 100 to 35000");
}

/// 100 million yuan in yuan.
fn yuan(hundred_millions: &str) -> Decimal {
    hundred_millions.parse::<Decimal>().unwrap() * Decimal::from(100_000_000)
}

fn parsed(line: &str) -> Event {
    Event::from_slice(line.as_bytes()).unwrap_or_else(|problems| panic!("{line}: {problems:?}"))
}
