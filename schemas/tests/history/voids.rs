//! Events that were sent in error: as if they had never been, but for their identity (docs/measures.md §1, events).

use serde_json::json;
use weir_schemas::entity::{Disposition, Scope, State};

use crate::log::{Log, UNIT, at, event, filed, granted, plan, registered, void};

fn unit() -> Log {
    Log::default()
        .and("unit.registered", UNIT, registered("2020-03-01"))
        .and("status.granted", UNIT, granted("gazelle", "a", "2021-01-15"))
        .and("status.granted", UNIT, granted("gazelle", "b", "2022-01-15"))
}

#[test]
fn a_voided_event_counts_in_no_figure() {
    assert_eq!(unit().behind("gazelles", "2022"), [0, 2]);
    assert_eq!(unit().voiding(2).behind("gazelles", "2022"), [0, 1]);
    assert_eq!(unit().voiding(0).shows("gazelles", "2022"), "");
}

#[test]
fn a_void_that_comes_before_its_event_holds() {
    let log = Log::default()
        .and("event.voided", UNIT, void(2))
        .and("unit.registered", UNIT, registered("2020-03-01"))
        .and("status.granted", UNIT, granted("gazelle", "a", "2021-01-15"));
    let mut state = State::default();
    let became: Vec<_> = (0..).zip(&log.events).map(|(place, event)| state.apply(event, at(place))).collect();
    assert_eq!(became, [Disposition::Stored; 3]);
    assert!(state.contributions(Scope::All, &plan()).is_empty());
}

#[test]
fn voids_are_final() {
    let log = unit().voiding(2).voiding(3);
    assert_eq!(log.behind("gazelles", "2022"), [0, 1]);
    let before = Log::default().and("event.voided", UNIT, void(1)).and("event.voided", UNIT, void(2));
    let log = before.and("unit.registered", UNIT, registered("2020-03-01"));
    let log = log.and("status.granted", UNIT, granted("gazelle", "a", "2021-01-15"));
    assert_eq!(log.behind("gazelles", "2022"), Vec::<i64>::new());
}

#[test]
fn a_voided_identity_stays_used() {
    let state = unit().voiding(2).state();
    let same = event("2", "510000", "status.granted", UNIT, granted("gazelle", "b", "2022-01-15"));
    let other = event("2", "510000", "status.granted", UNIT, granted("gazelle", "c", "2022-01-15"));
    assert_eq!(state.disposition(&same), Disposition::Duplicate);
    assert_eq!(state.disposition(&other), Disposition::Conflict);
    let elsewhere = event("2", "510700", "status.granted", UNIT, granted("gazelle", "c", "2022-01-15"));
    assert_eq!(state.disposition(&elsewhere), Disposition::Stored);
}

#[test]
fn a_voided_refiling_brings_back_what_it_replaced() {
    let review = json!({"form": "B203", "period": "2023-06", "revision": 1, "level": "province",
        "verdict": "accepted", "area": "510000", "rules": []});
    let log = Log::default()
        .and("unit.registered", UNIT, registered("2019-01-01"))
        .and("status.granted", UNIT, granted("above_scale_industrial", "a", "2019-01-01"))
        .and("report.filed", UNIT, filed("B203", "2023-06", 1, "10"))
        .and("report.reviewed", UNIT, review)
        .and("report.filed", UNIT, filed("B203", "2023-06", 1, "11"));
    assert_eq!(log.shows("industrial_revenue", "2023-06"), "510703 F01 11 B203 V");
    assert_eq!(log.clone().voiding(4).shows("industrial_revenue", "2023-06"), "510703 F01 10 B203");
    assert_eq!(log.voiding(4).voiding(3).shows("industrial_revenue", "2023-06"), "510703 F01 10 B203 V");
}

#[test]
fn subjects_that_look_alike_do_not_meet() {
    let subject = "incubator:510700:2023";
    let entry = json!({"register": "incubator", "entry": "510700:2023", "area": "510703", "entered_on": "2021-01-01"});
    let part = json!({"measure": "incubator", "area": "510700", "period": "2023", "value": "1", "unit": "units",
        "method": "m", "published_on": "2024-01-01", "source": "s"});
    let log =
        Log::default().and("supplement.published", subject, part).and("register.entered", subject, entry);
    assert_eq!(log.shows("stock_incubator", "2023"), "510703 _U 1");
}
