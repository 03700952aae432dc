//! Random histories recounted here, and folded, summed and divided by `weir-schemas`: both readings of docs/measures.md agree.

#![allow(clippy::unwrap_used)]

mod histories;
mod shown;
mod theirs;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use weir_recount::{Placed, Recount, Status};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::Cells;
use weir_schemas::plan::{Plan, SICHUAN_14};

use crate::histories::History;

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::parse(SICHUAN_14).unwrap());

/// After every day of publication in the histories.
fn late() -> Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

fn recounted(history: &History) -> weir_recount::Figures<'static> {
    let mut recount = Recount::new(&PLAN, late());
    for events in history.0.values() {
        let placed = events.iter().map(|(offset, event)| Placed { offset: *offset, event: event.clone() });
        recount.take(&placed.collect::<Vec<_>>());
    }
    recount.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn both_readings_of_a_history_give_the_same_cells(history in histories::history()) {
        let mut theirs: BTreeMap<String, String> = BTreeMap::new();
        for cell in theirs::folded(&history, &PLAN) {
            let series = &cell.series;
            let rule = &PLAN.measure(&series.measure).unwrap().rule;
            let key = format!("{} {} {} {}", series.measure, series.area, series.field, cell.slot.period());
            theirs.insert(key, shown::theirs(&cell, rule));
        }
        for (place, cell) in recounted(&history).cells() {
            let measure = &PLAN.measures[place.measure];
            let key = format!("{} {} {} {}", measure.id, place.area, place.field, place.slot.period());
            prop_assert_eq!(Some(shown::ours(cell, &measure.rule)), theirs.remove(&key), "ours and theirs: {}", key);
        }
        prop_assert!(theirs.is_empty(), "theirs alone: {:?}", theirs);
    }

    #[test]
    fn both_readings_of_a_history_give_the_same_figures(history in histories::history()) {
        let cells: Cells = theirs::folded(&history, &PLAN).into_iter().collect();
        let (ours, theirs) = (recounted(&history), weir_schemas::figure::Figures::new(&PLAN, &cells));
        for indicator in &PLAN.indicators {
            for period in ["2021", "2021-Q4", "2021-11", "2022-02", "2022"].map(|text| text.parse().unwrap()) {
                for area in ["510000", "510700", "510703"].map(|code| code.parse::<Area>().unwrap()) {
                    for field in [Field::Total, Field::F01, Field::Unknown] {
                        let figure = ours.indicator(indicator, area, field, period).unwrap();
                        let ours = shown::our_figure(&figure, indicator);
                        let figure = theirs.indicator(indicator, area, field, period);
                        let official = theirs.official(indicator, field, &figure);
                        let theirs = shown::their_figure(&figure, official.as_ref(), indicator);
                        prop_assert_eq!(ours, theirs, "ours and theirs: {} {} {} {}", indicator.id, area, field, period);
                    }
                }
            }
        }
    }
}

#[test]
fn a_status_has_the_letter_of_its_code_list() {
    let letters = [Status::O, Status::V, Status::E, Status::P, Status::A].map(Status::letter);
    assert_eq!(letters, ["O", "V", "E", "P", "A"]);
}
