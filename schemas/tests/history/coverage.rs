//! Who is expected to file, who did, and until when they had to.

use serde_json::{Value, json};
use weir_schemas::entity::Scope;
use weir_schemas::plan::{Plan, SICHUAN_14};

use crate::log::{Log, UNIT, filed, granted, registered, reviewed};

const ONE: &str = "510703 F01 1";

fn unit() -> Log {
    Log::default().and("unit.registered", UNIT, registered("2019-01-01"))
}

fn above_scale(from: &str, to: &str) -> Log {
    let mut certificate = granted("above_scale_industrial", "a", from);
    certificate["valid_to"] = json!(to);
    unit().and("status.granted", UNIT, certificate)
}

fn research(log: Log, year: &str) -> Log {
    let report = json!({"form": "107-2", "period": year, "revision": 1, "area": "510703", "items": {"rd_internal": "1"}});
    log.and("report.filed", UNIT, report)
}

#[test]
fn monthly_forms_are_expected_of_who_holds_the_status_on_the_last_day() {
    let log = above_scale("2021-02-28", "2022-06-29");
    let expected = |period| log.shows("expected_B203", period);
    let months =
        ["2021-01", "2021-02", "2021-12", "2021", "2022-01", "2022-02", "2022-05", "2022-06", "2022"];
    assert_eq!(months.map(expected), ["", ONE, ONE, ONE, "", ONE, ONE, "", ""]);
    assert_eq!(above_scale("2021-02-28", "2022-06-30").shows("expected_B203", "2022-06"), ONE);
    assert_eq!(log.shows("expected_F203", "2021-06"), "");
    assert_eq!(log.behind("expected_B203", "2021-06"), [0, 1]);
}

#[test]
fn who_files_without_being_expected_is_not_counted() {
    let log =
        above_scale("2021-01-01", "2021-12-31").and("report.filed", UNIT, filed("B203", "2022-03", 1, "5"));
    assert_eq!(log.shows("filed_B203", "2022-03"), "");
    let waived = log.and("report.filed", UNIT, filed("B203", "2021-01", 1, "5"));
    assert_eq!(waived.shows("filed_B203", "2021-01"), "");
}

#[test]
fn filed_is_who_has_a_report_in_force_as_far_as_it_is_checked() {
    let log = above_scale("2020-01-01", "2025-12-31");
    let shows = |log: &Log| log.shows("filed_B203", "2023-06");
    assert_eq!(shows(&log), "");
    let filed = log.and("report.filed", UNIT, filed("B203", "2023-06", 1, "0"));
    assert_eq!(shows(&filed), "510703 F01 1 B203 V");
    assert_eq!(filed.behind("filed_B203", "2023-06"), [0, 1, 2]);
    let by = |level, verdict| {
        shows(&filed.clone().and("report.reviewed", UNIT, reviewed("2023-06", 1, level, verdict)))
    };
    assert_eq!(by("county", "accepted"), "510703 F01 1 B203 P");
    assert_eq!(by("province", "accepted"), "510703 F01 1 B203");
    assert_eq!(by("county", "returned"), "");
    let withdrawn = json!({"form": "B203", "period": "2023-06", "revision": 1, "reason": "r"});
    assert_eq!(shows(&filed.and("report.withdrawn", UNIT, withdrawn)), "");
}

#[test]
fn a_year_of_a_monthly_form_is_its_december() {
    let log =
        above_scale("2020-01-01", "2025-12-31").and("report.filed", UNIT, filed("B203", "2023-12", 1, "1"));
    assert_eq!(log.shows("filed_B203", "2023"), "510703 F01 1 B203 V");
    assert_eq!(log.shows("filed_B203", "2023-12"), "510703 F01 1 B203 V");
    // The annual form does not stand in for it: it is not what was expected.
    let annual =
        above_scale("2020-01-01", "2025-12-31").and("report.filed", UNIT, filed("B103-1", "2023", 1, "1"));
    assert_eq!(annual.shows("filed_B203", "2023"), "");
}

#[test]
fn research_is_expected_of_who_filed_it_the_year_before() {
    let log = research(unit(), "2021");
    let expected = |log: &Log| ["2021", "2022", "2023"].map(|year| log.shows("expected_107_2", year));
    assert_eq!(expected(&log), ["", ONE, ""]);
    assert_eq!(log.shows("expected_107_2", "2022-12"), "");
    // Filing before the calendar begins counts all the same.
    assert_eq!(expected(&research(unit(), "2020")), [ONE, "", ""]);
    let again = research(log.clone(), "2022");
    assert_eq!(expected(&again), ["", ONE, ONE]);
    assert_eq!(again.shows("filed_107_2", "2022"), "510703 F01 1 107-2 V");
    assert_eq!(again.shows("filed_107_2", "2021"), "");
    assert_eq!(again.behind("filed_107_2", "2022"), [0, 1, 2]);
    let returned = json!({"form": "107-2", "period": "2021", "revision": 1, "level": "city", "verdict": "returned",
        "area": "510700"});
    let returned = again.and("report.reviewed", UNIT, returned);
    assert_eq!(expected(&returned), ["", "", ONE], "what is returned was not filed");
    assert_eq!(returned.shows("filed_107_2", "2022"), "");
}

#[test]
fn research_is_expected_of_high_tech_enterprises() {
    let certificate = granted("high_tech_enterprise", "a", "2021-01-01");
    let log = unit().and("status.granted", UNIT, certificate.clone());
    let years = ["2020", "2021", "2023", "2024"].map(|year| log.shows("expected_107_2", year));
    assert_eq!(years, ["", ONE, ONE, ""]);
    let log = research(log, "2023");
    assert_eq!(log.shows("filed_107_2", "2023"), "510703 F01 1 107-2 V");
    assert_eq!(log.shows("expected_107_2", "2024"), ONE);
}

#[test]
fn a_unit_is_expected_where_it_is_on_the_last_day() {
    let moved = json!({"effective_from": "2022-07-01", "reason": "moved", "area": "510104"});
    let log = research(unit(), "2021").and("unit.changed", UNIT, moved);
    assert_eq!(log.shows("expected_107_2", "2022"), "510104 F01 1");
    // A certificate places a unit that the register does not know; its reports have no area and are not counted.
    let mut certificate = granted("above_scale_industrial", "a", "2020-01-01");
    certificate["area"] = json!("510104");
    let unknown = Log::default().and("status.granted", UNIT, certificate);
    let unknown = unknown.and("report.filed", UNIT, filed("B203", "2023-06", 1, "1"));
    assert_eq!(unknown.shows("expected_B203", "2023-06"), "510104 _U 1");
    assert_eq!(unknown.shows("filed_B203", "2023-06"), "");
}

#[test]
fn the_deadline_is_the_provinces_last_word_on_it() {
    let round = |level: &str, deadline: Value| json!({"form": "B203", "period": "2023-12", "level": level, "deadline": deadline});
    let log = Log::default()
        .and("period.opened", "B203", round("province", json!("2024-01-18")))
        .and("period.opened", "B203", round("county", json!("2024-01-10")))
        .by("510700", "period.opened", "B203", round("province", json!("2024-01-11")));
    assert_eq!(log.shows("deadline_B203", "2023-12"), "510000 _U 20240118");
    assert_eq!(log.shows("deadline_B203", "2023"), "510000 _U 20240118");
    assert_eq!(log.shows("deadline_B203", "2023-11"), "");
    // Closing says no deadline, nor does reopening without one.
    let closed = log.clone().and("period.closed", "B203", round("province", json!("2024-02-01")));
    let again = closed.and("period.reopened", "B203", round("province", json!(null)));
    assert_eq!(again.shows("deadline_B203", "2023-12"), "510000 _U 20240118");
    let later = again.and("period.reopened", "B203", round("province", json!("2024-03-01")));
    assert_eq!(later.shows("deadline_B203", "2023-12"), "510000 _U 20240301");
    assert_eq!(later.behind("deadline_B203", "2023-12"), [5]);
    assert_eq!(later.voiding(5).shows("deadline_B203", "2023-12"), "510000 _U 20240118");
}

#[test]
fn nobody_is_expected_in_any_month_without_a_round() {
    let text = SICHUAN_14.replacen("waived = [1]", "waived = [1, 7]", 1);
    let plan = Plan::parse(&text).unwrap();
    let log = above_scale("2021-01-01", "2025-12-31");
    let contributions = log.state().contributions(Scope::All, &plan);
    let of_2022 = contributions
        .keys()
        .filter(|key| key.measure.as_ref() == "expected_B203" && key.from.calendar_year() == 2022);
    let stretches: Vec<(u32, u32)> = of_2022.map(|key| (key.from.number(), key.to.number())).collect();
    assert_eq!(stretches, [(202_202, 202_206), (202_208, 202_213)]);
}
