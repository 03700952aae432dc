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
    assert_eq!(details(&log), ["/bureaus/510100 does not cover 510704, where the seller was"]);
    let void = json!({"voided_source": "/bureaus/510100", "voided_id": "1", "reason": "r", "author": "a"});
    let log = log.and("event.voided", CONTRACT, void);
    assert_eq!(
        (log.shows("contract_turnover", "2023").as_str(), shows(&log).as_str()),
        ("510704 F03 100", "")
    );
}

#[test]
fn what_it_is_about_is_where_it_was_until_then() {
    let closed = |day: &str| json!({"effective_from": day, "reason": "r"});
    let moved = json!({"effective_from": "2023-01-01", "reason": "moved", "area": "510104"});
    let log = unit().and("unit.changed", UNIT, moved);
    assert_eq!(said(&log, "510100", "unit.closed", closed("2023-01-01")), "");
    assert_eq!(said(&log, "510700", "unit.closed", closed("2023-01-01")), "W-FOREIGN-SOURCE in 510104");
    assert_eq!(said(&log, "510700", "unit.closed", closed("2022-12-31")), "");
    // Before it was anywhere it was nobody's; a registration of the same day later in the log says everything anew.
    assert_eq!(said(&log, "510100", "unit.closed", closed("2018-12-31")), "");
    let early = unit().by("510100", "unit.closed", UNIT, closed("2019-01-01"));
    assert_eq!(shows(&early), "W-FOREIGN-SOURCE of 1");
    assert_eq!(shows(&early.and("unit.registered", UNIT, registered("2019-01-01"))), "");
    // Of a unit that is not registered, certificates say where it is; without an area it is nobody's.
    let mut placed = granted("gazelle", "a", "2021-05-01");
    let revoked = json!({"status": "gazelle", "number": "a", "effective_from": "2023-01-01", "reason": "r"});
    let alone = |data: &Value| Log::default().and("status.granted", UNIT, data.clone());
    assert_eq!(said(&alone(&placed), "510100", "status.revoked", revoked.clone()), "");
    placed["area"] = json!("510703");
    assert_eq!(said(&alone(&placed), "510100", "status.revoked", revoked), "W-FOREIGN-SOURCE in 510703");
    // A patent that was bought is the buyer's.
    let bought =
        json!({"effective_from": "2021-01-01", "change": "transferred", "holders": holder("510104")});
    let log = patent("510703", &[]).and("patent.changed", &patent_number(), bought);
    let lapsed = json!({"effective_from": "2022-01-01", "change": "lapsed"});
    assert_eq!(said(&log, "510100", "patent.changed", lapsed.clone()), "");
    assert_eq!(said(&log, "510700", "patent.changed", lapsed), "W-FOREIGN-SOURCE in 510104");
}
