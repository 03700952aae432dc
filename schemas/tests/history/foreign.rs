//! What a bureau says of what lies in another's area: it counts, and is listed where it lies.

use serde_json::{Value, json};

use crate::contracts::{CONTRACT, contract};
use crate::findings::{details, explained, fallen, found, shows, unit};
use crate::log::{Log, UNIT, granted, registered};
use crate::patents::{holder, patent, patent_number};

/// The log, whose last event says something of what lies in Mianyang, ends with a bureau's word; what is found of that.
fn said(log: &Log, bureau: &str, kind: &str, data: Value) -> String {
    let subject = log.events[0].subject.clone();
    let log = log.clone().by(bureau, kind, &subject, data);
    let last = i64::try_from(log.events.len()).unwrap() - 1;
    let found = found(&log).into_iter().filter(|(key, _)| key.event == last);
    let line = |(key, _): (_, _)| {
        let key: weir_schemas::finding::FindingKey = key;
        assert_eq!(key.pointer, "/source");
        format!("{} in {}", key.rule.as_str(), key.area.map(|area| area.to_string()).unwrap_or_default())
    };
    found.map(line).collect::<Vec<_>>().join("; ")
}

#[test]
fn each_kind_of_word_from_elsewhere_is_listed_and_from_the_own_bureau_is_not() {
    let on = |day: &str| json!({"effective_from": day, "reason": "r"});
    let change = |reason: &str, area: Option<&str>| json!({"effective_from": "2023-01-01", "reason": reason, "area": area});
    let certified = unit().and("status.granted", UNIT, granted("gazelle", "a", "2021-05-01"));
    let revoked = json!({"status": "gazelle", "number": "a", "effective_from": "2023-01-01", "reason": "r"});
    let amended = json!({"revision": 2, "effective_from": "2025-01-01", "amount": "1", "reason": "r"});
    let lapsed = json!({"effective_from": "2021-01-01", "change": "lapsed"});
    let bought =
        json!({"effective_from": "2021-01-01", "change": "transferred", "holders": holder("510104")});
    let entry = json!({"register": "incubator", "entry": "e", "area": "510703", "entered_on": "2022-03-01"});
    let entry = Log::default().and("register.entered", "incubator:e", entry);
    let of_entry = |more: Value| {
        let mut data = json!({"register": "incubator", "entry": "e", "effective_from": "2023-01-01"});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    let patent = patent("510703", &["awarded"]);
    for (log, kind, data) in [
        (&unit(), "unit.closed", on("2023-01-01")),
        (&unit(), "unit.changed", change("renamed", None)),
        // By the bureau that it moves to.
        (&unit(), "unit.changed", change("moved", Some("510104"))),
        (&unit(), "status.granted", granted("gazelle", "b", "2021-05-01")),
        (&certified, "status.revoked", revoked),
        (&fallen(), "query.explained", explained("2023-06", 1, "W-YTD-FALL")),
        (&patent, "patent.changed", lapsed),
        (&patent, "patent.changed", bought),
        (
            &patent,
            "patent.granted",
            json!({"filing_date": "2012-02-29", "grant_date": "2014-05-20",
            "holders": holder("510104"), "classes": []}),
        ),
        (&contract(), "contract.amended", amended),
        (&contract(), "contract.cancelled", on("2025-01-01")),
        (&entry, "register.changed", of_entry(json!({"area": "510104"}))),
        (&entry, "register.removed", of_entry(json!({"reason": "r"}))),
    ] {
        let area = if kind.starts_with("contract") { "510704" } else { "510703" };
        let elsewhere = said(log, "510100", kind, data.clone());
        assert_eq!(elsewhere, format!("W-FOREIGN-SOURCE in {area}"), "{kind} {data}");
        for bureau in ["510000", "510700", area] {
            assert_eq!(said(log, bureau, kind, data.clone()), "", "{kind} by {bureau}");
        }
    }
}

#[test]
fn it_counts_until_it_is_voided() {
    let log = contract().by(
        "510100",
        "contract.cancelled",
        CONTRACT,
        json!({"effective_from": "2025-01-01", "reason": "r"}),
    );
    assert_eq!(
        (log.shows("contract_turnover", "2023").as_str(), shows(&log).as_str()),
        ("", "W-FOREIGN-SOURCE of 1")
    );
    assert_eq!(
        details(&log),
        ["/bureaus/510100 does not cover 510704, where the seller is by an earlier event"]
    );
    let void = json!({"voided_source": "/bureaus/510100", "voided_id": "1", "reason": "r", "author": "a"});
    let log = log.and("event.voided", CONTRACT, void);
    assert_eq!(
        (log.shows("contract_turnover", "2023").as_str(), shows(&log).as_str()),
        ("510704 F03 100", "")
    );
}

fn closed(day: &str) -> Value {
    json!({"effective_from": day, "reason": "r"})
}

fn moved(day: &str) -> Value {
    json!({"effective_from": day, "reason": "moved", "area": "510104"})
}

fn revoked(day: &str) -> Value {
    json!({"status": "gazelle", "number": "a", "effective_from": day, "reason": "r"})
}

fn bought(day: &str) -> Value {
    json!({"effective_from": day, "change": "transferred", "holders": holder("510104")})
}

const MIANYANG: &str = "W-FOREIGN-SOURCE in 510703";
const CHENGDU: &str = "W-FOREIGN-SOURCE in 510104";

#[test]
fn what_moved_is_the_other_bureaus_from_that_day_on() {
    let log = unit().and("unit.changed", UNIT, moved("2023-01-01"));
    assert_eq!(said(&log, "510100", "unit.closed", closed("2023-01-02")), "");
    assert_eq!(said(&log, "510100", "unit.closed", closed("2022-12-31")), MIANYANG);
    assert_eq!(said(&log, "510700", "unit.closed", closed("2023-01-02")), CHENGDU);
    // What ends it before it moved ends it for those that it moved to as well.
    assert_eq!(said(&log, "510700", "unit.closed", closed("2022-12-31")), CHENGDU);
    let before = unit().by("510700", "unit.closed", UNIT, closed("2022-12-31")).and(
        "unit.changed",
        UNIT,
        moved("2023-01-01"),
    );
    assert_eq!(shows(&before), "", "said before it moved");
    let log = patent("510703", &[]).and("patent.changed", &patent_number(), bought("2021-01-01"));
    let lapsed = |day: &str| json!({"effective_from": day, "change": "lapsed"});
    assert_eq!(said(&log, "510100", "patent.changed", lapsed("2022-01-01")), "");
    assert_eq!(said(&log, "510700", "patent.changed", lapsed("2022-01-01")), CHENGDU);
    assert_eq!(said(&log, "510700", "patent.changed", lapsed("2020-12-31")), CHENGDU);
}

#[test]
fn days_before_something_began_are_those_of_whoever_has_it_then() {
    let certified = unit().and("status.granted", UNIT, granted("gazelle", "a", "2021-05-01"));
    assert_eq!(said(&unit(), "510100", "unit.closed", closed("2018-12-31")), MIANYANG);
    assert_eq!(said(&certified, "510100", "status.revoked", revoked("1990-01-01")), MIANYANG);
    assert_eq!(said(&certified, "510100", "status.granted", granted("gazelle", "a", "1990-01-01")), MIANYANG);
    let entered =
        |on: &str, area: &str| json!({"register": "incubator", "entry": "e", "area": area, "entered_on": on});
    let entry = Log::default().and("register.entered", "incubator:e", entered("2022-03-01", "510703"));
    assert_eq!(said(&entry, "510100", "register.entered", entered("2020-12-31", "510104")), MIANYANG);
}

#[test]
fn a_unit_that_is_not_registered_is_where_its_certificates_say() {
    let alone = |data: &Value| Log::default().and("status.granted", UNIT, data.clone());
    let mut placed = granted("gazelle", "a", "2021-05-01");
    assert_eq!(
        said(&alone(&placed), "510100", "status.revoked", revoked("2023-01-01")),
        "",
        "it is nobody's"
    );
    placed["area"] = json!("510703");
    let mut other = granted("gazelle", "b", "2022-05-01");
    other["area"] = json!("510104");
    let registered = json!({"name": "某公司", "kind": "enterprise", "area": "510104", "industry": "3962",
        "effective_from": "2030-01-01"});
    for (kind, data) in [
        ("status.revoked", revoked("2023-01-01")),
        ("status.granted", other.clone()),
        ("unit.closed", closed("2021-01-01")),
        ("unit.registered", registered),
    ] {
        assert_eq!(said(&alone(&placed), "510100", kind, data), MIANYANG, "{kind}");
    }
    // Once it is registered, certificates do not say where it is.
    let log = unit().by("510100", "status.granted", UNIT, other);
    assert_eq!(said(&log, "510700", "status.revoked", revoked("2023-01-01")), "");
}

#[test]
fn said_twice_it_is_listed_as_it_was() {
    let registered = |area: &str| {
        let mut data = registered("2019-01-01");
        data["area"] = json!(area);
        data
    };
    let granted = json!({"filing_date": "2012-02-29", "grant_date": "2014-05-20", "holders": holder("510104"),
        "classes": []});
    let entered =
        |area: &str| json!({"register": "incubator", "entry": "e", "area": area, "entered_on": "2022-03-01"});
    let entry = Log::default().and("register.entered", "incubator:e", entered("510703"));
    let party = |area| json!({"name": "某公司", "area": area});
    let contracted = json!({"kind": "service", "registered_on": "2023-08-01", "seller": party("510104"),
        "buyer": party("110101"), "amount": "1", "technology_amount": "1"});
    for (log, kind, data) in [
        (unit(), "unit.registered", registered("510104")),
        (unit(), "unit.changed", moved("2019-01-01")),
        (entry, "register.entered", entered("510104")),
        (patent("510703", &[]), "patent.granted", granted),
        (contract(), "contract.registered", contracted),
    ] {
        let first = said(&log, "510100", kind, data.clone());
        let subject = log.events[0].subject.clone();
        let again = said(&log.by("510100", kind, &subject, data.clone()), "510100", kind, data);
        assert!(first.starts_with("W-FOREIGN-SOURCE in 51070"), "{kind}: {first}");
        assert_eq!(again, first, "{kind}");
    }
}

#[test]
fn what_its_own_bureau_said_before_stays_its_own() {
    let contracted = json!({"kind": "service", "registered_on": "2023-08-01", "seller": {"name": "s", "area": "510104"},
        "buyer": {"name": "b", "area": "110101"}, "amount": "1", "technology_amount": "1"});
    let log = contract().by("510700", "contract.cancelled", CONTRACT, closed("2025-01-01")).by(
        "510100",
        "contract.registered",
        CONTRACT,
        contracted,
    );
    assert_eq!(shows(&log), "W-FOREIGN-SOURCE of 2");
    // A word that another of the same day replaces does not stand.
    let early = unit().by("510100", "unit.closed", UNIT, closed("2019-01-01"));
    assert_eq!(shows(&early), "W-FOREIGN-SOURCE of 1");
    assert_eq!(shows(&early.and("unit.registered", UNIT, registered("2019-01-01"))), "");
}

#[test]
fn an_explanation_is_listed_where_it_closes_a_finding() {
    let explains = |log: Log, revision, rule| {
        said(&log, "510100", "query.explained", explained("2023-06", revision, rule))
    };
    assert_eq!(explains(fallen(), 1, "W-YTD-FALL"), MIANYANG);
    assert_eq!(explains(fallen(), 2, "W-YTD-FALL"), "");
    assert_eq!(explains(fallen(), 1, "W-UNIT-SLIP"), "");
    let answered = fallen().and("query.explained", UNIT, explained("2023-06", 1, "W-YTD-FALL"));
    assert_eq!(explains(answered, 1, "W-YTD-FALL"), "", "it was closed before");
}
