//! What is sent is what changed, neither more nor less, and computed once.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::shown::shown;
use super::*;

/// Measures of all kinds: divided by reports, references, constants; rounds and coverage; official totals.
const MEASURES: [&str; 14] = [
    "rd_internal",
    "rd_basic",
    "ref_gdp",
    "high_value_patents",
    "ref_resident_population",
    "high_tech_industrial_revenue",
    "industrial_revenue",
    "ref_above_scale_industrial_revenue",
    "closed_107_2",
    "closed_B203",
    "expected_B203",
    "filed_B203",
    "ref_official_RD_GDP_RATIO",
    "gazelles",
];
const AREAS: [&str; 3] = ["510000", "510100", "510104"];
const INDICATORS: [&str; 6] =
    ["RD_GDP_RATIO", "BASIC_RD_SHARE", "HVP_PER_10K_POP", "HT_REV_SHARE_ASI", "GAZELLE_COUNT", "HTE_COUNT"];

/// A change of a cell: measure, area, whether of a field, year, value.
type Change = (usize, usize, bool, i16, u64);

fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = (0..MEASURES.len(), 0..AREAS.len(), any::<bool>(), 2019_i16..2023, 0_u64..3);
    proptest::collection::vec(proptest::collection::vec(change, 0..4), 1..12)
}

/// All that a stream shows, computed from the cells as they are.
fn all(bench: &Bench, wanted: &Wanted) -> BTreeSet<String> {
    let day = weir_schemas::event::day(bench.streams.at().unwrap());
    let places = wanted.places(&bench.plan, day, 9_000).unwrap();
    let shown = |held: &Projection| {
        places.iter().map(|place| shown(&bench.plan, &held.cells, place).to_string()).collect()
    };
    bench.live.read(shown).unwrap()
}

proptest! {
    #[test]
    fn exactly_the_changed_figures_are_sent(rounds in changes()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _inside = runtime.enter();
        let mut bench = Bench::new(Settings::default());
        let analysts = Wanted { audience: Audience::Analyst, ..bench.wanted(&INDICATORS[..4], &AREAS[1..]) };
        let wanted = [bench.wanted(&INDICATORS, &AREAS), analysts];
        let mut readers = wanted.each_ref().map(|wanted| bench.join(wanted));
        let mut before = wanted.each_ref().map(|wanted| all(&bench, wanted));
        for ((reader, wanted), before) in readers.iter().zip(&wanted).zip(&before) {
            let first: BTreeSet<String> = events(&reader.first).into_iter().map(|(_, data)| data).collect();
            prop_assert_eq!((&first, first.len()), (before, all(&bench, wanted).len()));
        }
        for round in rounds {
            for (measure, area, of_field, year, value) in round {
                let field = if of_field { Field::F01 } else { Field::Total };
                bench.put((MEASURES[measure], AREAS[area], field), Slot::year(year), value);
            }
            bench.close();
            for ((reader, wanted), before) in readers.iter_mut().zip(&wanted).zip(&mut before) {
                let now = all(&bench, wanted);
                let expected: BTreeSet<String> = now.difference(before).cloned().collect();
                let told = sent(reader);
                prop_assert_eq!(told.len(), expected.len());
                prop_assert!(told.is_sorted_by_key(|(place, _)| *place));
                prop_assert_eq!(told.into_iter().map(|(_, data)| data).collect::<BTreeSet<_>>(), expected);
                *before = now;
            }
        }
    }
}

#[tokio::test]
async fn a_figure_is_computed_once_for_all_readers() {
    let mut bench = Bench::new(Settings::default());
    let wanted = bench.wanted(&["GAZELLE_COUNT"], &["510000"]);
    let mut readers: Vec<Joined> = (0..1_000).map(|_| bench.join(&wanted)).collect();
    assert_eq!((bench.metrics.computed.get(), bench.metrics.figures.get()), (2, 2));
    assert_eq!(bench.metrics.readers.get(), 1_000);
    bench.put(("gazelles", "510000", Field::Total), Slot::year(2021), 7);
    bench.close();
    assert_eq!(bench.metrics.computed.get(), 4, "both years are looked at, once");
    for reader in &mut readers {
        let sent = sent(reader);
        assert_eq!(sent.len(), 1);
        assert!(sent[0].1.contains("\"period\":\"2021\",\"value\":\"7.000000\""), "{}", sent[0].1);
    }
    drop(readers);
    assert_eq!(bench.metrics.readers.get(), 0);
}

#[tokio::test]
async fn a_change_waits_for_its_moment() {
    let mut bench = Bench::new(Settings::default());
    let wanted = bench.wanted(&["GAZELLE_COUNT"], &["510000"]);
    let mut reader = bench.join(&wanted);
    bench.put(("gazelles", "510000", Field::Total), Slot::year(2021), 7);
    bench.streams.at();
    assert_eq!(sent(&mut reader), []);
    bench.put(("gazelles", "510000", Field::Total), Slot::year(2021), 0);
    bench.close();
    assert_eq!(sent(&mut reader), [], "it was taken back before");
}

#[tokio::test]
async fn a_period_that_begins_is_sent() {
    let mut bench = Bench::new(Settings::default());
    let monthly = Wanted {
        frequency: Frequency::M,
        from: None,
        to: None,
        latest: Some(2),
        ..bench.wanted(&["GAZELLE_COUNT"], &["510000"])
    };
    let mut reader = bench.join(&monthly);
    let periods = |events: &[(Position, String)]| -> Vec<String> {
        let period = |data: &str| data.split("\"period\":\"").nth(1).unwrap()[..7].to_owned();
        events.iter().map(|(_, data)| period(data)).collect()
    };
    assert_eq!(periods(&events(&reader.first)), ["2024-02", "2024-03"]);
    bench.put(("gazelles", "510000", Field::Total), Slot::month(2024, 3), 5);
    // Into April, as days are in China.
    bench.close_after(22 * 86_400_000);
    assert_eq!(periods(&sent(&mut reader)), ["2024-03", "2024-04"]);
    bench.put(("gazelles", "510000", Field::Total), Slot::month(2024, 2), 5);
    bench.put(("gazelles", "510000", Field::Total), Slot::month(2024, 4), 5);
    bench.close();
    assert_eq!(periods(&sent(&mut reader)), ["2024-04"], "February is not among the last two any more");
    assert_eq!(bench.metrics.figures.get(), 2);
}
