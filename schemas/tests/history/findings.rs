//! Findings: what there is to ask about what stands, and what enters no figure.

use serde_json::{Value, json};
use weir_schemas::entity::Scope;
use weir_schemas::finding::{Finding, FindingKey, FindingKind};

use crate::log::{Log, UNIT, at, filed, granted, plan, registered, reviewed};

pub(crate) fn unit() -> Log {
    Log::default().and("unit.registered", UNIT, registered("2019-01-01"))
}

pub(crate) fn found(log: &Log) -> Vec<(FindingKey, Finding)> {
    log.state().findings(Scope::All, &plan()).into_iter().collect()
}

/// What is found: rule, event and, where it is explained, by which.
pub(crate) fn shows(log: &Log) -> String {
    let line = |(key, finding): &(FindingKey, Finding)| {
        let explained = finding.explained.map(|by| format!(" by {by}")).unwrap_or_default();
        format!("{} of {}{explained}", key.rule.as_str(), key.event)
    };
    found(log).iter().map(line).collect::<Vec<_>>().join("; ")
}

pub(crate) fn details(log: &Log) -> Vec<String> {
    found(log).into_iter().map(|(_, finding)| finding.detail).collect()
}

fn b203(log: Log, period: &str, revision: u32, revenue: &str) -> Log {
    log.and("report.filed", UNIT, filed("B203", period, revision, revenue))
}

fn with_prior(log: Log, period: &str, revenue: &str, prior: &str) -> Log {
    let mut data = filed("B203", period, 1, revenue);
    data["items"]["operating_revenue_prior"] = json!(prior);
    log.and("report.filed", UNIT, data)
}

pub(crate) fn explained(period: &str, revision: u32, rule: &str) -> Value {
    json!({"form": "B203", "period": period, "revision": revision, "rule": rule, "explanation": "e", "author": "a"})
}

/// Events 0 to 2: a report lower than the one before it.
pub(crate) fn fallen() -> Log {
    b203(b203(unit(), "2023-05", 1, "100"), "2023-06", 1, "90")
}

#[test]
fn a_year_to_date_that_falls_is_asked_about() {
    assert_eq!(shows(&fallen()), "W-YTD-FALL of 2");
    let (key, finding) = &found(&fallen())[0];
    assert_eq!(key.area.map(|area| area.to_string()).as_deref(), Some("510703"));
    let report = key.report.unwrap();
    assert_eq!(
        (report.form.as_str(), report.period.to_string(), report.revision),
        ("B203", "2023-06".into(), 1)
    );
    assert_eq!((key.pointer.as_str(), finding.explained), ("/data/items/operating_revenue", None));
    assert_eq!(finding.detail, "operating_revenue 90 to date is lower than the 100 of 2023-05");
    assert!(finding.is_open(key.rule));
    // A new year begins anew, and other forms are other reports.
    assert_eq!(shows(&b203(b203(unit(), "2022-12", 1, "100"), "2023-02", 1, "90")), "");
    let torch =
        b203(unit(), "2023-05", 1, "100").and("report.filed", UNIT, filed("TORCH", "2023-06", 1, "90"));
    assert_eq!(shows(&torch), "");
    let annual = |year, revenue| filed("B103-1", year, 1, revenue);
    let annual = unit().and("report.filed", UNIT, annual("2022", "100")).and(
        "report.filed",
        UNIT,
        annual("2023", "9"),
    );
    assert_eq!(shows(&annual), "");
}

#[test]
fn a_report_is_held_against_the_last_one_in_force_before_it() {
    let log = b203(b203(unit(), "2023-03", 1, "50"), "2023-06", 1, "90");
    assert_eq!(shows(&log), "");
    // One that comes late stands between them all the same.
    let late = b203(log, "2023-05", 1, "100");
    assert_eq!(shows(&late), "W-YTD-FALL of 2");
    let returned = late.clone().and("report.reviewed", UNIT, reviewed("2023-05", 1, "county", "returned"));
    assert_eq!(shows(&returned), "", "what is returned is not held against anything");
    let withdrawn = json!({"form": "B203", "period": "2023-05", "revision": 1, "reason": "r"});
    assert_eq!(shows(&late.clone().and("report.withdrawn", UNIT, withdrawn)), "");
    assert_eq!(shows(&late.voiding(3)), "");
}

#[test]
fn a_finding_stands_while_its_report_is_in_force() {
    assert_eq!(shows(&b203(fallen(), "2023-06", 2, "110")), "");
    assert_eq!(shows(&b203(fallen(), "2023-06", 2, "95")), "W-YTD-FALL of 3");
    assert_eq!(shows(&b203(fallen(), "2023-05", 2, "80")), "");
    let withdrawn = json!({"form": "B203", "period": "2023-06", "revision": 1, "reason": "r"});
    assert_eq!(shows(&fallen().and("report.withdrawn", UNIT, withdrawn)), "");
    assert_eq!(shows(&fallen().voiding(2)), "");
    let moved = json!({"effective_from": "2023-06-30", "reason": "moved", "area": "510104"});
    let moved = fallen().and("unit.changed", UNIT, moved);
    assert_eq!(shows(&moved), "W-YTD-FALL of 2; W-AREA-DIFFERS of 2");
    assert!(found(&moved).iter().all(|(key, _)| key.area.unwrap().to_string() == "510104"));
}

#[test]
fn an_explanation_or_an_accepting_review_that_lists_the_rule_closes_it() {
    let explain =
        |log: Log, revision, rule| log.and("query.explained", UNIT, explained("2023-06", revision, rule));
    assert_eq!(shows(&explain(fallen(), 1, "W-YTD-FALL")), "W-YTD-FALL of 2 by 3");
    assert_eq!(shows(&explain(fallen(), 1, "W-UNIT-SLIP")), "W-YTD-FALL of 2");
    assert_eq!(shows(&explain(fallen(), 1, "anything")), "W-YTD-FALL of 2");
    assert_eq!(shows(&explain(fallen(), 2, "W-YTD-FALL")), "W-YTD-FALL of 2");
    let twice = explain(explain(fallen(), 1, "W-YTD-FALL"), 1, "W-YTD-FALL");
    assert_eq!(shows(&twice), "W-YTD-FALL of 2 by 3", "the first closes it");
    assert_eq!(shows(&twice.voiding(3)), "W-YTD-FALL of 2 by 4");
    let mut accepting = reviewed("2023-06", 1, "city", "accepted");
    accepting["rules"] = json!(["W-YTD-FALL"]);
    let both = explain(fallen().and("report.reviewed", UNIT, accepting), 1, "W-YTD-FALL");
    assert_eq!(shows(&both), "W-YTD-FALL of 2 by 3");
    assert_eq!(shows(&both.voiding(3)), "W-YTD-FALL of 2 by 4");
    // What is filed again is to be explained again.
    assert_eq!(shows(&b203(explain(fallen(), 1, "W-YTD-FALL"), "2023-06", 1, "80")), "W-YTD-FALL of 4");

    let review = |source: &str, verdict: &str, rules: Value| {
        let mut data = reviewed("2023-06", 1, "city", verdict);
        data["rules"] = rules;
        shows(&fallen().by(source, "report.reviewed", UNIT, data))
    };
    assert_eq!(review("510700", "accepted", json!(["W-YTD-FALL"])), "W-YTD-FALL of 2 by 3");
    assert_eq!(review("510700", "accepted", json!([])), "W-YTD-FALL of 2");
    assert_eq!(review("510700", "accepted", json!(["W-UNIT-SLIP"])), "W-YTD-FALL of 2");
    assert_eq!(review("510700", "returned", json!(["W-YTD-FALL"])), "");
    assert_eq!(review("510100", "accepted", json!(["W-YTD-FALL"])), "W-YTD-FALL of 2; W-IGNORED-SOURCE of 3");
}

#[test]
fn a_unit_slip_is_held_against_the_year_and_else_against_the_year_before() {
    assert_eq!(shows(&b203(b203(unit(), "2023-05", 1, "100"), "2023-06", 1, "110000")), "W-UNIT-SLIP of 2");
    let down = b203(b203(unit(), "2023-05", 1, "100000"), "2023-06", 1, "110");
    assert_eq!(shows(&down), "W-YTD-FALL of 2; W-UNIT-SLIP of 2");
    assert_eq!(shows(&b203(b203(unit(), "2022-02", 1, "100"), "2023-02", 1, "100500")), "W-UNIT-SLIP of 2");
    // With a report earlier in the year, last year's is not asked.
    let both = b203(b203(b203(unit(), "2022-06", 1, "100"), "2023-05", 1, "90000"), "2023-06", 1, "100500");
    assert_eq!(shows(&both), "");
    let research = |year: &str, spent: &str| json!({"form": "107-2", "period": year, "revision": 1, "area": "510703", "items": {"rd_internal": spent}});
    let annual = unit().and("report.filed", UNIT, research("2021", "7000")).and(
        "report.filed",
        UNIT,
        research("2022", "7"),
    );
    assert_eq!(shows(&annual), "W-UNIT-SLIP of 2");
    assert_eq!(
        details(&annual),
        ["rd_internal 7 is about a thousandth of what the 7000 of 2021 lets expect"]
    );
}

/// A report of some items.
fn items(log: Log, period: &str, items: Value) -> Log {
    let mut data = filed("B203", period, 1, "0");
    data["items"] = items;
    log.and("report.filed", UNIT, data)
}

#[test]
fn each_item_is_held_against_the_last_report_that_has_it() {
    // A report between that leaves the item out hides none of what was said before.
    let spent = items(unit(), "2023-06", json!({"rd_expense": "5000"}));
    let spent = items(spent, "2024-05", json!({"operating_revenue": "9000000"}));
    let spent = items(spent, "2024-06", json!({"rd_expense": "5000000"}));
    assert_eq!(shows(&spent), "W-UNIT-SLIP of 3");
    let fallen = items(unit(), "2023-04", json!({"operating_revenue": "100"}));
    let fallen = items(fallen, "2023-05", json!({"rd_expense": "1"}));
    let fallen = items(fallen, "2023-06", json!({"operating_revenue": "90"}));
    assert_eq!(shows(&fallen), "W-YTD-FALL of 3");
    assert_eq!(details(&fallen), ["operating_revenue 90 to date is lower than the 100 of 2023-04"]);
    // What has it since is asked instead.
    let since = b203(fallen.clone(), "2023-05", 2, "80");
    assert_eq!(shows(&since), "W-YTD-FALL of 4");
    assert_eq!(shows(&since.voiding(4)), "W-YTD-FALL of 3");
}

#[test]
fn the_prior_year_is_held_against_what_was_filed_then() {
    let log = |prior| with_prior(b203(unit(), "2022-06", 1, "100"), "2023-06", "110", prior);
    assert_eq!(shows(&log("100")), "");
    assert_eq!(shows(&log("99")), "W-PRIOR-MISMATCH of 2");
    assert_eq!(shows(&b203(log("99"), "2022-06", 2, "99")), "", "last year is corrected");
    assert_eq!(shows(&b203(log("100"), "2022-06", 2, "99")), "W-PRIOR-MISMATCH of 2");
    let other_month = with_prior(b203(unit(), "2022-05", 1, "100"), "2023-06", "110", "99");
    assert_eq!(shows(&other_month), "");
}

#[test]
fn a_report_says_where_its_unit_was() {
    let moved = json!({"effective_from": "2023-06-30", "reason": "moved", "area": "510104"});
    let log = b203(b203(unit().and("unit.changed", UNIT, moved), "2023-05", 1, "1"), "2023-06", 1, "2");
    assert_eq!(shows(&log), "W-AREA-DIFFERS of 3");
    assert_eq!(details(&log), ["510703 is not 510104, where the unit was on 2023-06-30"]);
}

#[test]
fn what_the_door_warned_of_is_listed_until_it_is_explained() {
    let mut data = filed("B203", "2023-06", 1, "100");
    data["items"]["rd_expense"] = json!("51");
    let log = unit().and("report.filed", UNIT, data);
    assert_eq!(shows(&log), "W-RD-SHARE of 1");
    let explained = log.clone().and("query.explained", UNIT, explained("2023-06", 1, "W-RD-SHARE"));
    assert_eq!(shows(&explained), "W-RD-SHARE of 1 by 2");
    assert!(found(&explained).iter().all(|(key, finding)| !finding.is_open(key.rule)));
    let prior = with_prior(unit(), "2023-06", "151", "100");
    assert_eq!(
        details(&prior),
        ["operating_revenue 151 differs by more than half from operating_revenue_prior 100"]
    );
}

#[test]
fn what_a_bureau_says_of_units_elsewhere_is_listed_as_ignored() {
    let withdrawn = json!({"form": "B203", "period": "2023-06", "revision": 1, "reason": "r"});
    let log = b203(unit(), "2023-06", 1, "1")
        .by("510100", "report.filed", UNIT, filed("B203", "2023-06", 2, "2"))
        .by("510100", "report.withdrawn", UNIT, withdrawn)
        .by("510100", "report.reviewed", UNIT, reviewed("2023-06", 1, "city", "rejected"))
        .by("510700", "report.reviewed", UNIT, reviewed("2023-06", 1, "city", "accepted"));
    // In the order of revisions, then of places.
    assert_eq!(shows(&log), "W-IGNORED-SOURCE of 3; W-IGNORED-SOURCE of 4; W-IGNORED-SOURCE of 2");
    let first = found(&log).into_iter().find(|(key, _)| key.event == 2).unwrap();
    assert_eq!(FindingKind::of(first.0.rule), Some(FindingKind::Ignored));
    assert_eq!((first.0.pointer.as_str(), first.0.report.unwrap().revision), ("/source", 2));
    assert_eq!(first.1.detail, "/bureaus/510100 does not cover 510703, where the unit was on 2023-06-30");
    assert!(!first.1.is_open(first.0.rule));
    // Once the register moves the unit there, they count, and the other bureau's do not.
    let moved = json!({"effective_from": "2023-01-01", "reason": "moved", "area": "510104"});
    let of_moved = shows(&log.and("unit.changed", UNIT, moved));
    assert_eq!(of_moved, "W-AREA-DIFFERS of 2; W-IGNORED-SOURCE of 5");
}

#[test]
fn a_report_of_a_unit_unknown_on_the_last_day_is_listed() {
    let log = b203(Log::default(), "2023-06", 1, "100");
    assert_eq!(shows(&log), "W-NO-AREA of 0");
    assert_eq!(found(&log)[0].0.area, None);
    assert_eq!(details(&log), ["the register has the unit in no area on 2023-06-30"]);
    // Of several only the one that would be in force.
    assert_eq!(shows(&b203(log.clone(), "2023-06", 2, "90")), "W-NO-AREA of 1");
    let known = |from: &str| shows(&log.clone().and("unit.registered", UNIT, registered(from)));
    assert_eq!(known("2023-06-30"), "");
    assert_eq!(known("2023-07-01"), "W-NO-AREA of 0");
}

#[test]
fn a_certificate_that_nothing_places_is_listed() {
    let gazelle = |from: &str| granted("gazelle", "a", from);
    let alone = |certificate: Value| Log::default().and("status.granted", UNIT, certificate);
    assert_eq!(shows(&alone(gazelle("2021-05-01"))), "W-NO-AREA of 0");
    assert_eq!(
        details(&alone(gazelle("2021-05-01"))),
        ["nothing says where the holder of gazelle a was on 2021-05-01"]
    );
    let mut placed = gazelle("2021-05-01");
    placed["area"] = json!("510104");
    assert_eq!(shows(&alone(placed)), "");
    let known = |from: &str, log: Log| shows(&log.and("unit.registered", UNIT, registered(from)));
    assert_eq!(known("2021-05-01", alone(gazelle("2021-05-01"))), "");
    assert_eq!(known("2021-05-02", alone(gazelle("2021-05-01"))), "W-NO-AREA of 0");
    // Days before the plan's calendar begins, in 2020, enter no figure anyway.
    assert_eq!(known("2020-01-01", alone(gazelle("2017-05-01"))), "");
    assert_eq!(known("2020-01-02", alone(gazelle("2017-05-01"))), "W-NO-AREA of 0");
    let mut over = gazelle("2017-05-01");
    over["valid_to"] = json!("2019-12-31");
    assert_eq!(shows(&alone(over)), "");
    let revoked = json!({"status": "gazelle", "number": "a", "effective_from": "2020-01-01", "reason": "r"});
    assert_eq!(shows(&alone(gazelle("2017-05-01")).and("status.revoked", UNIT, revoked)), "");
}

#[test]
fn an_entry_that_nothing_places_is_listed() {
    let subject = "incubator:e";
    let entered = |on: &str, area: Option<&str>| json!({"register": "incubator", "entry": "e", "area": area, "entered_on": on});
    let changed =
        |from: &str| json!({"register": "incubator", "entry": "e", "effective_from": from, "area": "510703"});
    let log = Log::default().and("register.entered", subject, entered("2022-03-01", None));
    assert_eq!(shows(&log), "W-NO-AREA of 0");
    assert_eq!(details(&log), ["nothing says where incubator:e is on 2022-03-01"]);
    let placed = |from: &str| shows(&log.clone().and("register.changed", subject, changed(from)));
    assert_eq!(placed("2022-03-01"), "");
    assert_eq!(placed("2022-03-02"), "W-NO-AREA of 0");
    let again = log.and("register.entered", subject, entered("2022-03-01", Some("510104")));
    assert_eq!(shows(&again), "", "what replaces it on its day says more");
    let early = Log::default().and("register.entered", subject, entered("2015-03-01", None));
    assert_eq!(shows(&early.clone().and("register.changed", subject, changed("2020-01-01"))), "");
    assert_eq!(shows(&early), "W-NO-AREA of 0");
}

/// However long the history, an event about a report asks for its own period, of each item the next in the year, and the
/// year after.
#[test]
fn a_report_touches_few() {
    let mut log = unit();
    for period in ["2021-05", "2021-06", "2021-07", "2022-04", "2022-05", "2022-06", "2022-07", "2023-06"] {
        log = log.by("510100", "report.filed", UNIT, filed("B203", period, 9, "1"));
        log = b203(log, period, 1, "100");
    }
    log = items(log, "2022-09", json!({"operating_revenue": "100", "rd_expense": "1"}));
    log = items(log, "2022-10", json!({"operating_revenue": "100", "rd_expense": "1"}));
    for period in ["2022-09", "2022-10"] {
        log = log.by("510100", "report.filed", UNIT, filed("B203", period, 9, "1"));
    }
    let mut state = log.state();
    let event = filed("B203", "2022-06", 2, "90");
    let event = log.clone().and("report.filed", UNIT, event).events.pop().unwrap();
    let scope = state.scope(&event);
    state.apply(&event, at(1_000));
    let mut periods: Vec<String> = state
        .findings(scope, &plan())
        .into_keys()
        .filter_map(|key| Some(key.report?.period.to_string()))
        .collect();
    periods.sort();
    periods.dedup();
    assert_eq!(periods, ["2022-06", "2022-07", "2022-09", "2023-06"]);
}

#[test]
fn a_supplement_to_a_month_of_what_is_answered_by_the_year_is_listed() {
    for (measure, period, listed) in
        [("rd_internal", "2023-06", true), ("rd_internal", "2023", false), ("gazelles", "2023-06", false)]
    {
        let unit = if measure == "gazelles" { "units" } else { "CNY" };
        let data = json!({"measure": measure, "area": "510700", "period": period, "value": "1", "unit": unit,
            "method": "m", "published_on": "2024-01-01", "source": "s"});
        let log = Log::default().and("supplement.published", &format!("{measure}:510700:{period}"), data);
        let said = format!("rd_internal is answered by the year, and not at {period}");
        assert_eq!(details(&log).contains(&said), listed, "{measure} {period}");
    }
}
