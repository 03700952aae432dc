//! Units and their statuses: where and as what they count (docs/measures.md §1, units and statuses).

use crate::log::{Log, UNIT, granted, registered};
use serde_json::json;

const HTE: &str = "high_tech_enterprise";

fn unit() -> Log {
    Log::default().and("unit.registered", UNIT, registered("2020-03-01"))
}

fn holding() -> Log {
    unit().and("status.granted", UNIT, granted(HTE, "a", "2021-01-15"))
}

fn changed(from: &str, reason: &str, area: &str) -> serde_json::Value {
    json!({"effective_from": from, "reason": reason, "area": area})
}

const HERE: &str = "510703 F01 1";
const THERE: &str = "510104 F01 1";

#[test]
fn a_status_counts_while_its_certificate_is_valid() {
    let log = holding();
    assert_eq!(log.shows("high_tech_enterprises", "2020"), "");
    assert_eq!(log.shows("high_tech_enterprises", "2021-01"), HERE);
    assert_eq!(log.shows("high_tech_enterprises", "2023-12"), HERE);
    assert_eq!(log.shows("high_tech_enterprises", "2024-01"), "");
    assert_eq!(log.behind("high_tech_enterprises", "2021-01"), [0, 1]);
}

#[test]
fn a_status_is_held_once_however_many_certificates() {
    let log = holding().and("status.granted", UNIT, granted(HTE, "b", "2022-01-15"));
    assert_eq!(log.shows("high_tech_enterprises", "2022"), HERE);
    assert_eq!(log.behind("high_tech_enterprises", "2022"), [0, 2]);
    assert_eq!(log.shows("high_tech_enterprises", "2024"), HERE);
}

#[test]
fn a_revocation_ends_that_certificate_from_its_day_on() {
    let revoked = |from| json!({"status": HTE, "number": "a", "effective_from": from, "reason": "r"});
    let log = holding().and("status.revoked", UNIT, revoked("2022-06-30"));
    assert_eq!(log.shows("high_tech_enterprises", "2022-05"), HERE);
    assert_eq!(log.shows("high_tech_enterprises", "2022-06"), "");
    let other = log.and("status.granted", UNIT, granted(HTE, "b", "2022-07-01"));
    assert_eq!(other.shows("high_tech_enterprises", "2022-07"), HERE);
    let later = holding().and("status.revoked", UNIT, revoked("2022-07-01"));
    assert_eq!(later.shows("high_tech_enterprises", "2022-06"), HERE);
}

#[test]
fn a_closed_unit_holds_no_status() {
    let closed = json!({"effective_from": "2022-06-30", "reason": "r"});
    let log = holding().and("unit.closed", UNIT, closed);
    assert_eq!(log.shows("high_tech_enterprises", "2022-05"), HERE);
    assert_eq!(log.shows("high_tech_enterprises", "2022-06"), "");
    let again = log.and("unit.registered", UNIT, registered("2022-09-01"));
    assert_eq!(again.shows("high_tech_enterprises", "2022-08"), "");
    assert_eq!(again.shows("high_tech_enterprises", "2022-09"), HERE);
}

#[test]
fn merging_and_splitting_close_and_moving_does_not() {
    for (reason, after) in [("merged", ""), ("split", ""), ("moved", THERE), ("renamed", THERE)] {
        let log = holding().and("unit.changed", UNIT, changed("2022-06-30", reason, "510104"));
        assert_eq!(log.shows("high_tech_enterprises", "2022-06"), after, "{reason}");
        assert_eq!(log.shows("high_tech_enterprises", "2022-05"), HERE, "{reason}");
    }
}

#[test]
fn of_one_days_changes_the_later_in_the_log_wins_and_days_decide_before_that() {
    let log = holding()
        .and("unit.changed", UNIT, changed("2022-06-01", "moved", "510104"))
        .and("unit.changed", UNIT, changed("2022-06-01", "moved", "510105"))
        .and("unit.changed", UNIT, changed("2022-03-01", "moved", "510106"));
    assert_eq!(log.shows("high_tech_enterprises", "2022-02"), HERE);
    assert_eq!(log.shows("high_tech_enterprises", "2022-03"), "510106 F01 1");
    assert_eq!(log.shows("high_tech_enterprises", "2022-06"), "510105 F01 1");
    assert_eq!(log.behind("high_tech_enterprises", "2022-06"), [0, 1, 3]);
}

#[test]
fn before_its_first_day_a_unit_has_no_area() {
    let log = holding().and("status.granted", UNIT, granted(HTE, "b", "2020-01-10"));
    assert_eq!(log.shows("high_tech_enterprises", "2020-02"), "");
    assert_eq!(log.shows("high_tech_enterprises", "2020-03"), HERE);
}

#[test]
fn the_certificate_places_a_unit_that_the_register_does_not_know() {
    let mut certificate = granted(HTE, "a", "2021-01-15");
    certificate["area"] = json!("510104");
    certificate["field"] = json!("F05");
    let log = Log::default().and("status.granted", UNIT, certificate);
    assert_eq!(log.shows("high_tech_enterprises", "2021"), "510104 F05 1");
    let known = log.and("unit.registered", UNIT, registered("2020-03-01"));
    assert_eq!(known.shows("high_tech_enterprises", "2021"), HERE);
    let nowhere = Log::default().and("status.granted", UNIT, granted(HTE, "a", "2021-01-15"));
    assert_eq!(nowhere.shows("high_tech_enterprises", "2021"), "");
}

#[test]
fn a_unit_outside_the_plan_enters_no_figure() {
    let log = holding().and("unit.changed", UNIT, changed("2022-01-01", "moved", "110101"));
    assert_eq!(log.shows("high_tech_enterprises", "2021"), HERE);
    assert_eq!(log.shows("high_tech_enterprises", "2022"), "");
}

#[test]
fn the_field_is_the_bureaus_else_the_industrys_else_unknown() {
    let mut data = registered("2020-03-01");
    data["field"] = json!(null);
    let log = Log::default().and("unit.registered", UNIT, data.clone()).and(
        "status.granted",
        UNIT,
        granted(HTE, "a", "2021-01-15"),
    );
    assert_eq!(log.shows("high_tech_enterprises", "2021-01"), "510703 F01 1");
    let shown = |log: Log, industry: &str, field: Option<&str>| {
        let data = json!({"effective_from": "2021-06-01", "reason": "reclassified", "industry": industry, "field": field});
        log.and("unit.changed", UNIT, data).shows("high_tech_enterprises", "2021-06")
    };
    assert_eq!(shown(log.clone(), "2710", None), "510703 F06 1");
    assert_eq!(shown(log.clone(), "2710", Some("F09")), "510703 F09 1");
    assert_eq!(shown(log, "7010", None), "510703 _U 1");
    // What a change leaves out stays: a field that the bureau named outlives the industry.
    assert_eq!(shown(holding(), "2710", None), HERE);
}

#[test]
fn the_net_increase_takes_away_those_of_the_previous_december() {
    let log = holding().and("unit.changed", UNIT, changed("2023-06-01", "moved", "510104"));
    assert_eq!(log.shows("high_tech_enterprises_net", "2021"), HERE);
    assert_eq!(log.shows("high_tech_enterprises_net", "2022-06"), "510703 F01 1; 510703 F01 -1 previous");
    assert_eq!(log.shows("high_tech_enterprises_net", "2023-06"), "510104 F01 1; 510703 F01 -1 previous");
    assert_eq!(log.shows("high_tech_enterprises_net", "2024"), "510104 F01 -1 previous");
    assert_eq!(log.shows("high_tech_enterprises_net", "2025"), "");
}

#[test]
fn a_unit_is_registered_once_a_year_from_its_first_certificates_day_on() {
    let sme = |number, from| granted("sci_tech_sme", number, from);
    let log = unit()
        .and("status.granted", UNIT, sme("a", "2021-05-20"))
        .and("unit.changed", UNIT, changed("2021-06-01", "moved", "510104"))
        .and("status.granted", UNIT, sme("b", "2021-08-01"))
        .and("status.granted", UNIT, sme("c", "2022-02-01"));
    assert_eq!(log.shows("sci_tech_smes_registered", "2021-04"), "");
    assert_eq!(log.shows("sci_tech_smes_registered", "2021-05"), HERE);
    assert_eq!(log.shows("sci_tech_smes_registered", "2021"), HERE);
    assert_eq!(log.shows("sci_tech_smes_registered", "2022-01"), "");
    assert_eq!(log.shows("sci_tech_smes_registered", "2022"), THERE);
    assert_eq!(log.shows("sci_tech_smes", "2021"), THERE);
}

#[test]
fn only_the_first_filing_of_a_gazelle_counts() {
    let log = unit().and("status.granted", UNIT, granted("gazelle", "b", "2023-02-01")).and(
        "status.granted",
        UNIT,
        granted("gazelle", "a", "2021-08-01"),
    );
    assert_eq!(log.shows("gazelles_first", "2021-07"), "");
    assert_eq!(log.shows("gazelles_first", "2021"), HERE);
    assert_eq!(log.shows("gazelles_first", "2022"), "");
    assert_eq!(log.shows("gazelles_first", "2023"), "");
    assert_eq!(log.voiding(2).shows("gazelles_first", "2023"), HERE);
}
