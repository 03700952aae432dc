//! Which report is in force, how far it is checked, and what revenue it gives (docs/measures.md §1, reports).

use crate::log::{Log, UNIT, filed, granted, plan, registered, reviewed, standing};
use serde_json::{Value, json};
use weir_schemas::entity::Scope;
use weir_schemas::event::{Form, Item};
use weir_schemas::plan::{Measure, Rule};

/// An above-scale industrial unit, events 0 and 1.
fn unit() -> Log {
    Log::default().and("unit.registered", UNIT, registered("2019-01-01")).and(
        "status.granted",
        UNIT,
        granted("above_scale_industrial", "a", "2019-01-01"),
    )
}

fn june(revisions: &[(u32, &str)]) -> Log {
    let file = |log: Log, (revision, revenue): &(u32, &str)| {
        log.and("report.filed", UNIT, filed("B203", "2023-06", *revision, revenue))
    };
    revisions.iter().fold(unit(), file)
}

fn review(log: Log, revision: u32, level: &str, verdict: &str) -> Log {
    log.and("report.reviewed", UNIT, reviewed("2023-06", revision, level, verdict))
}

fn withdrawn(revision: u32) -> Value {
    json!({"form": "B203", "period": "2023-06", "revision": revision, "reason": "r"})
}

fn shows(log: &Log) -> String {
    log.shows("industrial_revenue", "2023-06")
}

fn is(revenue: u32, status: &str) -> String {
    format!("510703 F01 {revenue} B203 {status}").trim_end().to_owned()
}

#[test]
fn the_highest_revision_is_in_force_and_replaces_the_whole_report() {
    assert_eq!(shows(&june(&[(1, "10"), (2, "20")])), is(20, "V"));
    assert_eq!(shows(&june(&[(2, "20"), (1, "10")])), is(20, "V"));
    assert_eq!(june(&[(2, "20"), (1, "10")]).behind("industrial_revenue", "2023-06"), [0, 1, 2]);
}

#[test]
fn a_refiling_replaces_the_revision_and_voids_the_reviews_before_it() {
    let accepted = review(june(&[(1, "10")]), 1, "province", "accepted");
    assert_eq!(shows(&accepted), is(10, ""));
    let again = accepted.and("report.filed", UNIT, filed("B203", "2023-06", 1, "11"));
    assert_eq!(shows(&again), is(11, "V"));
    let rejected = review(june(&[(1, "10")]), 1, "province", "rejected");
    assert_eq!(shows(&rejected), "");
    let again = rejected.and("report.filed", UNIT, filed("B203", "2023-06", 1, "11"));
    assert_eq!(shows(&again), is(11, "V"));
}

#[test]
fn a_withdrawal_covers_every_revision_up_to_its_own() {
    let log = june(&[(1, "10"), (2, "20")]);
    let first = log.clone().and("report.withdrawn", UNIT, withdrawn(1));
    assert_eq!(shows(&first), is(20, "V"));
    let both = log.and("report.withdrawn", UNIT, withdrawn(2));
    assert_eq!(shows(&both), "");
    assert_eq!(shows(&both.clone().and("report.withdrawn", UNIT, withdrawn(1))), "");
    let same = both.clone().and("report.filed", UNIT, filed("B203", "2023-06", 2, "21"));
    assert_eq!(shows(&same), "");
    let later = both.and("report.filed", UNIT, filed("B203", "2023-06", 3, "30"));
    assert_eq!(shows(&later), is(30, "V"));
}

#[test]
fn a_revision_returned_at_any_level_gives_way_to_the_one_below() {
    for verdict in ["returned", "rejected"] {
        for level in ["county", "city", "province"] {
            let log = june(&[(1, "10"), (2, "20")]);
            let log = review(review(log, 2, "province", "accepted"), 2, level, verdict);
            assert_eq!(shows(&log), is(10, "V"), "{level} {verdict}");
            let log = review(log, 2, level, "accepted");
            assert_eq!(shows(&log), is(20, ""), "{level} accepts after all");
        }
    }
}

#[test]
fn the_status_is_that_of_the_highest_accepting_level() {
    let log = june(&[(1, "10")]);
    let county = review(log.clone(), 1, "county", "accepted");
    assert_eq!(shows(&county), is(10, "P"));
    let city = review(county, 1, "city", "accepted");
    assert_eq!(shows(&city), is(10, "P"));
    let province = review(city, 1, "province", "accepted");
    assert_eq!(shows(&province), is(10, ""));
    assert_eq!(province.behind("industrial_revenue", "2023-06"), [0, 1, 2, 3, 4, 5]);
    assert_eq!(shows(&review(log, 2, "province", "accepted")), is(10, "V"), "of another revision");
}

#[test]
fn a_release_takes_the_highest_revision_that_the_province_accepted() {
    let releases = |log: &Log| log.releases("industrial_revenue", "2023-06");
    let two = june(&[(1, "10"), (2, "20")]);
    assert_eq!(releases(&two), "", "nobody has accepted any");
    let first = review(two, 1, "province", "accepted");
    assert_eq!((shows(&first), releases(&first)), (is(20, "V"), is(10, "")));
    let city = review(first.clone(), 2, "city", "accepted");
    assert_eq!((shows(&city), releases(&city)), (is(20, "P"), is(10, "")));
    let both = review(city, 2, "province", "accepted");
    assert_eq!(releases(&both), is(20, ""));
    let returned = review(both.clone(), 2, "province", "returned");
    assert_eq!(releases(&returned), is(10, ""), "its latest verdict counts");
    let withdrawn = both.and("report.withdrawn", UNIT, withdrawn(1));
    assert_eq!(releases(&withdrawn), is(20, ""));
    let again = first.and("report.filed", UNIT, filed("B203", "2023-06", 1, "11"));
    assert_eq!(releases(&again), "", "what was filed again is to be accepted again");
}

#[test]
fn only_bureaus_that_cover_the_units_area_on_the_last_day_count() {
    let log = june(&[(1, "10")]);
    let by = |source: &str| {
        let file = filed("B203", "2023-06", 2, "20");
        shows(&log.clone().by(source, "report.filed", UNIT, file))
    };
    assert_eq!(by("510703"), is(20, "V"));
    assert_eq!(by("510700"), is(20, "V"));
    assert_eq!(by("510704"), is(10, "V"));
    assert_eq!(by("510100"), is(10, "V"));
    let other = log.clone().by("510100", "report.withdrawn", UNIT, withdrawn(1));
    assert_eq!(shows(&other), is(10, "V"));
    let other = log.by("510100", "report.reviewed", UNIT, reviewed("2023-06", 1, "city", "rejected"));
    assert_eq!(shows(&other), is(10, "V"));
    let moved = json!({"effective_from": "2023-06-30", "reason": "moved", "area": "510104"});
    let moved = other.and("unit.changed", UNIT, moved);
    assert_eq!(shows(&moved), "");
}

#[test]
fn revenue_is_that_of_the_first_form_in_force() {
    let mut log = unit();
    for (form, period, revenue) in [
        ("TORCH", "2023-12", "4"),
        ("F203", "2023-12", "3"),
        ("B203", "2023-12", "2"),
        ("B103-1", "2023", "1"),
    ] {
        log = log.and("report.filed", UNIT, filed(form, period, 1, revenue));
        let year = log.shows("industrial_revenue", "2023");
        assert_eq!(year, format!("510703 F01 {revenue} {form} V"));
    }
    assert_eq!(log.shows("industrial_revenue", "2023-12"), "510703 F01 2 B203 V");
    assert_eq!(log.shows("industrial_revenue", "2023-Q4"), "510703 F01 2 B203 V");
    assert_eq!(log.shows("industrial_revenue", "2023-11"), "");
    // A form in force that does not say the revenue gives none, and no other stands in for it.
    let silent = json!({"form": "B103-1", "period": "2023", "revision": 2, "area": "510703", "reason": "r",
        "items": {"rd_expense": "1"}});
    let silent = log.and("report.filed", UNIT, silent);
    assert_eq!(silent.shows("industrial_revenue", "2023"), "");
}

#[test]
fn a_status_held_on_any_day_of_the_year_counts_for_revenue() {
    let report = |period: &str| filed("B203", period, 1, "10");
    let log = |to: &str| {
        let mut certificate = granted("above_scale_industrial", "a", "2022-01-01");
        certificate["valid_to"] = json!(to);
        Log::default()
            .and("unit.registered", UNIT, registered("2019-01-01"))
            .and("status.granted", UNIT, certificate)
            .and("report.filed", UNIT, report("2023-06"))
    };
    assert_eq!(shows(&log("2023-01-01")), is(10, "V"));
    assert_eq!(shows(&log("2022-12-31")), "");
    let closed = |from: &str| {
        log("2025-12-31").and("unit.closed", UNIT, json!({"effective_from": from, "reason": "r"}))
    };
    assert_eq!(shows(&closed("2023-01-02")), is(10, "V"));
    assert_eq!(shows(&closed("2023-01-01")), "");
    let revoked = |from: &str| {
        let data =
            json!({"status": "above_scale_industrial", "number": "a", "effective_from": from, "reason": "r"});
        log("2025-12-31").and("status.revoked", UNIT, data)
    };
    assert_eq!(shows(&revoked("2023-01-02")), is(10, "V"));
    assert_eq!(shows(&revoked("2023-01-01")), "");
    let reopened = closed("2022-06-01").and("unit.registered", UNIT, registered("2023-06-30"));
    assert_eq!(shows(&reopened), is(10, "V"));
}

#[test]
fn a_move_leaves_past_periods_where_they_were() {
    let moved = json!({"effective_from": "2023-07-01", "reason": "moved", "area": "510104"});
    let log = june(&[(1, "10")]).and("report.filed", UNIT, filed("B203", "2023-07", 1, "12"));
    let log = log.and("unit.changed", UNIT, moved);
    assert_eq!(shows(&log), is(10, "V"));
    assert_eq!(log.shows("industrial_revenue", "2023-07"), "510104 F01 12 B203 V");
}

#[test]
fn items_are_summed_over_forms() {
    let report = |form: &str| {
        json!({"form": form, "period": "2023", "revision": 1, "area": "510703",
            "items": {"rd_internal": "10", "rd_basic": "1"}})
    };
    let log = unit().and("report.filed", UNIT, report("107-2")).and("report.filed", UNIT, report("RD-HE"));
    assert_eq!(log.shows("rd_internal", "2023"), "510703 F01 10 107-2 V; 510703 F01 10 RD-HE V");
    assert_eq!(log.shows("rd_internal", "2023-12"), "");
    assert_eq!(log.shows("rd_applied", "2023"), "");
}

#[test]
fn revenue_carries_what_the_same_report_says_of_the_year_before() {
    let with = |form: &str, prior: Option<&str>| {
        let mut data = filed(form, if form == "B103-1" { "2023" } else { "2023-12" }, 1, "10");
        if let Some(prior) = prior {
            data["items"]["operating_revenue_prior"] = json!(prior);
        }
        data
    };
    let prior = |log: &Log| {
        let standing = standing(&log.state(), "industrial_revenue", "2023");
        standing.into_iter().map(|(_, stands)| stands.prior).collect::<Vec<_>>()
    };
    let log = unit().and("report.filed", UNIT, with("B203", Some("8")));
    assert_eq!(prior(&log), [Some(8.into())]);
    // The prior year is the same report's: another form's does not complete it.
    let log = log.and("report.filed", UNIT, with("B103-1", None));
    assert_eq!(prior(&log), [None]);
}

#[test]
fn revenue_summed_over_forms_carries_the_year_before_as_well() {
    let mut plan = plan();
    let forms = vec![Form::B203, Form::Torch];
    for (id, item) in [("all_revenue", Item::OperatingRevenue), ("spent", Item::RdExpense)] {
        let rule = Rule::ReportItem { item, forms: forms.clone() };
        let like = plan.measure("rd_internal").unwrap().clone();
        plan.measures.push(Measure { id: id.into(), rule, ..like });
    }
    let with = |form: &str, revenue: &str| {
        let mut data = filed(form, "2023-06", 1, revenue);
        data["items"]["operating_revenue_prior"] = json!("9");
        data["items"]["rd_expense"] = json!("1");
        data
    };
    let log = unit().and("report.filed", UNIT, with("B203", "10")).and(
        "report.filed",
        UNIT,
        filed("TORCH", "2023-06", 1, "12"),
    );
    let said = |measure: &str| {
        let all = log.state().contributions(Scope::All, &plan);
        let of = all.into_iter().filter(|(key, _)| key.measure.as_ref() == measure);
        of.map(|(key, one)| (key.part, one.prior)).collect::<Vec<_>>()
    };
    assert_eq!(said("all_revenue"), [("B203", Some(9.into())), ("TORCH", None)]);
    assert_eq!(said("spent"), [("B203", None)]);
}
