//! What became of an event: whether it stands, or what took its place.

use serde_json::{Value, json};
use weir_schemas::entity::Standing;

use crate::log::{Log, UNIT, filed, granted, registered, reviewed};

fn unit() -> Log {
    Log::default().and("unit.registered", UNIT, registered("2019-01-01"))
}

fn file(log: Log, revision: u32) -> Log {
    log.and("report.filed", UNIT, filed("B203", "2023-06", revision, "1"))
}

fn review(log: Log, revision: u32, level: &str, verdict: &str) -> Log {
    log.and("report.reviewed", UNIT, reviewed("2023-06", revision, level, verdict))
}

fn withdraw(log: Log, revision: u32) -> Log {
    log.and(
        "report.withdrawn",
        UNIT,
        json!({"form": "B203", "period": "2023-06", "revision": revision, "reason": "r"}),
    )
}

/// The standing of each event, by place.
fn shows(log: &Log) -> String {
    let state = log.state();
    let word = |place: usize| {
        let standing = state.standing(i64::try_from(place).unwrap()).unwrap();
        standing.by().map_or(standing.as_str().to_owned(), |by| format!("{} by {by}", standing.as_str()))
    };
    (0..log.events.len()).map(word).collect::<Vec<_>>().join(", ")
}

/// The standings from the second event on.
fn after_the_first(log: &Log) -> String {
    shows(log).split_once(", ").unwrap().1.to_owned()
}

#[test]
fn the_highest_revision_supersedes_those_below() {
    assert_eq!(after_the_first(&file(unit(), 1)), "in_force");
    assert_eq!(after_the_first(&file(file(unit(), 1), 2)), "superseded by 2, in_force");
    assert_eq!(after_the_first(&file(file(unit(), 2), 1)), "in_force, superseded by 1");
    let returned = review(file(file(unit(), 1), 2), 2, "city", "returned");
    assert_eq!(after_the_first(&returned), "in_force, returned by 3, in_force");
}

#[test]
fn a_refiling_supersedes_its_revision_and_what_was_said_of_it() {
    let explained = json!({"form": "B203", "period": "2023-06", "revision": 1, "rule": "W-RD-SHARE", "explanation": "e",
        "author": "a"});
    let log = review(file(unit(), 1), 1, "county", "accepted").and("query.explained", UNIT, explained);
    assert_eq!(after_the_first(&log), "in_force, in_force, in_force");
    assert_eq!(after_the_first(&file(log, 1)), "superseded by 4, superseded by 4, superseded by 4, in_force");
}

#[test]
fn the_last_word_against_a_report_is_named() {
    let log = review(file(unit(), 1), 1, "county", "returned");
    assert_eq!(after_the_first(&log), "returned by 2, in_force");
    let rejected = review(log.clone(), 1, "province", "rejected");
    assert_eq!(after_the_first(&rejected), "rejected by 3, in_force, in_force");
    // A level's later verdict replaces its earlier one.
    let accepted = review(log, 1, "county", "accepted");
    assert_eq!(after_the_first(&accepted), "in_force, superseded by 3, in_force");
}

#[test]
fn a_withdrawal_names_itself_and_a_later_revision_revives() {
    let log = withdraw(file(file(unit(), 1), 2), 2);
    assert_eq!(after_the_first(&log), "withdrawn by 3, withdrawn by 3, in_force");
    let log = file(log, 3);
    assert_eq!(after_the_first(&log), "withdrawn by 3, withdrawn by 3, in_force, in_force");
    assert_eq!(after_the_first(&withdraw(file(file(unit(), 1), 2), 1)), "withdrawn by 3, in_force, in_force");
}

#[test]
fn what_does_not_cover_the_area_is_ignored_and_what_has_none_is_unplaced() {
    let log = file(unit(), 1).by("510100", "report.filed", UNIT, filed("B203", "2023-06", 2, "2")).by(
        "510100",
        "report.reviewed",
        UNIT,
        reviewed("2023-06", 1, "city", "rejected"),
    );
    assert_eq!(after_the_first(&log), "in_force, ignored, ignored");
    assert_eq!(shows(&file(Log::default(), 1)), "no_area");
}

#[test]
fn a_voided_event_is_named_so_and_voids_stand() {
    let log = file(file(unit(), 1), 2).voiding(2);
    assert_eq!(after_the_first(&log), "in_force, voided by 3, in_force");
    assert_eq!(after_the_first(&log.voiding(3)), "in_force, voided by 3, in_force, in_force");
    let before = Log::default().and("event.voided", UNIT, crate::log::void(1));
    assert_eq!(
        shows(&before.and("unit.registered", UNIT, registered("2019-01-01"))),
        "in_force, voided by 0"
    );
}

#[test]
fn what_says_all_anew_supersedes() {
    let again = unit().and("unit.registered", UNIT, registered("2020-01-01"));
    assert_eq!(shows(&again), "in_force, in_force", "of another day: both hold in their time");
    let again = again.and("unit.registered", UNIT, registered("2020-01-01"));
    assert_eq!(shows(&again), "in_force, superseded by 2, in_force");

    let log = unit().and("status.granted", UNIT, granted("gazelle", "a", "2021-01-01"));
    let log = log.and("status.granted", UNIT, granted("gazelle", "b", "2021-01-01"));
    let log = log.and("status.granted", UNIT, granted("gazelle", "a", "2022-01-01"));
    assert_eq!(after_the_first(&log), "superseded by 3, in_force, in_force");

    let value = |value: &str, vintage: &str| {
        json!({"series": "gdp", "area": "510000", "period": "2021", "value": value, "unit": "CNY", "vintage": vintage,
            "published_on": "2022-06-01", "source": "s"})
    };
    let log = Log::default().and("reference.published", "gdp:510000:2021", value("1", "verified")).and(
        "reference.published",
        "gdp:510000:2021",
        value("2", "preliminary"),
    );
    assert_eq!(shows(&log), "in_force, superseded by 0");

    let entered =
        |on: &str| json!({"register": "incubator", "entry": "e", "area": "510703", "entered_on": on});
    let log = Log::default()
        .and("register.entered", "incubator:e", entered("2022-01-01"))
        .and("register.entered", "incubator:e", entered("2022-01-01"))
        .and("register.entered", "incubator:e", entered("2022-01-02"));
    assert_eq!(shows(&log), "superseded by 1, in_force, in_force");
}

#[test]
fn a_contract_stands_at_its_highest_revision_until_it_is_cancelled() {
    let subject = "2023510704000042";
    let party = json!({"name": "n", "area": "510704"});
    let registered = json!({"kind": "service", "registered_on": "2023-08-01", "seller": party, "buyer": party,
        "amount": "100", "technology_amount": "50"});
    let amended = |revision: u32, amount: Option<u32>| json!({"revision": revision, "effective_from": "2025-01-01", "amount": amount, "reason": "r"});
    let log = Log::default()
        .and("contract.registered", subject, registered)
        .and("contract.amended", subject, amended(3, Some(3)))
        .and("contract.amended", subject, amended(2, Some(2)))
        .and("contract.amended", subject, amended(4, None));
    assert_eq!(shows(&log), "superseded by 1, in_force, superseded by 1, in_force");
    let log = log.and("contract.cancelled", subject, json!({"effective_from": "2025-01-01", "reason": "r"}));
    assert_eq!(shows(&log), "withdrawn by 4, withdrawn by 4, superseded by 1, in_force, in_force");
}

#[test]
fn a_provinces_last_word_on_a_round_holds_and_its_last_deadline() {
    let round = |deadline: Value| json!({"form": "B203", "period": "2023-12", "level": "province", "deadline": deadline});
    let log = Log::default()
        .and("period.opened", "B203", round(json!("2024-01-18")))
        .and("period.closed", "B203", round(json!(null)))
        .and("period.reopened", "B203", round(json!(null)));
    assert_eq!(shows(&log), "in_force, superseded by 2, in_force");
    let log = log.and("period.reopened", "B203", round(json!("2024-03-01")));
    assert_eq!(shows(&log), "superseded by 3, superseded by 3, superseded by 3, in_force");
}

#[test]
fn only_events_that_count_have_a_standing() {
    let log = file(unit(), 1);
    let state = log.state();
    assert_eq!(state.standing(2), None);
    assert_eq!(state.offset_of(log.events[1].identity()), Some(1));
    assert_eq!(state.standing(1), Some(Standing::InForce));
    let other = crate::log::event("other", "510000", "unit.registered", UNIT, registered("2019-01-01"));
    assert_eq!(state.offset_of(other.identity()), None);
}
