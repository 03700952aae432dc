//! What is published without unit records: reference values, supplements, and rounds that close.

use serde_json::{Value, json};
use weir_schemas::entity::{Scope, Standing};
use weir_schemas::finding::{Finding, FindingKey, FindingKind};
use weir_schemas::problem::Code;

use crate::log::{Log, plan};

#[test]
fn of_a_reference_value_the_latest_day_then_vintage_then_place_holds() {
    let value = |value: &str, vintage: &str, on: &str| {
        json!({"series": "gdp", "area": "510000", "period": "2021", "value": value, "unit": "CNY",
            "vintage": vintage, "published_on": on, "source": "s"})
    };
    let mut log = Log::default();
    for (data, shown) in [
        (value("1", "verified", "2022-06-01"), "510000 _T 1 verified"),
        (value("2", "preliminary", "2022-06-01"), "510000 _T 1 verified"),
        (value("3", "preliminary", "2022-07-01"), "510000 _T 3 preliminary"),
        (value("4", "preliminary", "2022-07-01"), "510000 _T 4 preliminary"),
        (value("5", "census_revised", "2021-07-01"), "510000 _T 4 preliminary"),
    ] {
        log = log.and("reference.published", "gdp:510000:2021", data);
        assert_eq!(log.shows("ref_gdp", "2021"), shown);
    }
    assert_eq!(log.shows("ref_gdp", "2022"), "");
}

#[test]
fn a_supplement_adds_at_exactly_its_period_and_of_each_field_the_latest_counts() {
    let subject = "high_tech_revenue:510700:2023";
    let part = |value: &str, field: Value, on: &str| {
        json!({"measure": "high_tech_revenue", "area": "510700", "field": field, "period": "2023", "value": value,
            "unit": "CNY", "method": "m", "published_on": on, "source": "s"})
    };
    let log = Log::default()
        .and("supplement.published", subject, part("1", json!("F01"), "2024-02-01"))
        .and("supplement.published", subject, part("2", json!("F01"), "2024-01-01"))
        .and("supplement.published", subject, part("-3", json!(null), "2024-01-01"));
    assert_eq!(log.shows("high_tech_revenue", "2023"), "510700 F01 1 supplement; 510700 _U -3 supplement");
    assert_eq!(log.shows("high_tech_revenue", "2023-12"), "");
    assert_eq!(log.shows("industrial_revenue", "2023"), "");
    let log = log.and("supplement.published", subject, part("4", json!(null), "2024-01-01"));
    assert_eq!(log.shows("high_tech_revenue", "2023"), "510700 F01 1 supplement; 510700 _U 4 supplement");
}

#[test]
fn supplements_to_what_is_no_sum_or_outside_the_calendar_count_nowhere() {
    for (measure, period) in
        [("ref_gdp", "2023"), ("fields_with_roadmap", "2023"), ("closed_B203", "2023"), ("gazelles", "2019")]
    {
        let data = json!({"measure": measure, "area": "510700", "period": period, "value": "1", "unit": "units",
            "method": "m", "published_on": "2024-01-01", "source": "s"});
        let log = Log::default().and("supplement.published", &format!("{measure}:510700:{period}"), data);
        assert_eq!(log.shows(measure, period), "", "{measure}");
    }
}

#[test]
fn the_provinces_latest_word_closes_a_round() {
    let round =
        |form: &str, period: &str, level: &str| json!({"form": form, "period": period, "level": level});
    let log = Log::default()
        .and("period.opened", "B203", round("B203", "2023-12", "province"))
        .and("period.closed", "B203", round("B203", "2023-12", "city"))
        .by("510700", "period.closed", "B203", round("B203", "2023-12", "province"));
    assert_eq!(log.shows("closed_B203", "2023-12"), "");
    let closed = log.and("period.closed", "B203", round("B203", "2023-12", "province"));
    assert_eq!(closed.shows("closed_B203", "2023-12"), "510000 _U 1");
    assert_eq!(
        closed.shows("closed_B203", "2023"),
        "510000 _U 1",
        "a year-to-date form's year is its December"
    );
    assert_eq!(closed.shows("closed_B203", "2023-11"), "");
    assert_eq!(closed.shows("closed_TORCH", "2023-12"), "");
    let again = closed.clone().and("period.reopened", "B203", round("B203", "2023-12", "province"));
    assert_eq!(again.shows("closed_B203", "2023"), "");
    assert_eq!(again.voiding(4).shows("closed_B203", "2023"), "510000 _U 1");
    let annual = Log::default().and("period.closed", "107-2", round("107-2", "2023", "province"));
    assert_eq!(annual.shows("closed_107_2", "2023"), "510000 _U 1");
    assert_eq!(annual.shows("closed_107_2", "2023-12"), "");
}

#[test]
fn a_supplement_in_another_unit_is_none_and_pieces_travel_as_units() {
    let shows = |unit: &str| {
        let data = json!({"measure": "high_value_patents", "area": "510700", "period": "2023", "value": "7",
            "unit": unit, "method": "m", "published_on": "2024-01-01", "source": "s"});
        let log = Log::default().and("supplement.published", "high_value_patents:510700:2023", data);
        log.shows("high_value_patents", "2023")
    };
    assert_eq!(shows("units"), "510700 _U 7 supplement");
    assert_eq!(shows("persons"), "");
}

/// A value of an own series, and a part of a measure, in some unit.
fn in_unit(kind: &str, value: &str, unit: &str, on: &str) -> Value {
    match kind {
        "reference.published" => json!({"series": "official_HTE_COUNT", "area": "510000", "period": "2021",
            "value": value, "unit": unit, "vintage": "verified", "published_on": on, "source": "s"}),
        _ => json!({"measure": "gazelles", "area": "510700", "period": "2021", "value": value, "unit": unit,
            "method": "m", "published_on": on, "source": "s"}),
    }
}

#[test]
fn what_is_published_in_a_wrong_unit_hides_nothing_and_is_listed() {
    for (kind, subject, measure, shown) in [
        (
            "reference.published",
            "official_HTE_COUNT:510000:2021",
            "ref_official_HTE_COUNT",
            "510000 _T 7 verified",
        ),
        ("supplement.published", "gazelles:510700:2021", "gazelles", "510700 _U 7 supplement"),
    ] {
        let good = Log::default().and(kind, subject, in_unit(kind, "7", "units", "2022-01-01"));
        assert_eq!(ignored(&good), "", "{kind}");
        let log = good.and(kind, subject, in_unit(kind, "8", "persons", "2022-02-01"));
        assert_eq!(log.shows(measure, "2021"), shown);
        let said = format!("1 at /data/unit: {measure} is in units, and not in persons");
        assert_eq!(ignored(&log), said);
        let state = log.state();
        assert_eq!([0, 1].map(|place| state.standing(place)), [Some(Standing::InForce); 2], "{kind}");
        assert_eq!(ignored(&log.clone().voiding(1)), "");
        let again = log.and(kind, subject, in_unit(kind, "9", "units", "2022-02-01"));
        assert_eq!(ignored(&again), "", "{kind}: it is corrected");
        assert_eq!(again.state().standing(0), Some(Standing::Superseded { by: 2 }));
    }
}

#[test]
fn a_supplement_that_adds_to_nothing_is_listed() {
    let listed = |measure: &str| {
        let data = json!({"measure": measure, "area": "510700", "period": "2021", "value": "1", "unit": "units",
            "method": "m", "published_on": "2022-01-01", "source": "s"});
        ignored(&Log::default().and("supplement.published", &format!("{measure}:510700:2021"), data))
    };
    assert_eq!(listed("gazelles"), "");
    assert_eq!(listed("gazelle"), "0 at /data/measure: the plan has no measure gazelle");
    assert_eq!(listed("ref_gdp"), "0 at /data/measure: ref_gdp takes no supplements");
    assert_eq!(listed("expected_B203"), "0 at /data/measure: expected_B203 takes no supplements");
}

/// What is listed as changing nothing: event, place and why.
fn ignored(log: &Log) -> String {
    let line = |(key, finding): (FindingKey, Finding)| {
        assert_eq!((key.rule, FindingKind::of(key.rule)), (Code::IgnoredValue, Some(FindingKind::Ignored)));
        assert!(key.area.is_some(), "it is listed where it is published for");
        format!("{} at {}: {}", key.event, key.pointer, finding.detail)
    };
    log.state().findings(Scope::All, &plan()).into_iter().map(line).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_quarter_and_its_last_month_are_one_period() {
    let value = |period: &str, value: &str, on: &str| {
        json!({"series": "gdp", "area": "510000", "period": period, "value": value, "unit": "CNY",
            "vintage": "verified", "published_on": on, "source": "s"})
    };
    let part = |period: &str, value: &str, on: &str| {
        json!({"measure": "gazelles", "area": "510700", "period": period, "value": value, "unit": "units",
            "method": "m", "published_on": on, "source": "s"})
    };
    let both =
        |kind: &str, what: &str, of: &dyn Fn(&str, &str, &str) -> Value| {
            let log = Log::default()
                .and(kind, &format!("{what}:2021-Q2"), of("2021-Q2", "1", "2021-08-01"))
                .and(kind, &format!("{what}:2021-06"), of("2021-06", "2", "2021-09-01"));
            // Only what lies under one subject meets in one state.
            assert_eq!(log.events[0].subject, log.events[1].subject);
            log
        };
    let log = both("reference.published", "gdp:510000", &value);
    assert_eq!(log.shows("ref_gdp", "2021-06"), "510000 _T 2 verified");
    let log = both("supplement.published", "gazelles:510700", &part);
    assert_eq!(log.shows("gazelles", "2021-Q2"), "510700 _U 2 supplement");
    assert_eq!(log.voiding(1).shows("gazelles", "2021-06"), "510700 _U 1 supplement");
}
