//! Random histories recounted here, and folded, summed and divided by `weir-schemas`: both readings of docs/measures.md agree.

#![allow(clippy::unwrap_used)]

mod histories;
mod plans;
mod shown;
mod standing;
mod theirs;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use weir_recount::{Placed, Recount, Status};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::{Cells, Figures, Targets};
use weir_schemas::plan::Plan;

use crate::histories::History;
use crate::plans::PLANS;

/// After every day of publication in the histories, or between them.
const MOMENTS: &[&str] = &["2030-01-01T00:00:00Z", "2021-06-30T12:00:00Z"];

/// How a history is read: by which plan, and as of which moment.
fn reading() -> impl Strategy<Value = (&'static Plan, Timestamp)> {
    let moment = prop::sample::select(MOMENTS).prop_map(|text| text.parse().unwrap());
    (prop::sample::select(vec![0_usize, 1]).prop_map(|which| &PLANS[which]), moment)
}

fn recounted(history: &History, plan: &'static Plan, moment: Timestamp) -> weir_recount::Figures<'static> {
    let mut recount = Recount::new(plan, moment);
    for events in history.0.values() {
        let placed = events.iter().map(|(offset, event)| Placed { offset: *offset, event: event.clone() });
        recount.take(&placed.collect::<Vec<_>>());
    }
    recount.finish()
}

/// Days on which targets are judged: within the plan's years, and after them.
const DAYS: &[&str] = &["2022-08-15", "2023-01-01", "2027-06-30"];

/// Measures that no indicator shows by themselves.
const MEASURES: &[&str] = &[
    "expected_B203",
    "filed_B203",
    "filed_107_2",
    "closed_B203",
    "industrial_revenue",
    "all_revenue",
    "gazelles",
    "ref_gdp",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn both_readings_of_a_history_give_the_same_cells(
        history in histories::history(), (plan, moment) in reading()
    ) {
        let mut theirs: BTreeMap<String, String> = BTreeMap::new();
        for cell in theirs::folded(&history, plan, moment) {
            let series = &cell.series;
            let rule = &plan.measure(&series.measure).unwrap().rule;
            let key = format!("{} {} {} {}", series.measure, series.area, series.field, cell.slot.period());
            theirs.insert(key, shown::theirs(&cell, rule));
        }
        for (place, cell) in recounted(&history, plan, moment).cells() {
            let measure = &plan.measures[place.measure];
            let key = format!("{} {} {} {}", measure.id, place.area, place.field, place.slot.period());
            prop_assert_eq!(Some(shown::ours(cell, &measure.rule)), theirs.remove(&key), "ours and theirs: {}", key);
        }
        prop_assert!(theirs.is_empty(), "theirs alone: {:?}", theirs);
    }

    #[test]
    fn both_readings_of_a_history_give_the_same_figures(
        history in histories::history(), (plan, moment) in reading()
    ) {
        let cells: Cells = theirs::folded(&history, plan, moment).into_iter().collect();
        let (ours, theirs) = (recounted(&history, plan, moment), Figures::new(plan, &cells));
        for period in ["2021", "2021-Q2", "2021-Q4", "2021-11", "2022-02", "2022-07", "2022"] {
            let period = period.parse().unwrap();
            for area in ["510000", "510700", "510703"].map(|code| code.parse::<Area>().unwrap()) {
                for field in [Field::Total, Field::F01, Field::Unknown] {
                    for indicator in &plan.indicators {
                        let figure = ours.indicator(indicator, area, field, period).unwrap();
                        let ours = shown::our_figure(&figure, indicator);
                        let figure = theirs.indicator(indicator, area, field, period);
                        let official = theirs.official(indicator, field, &figure);
                        let theirs = shown::their_figure(&figure, official.as_ref(), indicator);
                        prop_assert_eq!(ours, theirs, "ours and theirs: {} {} {} {}", indicator.id, area, field, period);
                    }
                    for measure in MEASURES.iter().filter_map(|id| plan.measure(id)) {
                        let measured = ours.measured(measure, area, field, period);
                        let theirs_measured = theirs.measure(measure, area, field, period);
                        prop_assert_eq!(
                            shown::our_measured(&measured, &ours.growth(measure, area, field, period), &measure.rule),
                            shown::their_measured(
                                &theirs_measured,
                                &theirs.growth(measure, area, field, period),
                                &measure.rule
                            ),
                            "ours and theirs: {} {} {} {}", measure.id, area, field, period
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn both_readings_of_a_history_judge_its_targets_alike(
        history in histories::history(), (plan, moment) in reading(), day in prop::sample::select(DAYS)
    ) {
        let day = day.parse().unwrap();
        let cells: Cells = theirs::folded(&history, plan, moment).into_iter().collect();
        let ours = recounted(&history, plan, moment);
        let (figures, targets) = (Figures::new(plan, &cells), Targets::new(plan, &cells, day));
        for indicator in &plan.indicators {
            let stands = ours.standing(indicator, plan.area, day).unwrap();
            let progress = targets.progress(indicator, plan.area);
            prop_assert_eq!(
                standing::ours(&stands, indicator),
                standing::theirs(&progress, &figures, indicator),
                "ours and theirs: {} on {}", indicator.id, day
            );
        }
    }
}

#[test]
fn every_measure_compared_is_one_of_a_plan() {
    for id in MEASURES {
        assert!(PLANS.iter().any(|plan| plan.measure(id).is_some()), "{id}");
    }
}

#[test]
fn a_status_has_the_letter_of_its_code_list() {
    let letters = [Status::O, Status::V, Status::E, Status::P, Status::A].map(Status::letter);
    assert_eq!(letters, ["O", "V", "E", "P", "A"]);
}
