//! Events as bureaus send them: one good one of each type, and everything that can be wrong with it.

#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use weir_schemas::event::{Data, Event};

const CREDIT_CODE: &str = "91510700MA6C000256";

fn event(kind: &str, subject: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": "a1",
        "source": "/bureaus/510700",
        "type": kind,
        "subject": subject,
        "time": "2025-02-10T09:00:00+08:00",
        "datacontenttype": "application/json",
        "data": data,
    })
}

fn unit() -> Value {
    let data = json!({
        "name": "绵阳某电子有限公司", "kind": "enterprise", "area": "510704", "industry": "3962",
        "field": "F01", "zone": "绵阳高新技术产业开发区", "effective_from": "2019-03-01",
    });
    event("weir.unit.registered.v1", CREDIT_CODE, &data)
}

fn status() -> Value {
    let data = json!({
        "status": "high_tech_enterprise", "number": "GR202451000123",
        "valid_from": "2024-11-05", "valid_to": "2027-11-04", "area": "510704", "field": "F01",
    });
    event("weir.status.granted.v1", CREDIT_CODE, &data)
}

fn report() -> Value {
    let items = json!({
        "rd_internal": "1000", "rd_basic": "100", "rd_applied": "200.5", "rd_experimental": "699.5",
        "rd_fte": "12.5", "rd_headcount": 20,
    });
    let data = json!({
        "form": "107-2", "period": "2024", "revision": 1, "area": "510704", "author": "李某",
        "unit": "kCNY", "items": items,
    });
    event("weir.report.filed.v1", CREDIT_CODE, &data)
}

fn patent() -> Value {
    let holders = json!([
        {"name": "绵阳某电子有限公司", "credit_code": CREDIT_CODE, "area": "510704"},
        {"name": "某大学", "area": "510104"},
    ]);
    let data = json!({
        "filing_date": "2021-01-04", "grant_date": "2023-05-09", "holders": holders,
        "classes": ["strategic_emerging", "pledged"], "term_end": "2041-01-04", "field": "F02",
    });
    event("weir.patent.granted.v1", "202110000001.6", &data)
}

fn contract() -> Value {
    let data = json!({
        "kind": "development", "registered_on": "2023-08-01",
        "seller": {"name": "绵阳某电子有限公司", "credit_code": CREDIT_CODE, "area": "510704"},
        "buyer": {"name": "某公司", "area": "330106"},
        "unit": "wCNY", "amount": "120", "technology_amount": "100.5", "field": "F03",
    });
    event("weir.contract.registered.v1", "2023510704000042", &data)
}

fn reference() -> Value {
    let data = json!({
        "series": "gdp", "area": "510700", "period": "2023", "value": "4038.73", "unit": "100MCNY",
        "vintage": "preliminary", "published_on": "2024-03-20", "source": "统计公报",
    });
    event("weir.reference.published.v1", "gdp:510700:2023", &data)
}

fn review() -> Value {
    let data = json!({
        "form": "B203", "period": "2024-06", "revision": 1, "level": "city", "verdict": "returned",
        "rules": ["W-RD-SHARE"], "area": "510700", "author": "王某", "note": "请核实",
    });
    event("weir.report.reviewed.v1", CREDIT_CODE, &data)
}

fn round() -> Value {
    let data = json!({"form": "B203", "period": "2024-06", "level": "province", "deadline": "2024-07-18"});
    event("weir.period.opened.v1", "B203", &data)
}

fn entry() -> Value {
    let data = json!({
        "register": "high_tech_zone", "entry": "绵阳", "name": "绵阳高新技术产业开发区", "area": "510703",
        "field": "F01", "type": "zone", "level": "national", "entered_on": "1992-11-09",
    });
    event("weir.register.entered.v1", "high_tech_zone:绵阳", &data)
}

fn supplement() -> Value {
    let data = json!({
        "measure": "rd_internal", "area": "510700", "field": "F01", "period": "2023", "value": "1.5",
        "unit": "100MCNY", "method": "抽样推算", "published_on": "2024-09-01", "source": "公报",
    });
    event("weir.supplement.published.v1", "rd_internal:510700:2023", &data)
}

fn void() -> Value {
    let data = json!({
        "voided_source": "/bureaus/510700", "voided_id": "a1", "reason": "重复报送", "author": "王某",
    });
    event("weir.event.voided.v1", CREDIT_CODE, &data)
}

/// The others, which say little.
fn short(kind: &str) -> Option<Value> {
    let round = json!({"form": "B203", "period": "2024-06", "level": "city"});
    let from = "2024-03-01";
    let (subject, data) = match kind {
        "weir.unit.changed.v1" => (
            CREDIT_CODE,
            json!({"effective_from": from, "reason": "split", "area": "510104", "industry": "2710", "field": "F06",
                "name": "新名", "zone": "z", "successors": [{"credit_code": CREDIT_CODE, "share": "0.5"}]}),
        ),
        "weir.unit.closed.v1" => (CREDIT_CODE, json!({"effective_from": from, "reason": "注销"})),
        "weir.status.revoked.v1" => (
            CREDIT_CODE,
            json!({"status": "gazelle", "number": "a", "effective_from": from, "reason": "取消"}),
        ),
        "weir.report.withdrawn.v1" => {
            (CREDIT_CODE, json!({"form": "107-2", "period": "2024", "revision": 1, "reason": "误报"}))
        }
        "weir.query.explained.v1" => (
            CREDIT_CODE,
            json!({"form": "107-2", "period": "2024", "revision": 1, "rule": "W-RD-SHARE", "explanation": "属实",
                "author": "李某"}),
        ),
        "weir.period.closed.v1" | "weir.period.reopened.v1" => ("B203", round),
        "weir.patent.changed.v1" => {
            ("202110000001.6", json!({"effective_from": from, "change": "class_added", "class": "pledged"}))
        }
        "weir.contract.amended.v1" => (
            "2023510704000042",
            json!({"revision": 2, "effective_from": from, "unit": "wCNY", "amount": "130", "reason": "变更"}),
        ),
        "weir.contract.cancelled.v1" => {
            ("2023510704000042", json!({"effective_from": from, "reason": "解除"}))
        }
        "weir.register.changed.v1" => (
            "incubator:e",
            json!({"register": "incubator", "entry": "e", "effective_from": from, "level": "provincial"}),
        ),
        "weir.register.removed.v1" => (
            "incubator:e",
            json!({"register": "incubator", "entry": "e", "effective_from": from, "reason": "撤销"}),
        ),
        "weir.release.cut.v1" => ("2024-Q2", json!({"name": "2024-Q2", "cut": "2024-08-01T00:00:00Z"})),
        _ => return None,
    };
    Some(event(kind, subject, &data))
}

/// A good one of each type.
fn good() -> Vec<Value> {
    let long = [
        unit(),
        status(),
        report(),
        review(),
        round(),
        patent(),
        contract(),
        entry(),
        reference(),
        supplement(),
        void(),
    ];
    let of = |kind: &&str| short(kind).or_else(|| long.iter().find(|event| event["type"] == **kind).cloned());
    Data::EVENT_TYPES.iter().filter_map(of).collect()
}

/// Puts `value` where `pointer` points, or where it would if something were there.
fn put(event: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = event.pointer_mut(pointer) {
        *place = value;
    } else {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
    }
}

/// What is wrong with `good` in each case: another value at a place.
fn complaints(good: &Value, cases: &[(&str, Value)]) -> String {
    let mut text = String::new();
    for (pointer, value) in cases {
        let mut event = good.clone();
        put(&mut event, pointer, value.clone());
        let shown: String = value.to_string().chars().take(60).collect();
        writeln!(text, "{pointer} = {shown}").unwrap();
        match Event::from_slice(event.to_string().as_bytes()) {
            Ok(_) => writeln!(text, "  is good").unwrap(),
            Err(problems) => problems.iter().for_each(|problem| writeln!(text, "  {problem}").unwrap()),
        }
    }
    text
}

#[test]
fn there_is_a_good_one_of_every_type() {
    let types: Vec<String> =
        good().iter().map(|event| Event::from_value(event).unwrap().data.event_type().to_owned()).collect();
    assert_eq!(types, Data::EVENT_TYPES);
}

#[test]
fn the_envelope() {
    assert_snapshot!(complaints(
        &report(),
        &[
            ("/specversion", json!("0.3")),
            ("/specversion", json!(1.0)),
            ("/id", json!(null)),
            ("/id", json!("")),
            ("/id", json!("a\u{0}b")),
            ("/id", json!("x".repeat(201))),
            ("/source", json!("510700")),
            ("/source", json!("/bureaus/510200")),
            ("/type", json!("weir.report.filed.v2")),
            ("/type", json!("weir.report.returned.v1")),
            ("/subject", json!("91510700MA6C000257")),
            ("/subject", json!("91510700ma6c000256")),
            ("/subject", json!(7)),
            ("/time", json!("2025-02-10")),
            ("/time", json!("2025-02-30T09:00:00Z")),
            ("/time", json!("2025-02-10T09:00:00+08:00[Asia/Shanghai]")),
            ("/time", json!("2025-02-10 09:00:00Z")),
            ("/time", json!("1850-02-10T09:00:00Z")),
            ("/datacontenttype", json!("application/xml")),
            ("/datacontenttype", json!("application/json; charset=utf-8")),
            ("/synthetic", json!("yes")),
            ("/synthetic", json!(true)),
            ("/recordedtime", json!("2024-01-01T00:00:00.000Z")),
            ("/data", json!(null)),
            ("/data", json!([])),
            ("/data_base64", json!("e30=")),
        ]
    ));
    assert_snapshot!(complaints(&json!({"Event": {}}), &[("/event", json!(1))]));
}

#[test]
fn unit_registered() {
    assert_snapshot!(complaints(
        &unit(),
        &[
            ("/data/name", json!("  ")),
            ("/data/name", json!("x".repeat(1001))),
            ("/data/name", json!("a\u{1b}[2J")),
            ("/data/kind", json!("company")),
            ("/data/area", json!("510200")),
            ("/data/area", json!("512081")),
            ("/data/area", json!(510_704)),
            ("/data/industry", json!("9999")),
            ("/data/field", json!("F11")),
            ("/data/field", json!("_T")),
            ("/data/effective_from", json!("2019-02-29")),
            ("/data/effective_from", json!("2019-3-1")),
            ("/data/colour", json!("red")),
        ]
    ));
}

#[test]
fn status_granted() {
    assert_snapshot!(complaints(
        &status(),
        &[
            ("/data/status", json!("unicorn")),
            ("/data/number", json!(null)),
            ("/data/valid_to", json!("2024-11-04")),
            ("/data/valid_to", json!(null)),
            ("/data/area", json!(null)),
        ]
    ));
}

#[test]
fn report_filed() {
    assert_snapshot!(complaints(
        &report(),
        &[
            ("/data/form", json!("107-3")),
            ("/data/period", json!("2024-13")),
            ("/data/period", json!("2024-06")),
            ("/data/period", json!("2024-Q2")),
            ("/data/revision", json!(0)),
            ("/data/revision", json!(2)),
            ("/data/revision", json!(1.5)),
            ("/data/area", json!("5107")),
            ("/data/unit", json!("USD")),
            ("/data/unit", json!("persons")),
            ("/data/items", json!({})),
            ("/data/items", json!([])),
            ("/data/items/profit", json!("1")),
            ("/data/items/a~b~1", json!("1")),
            ("/data/items/operating_revenue", json!("1")),
            ("/data/items/rd_headcount", json!("-20")),
            ("/data/items/rd_headcount", json!("12")),
            ("/data/items/rd_headcount", json!("twenty")),
            ("/data/items/rd_headcount", json!("２０")),
            ("/data/items/rd_headcount", json!("1_000")),
            ("/data/items/rd_headcount", json!("NaN")),
            ("/data/items/rd_headcount", json!(null)),
            ("/data/items/rd_internal", json!("999.999999")),
            ("/data/items/rd_internal", json!("1000.0000001")),
            ("/data/items/rd_internal", json!("1e999999999")),
            ("/data/items/rd_internal", json!("1e-999999999")),
            ("/data/items/rd_internal", json!("100000000000000000000000000000")),
            ("/data/items/rd_internal", json!("99999999999999999999")),
            ("/data/items/rd_internal", json!("1E+3")),
        ]
    ));
}

#[test]
fn patent_granted() {
    assert_snapshot!(complaints(
        &patent(),
        &[
            ("/subject", json!("ZL202110000001.6")),
            ("/subject", json!("202110000001.7")),
            ("/subject", json!("202120000001.1")),
            ("/data/filing_date", json!("2024-01-04")),
            ("/data/term_end", json!("2023-01-04")),
            ("/data/holders", json!([])),
            ("/data/holders", json!([{"name": "某大学"}])),
            ("/data/holders/1", json!({"name": "某大学", "area": "510104", "credit_code": "1"})),
            ("/data/classes", json!(["pledged", "shiny"])),
            ("/data/classes", json!("pledged")),
            ("/data/classes", json!(null)),
        ]
    ));
}

#[test]
fn contract_registered() {
    assert_snapshot!(complaints(
        &contract(),
        &[
            ("/subject", json!("202351070400004")),
            ("/data/kind", json!("sale")),
            ("/data/registered_on", json!("2023-08-32")),
            ("/data/seller", json!("绵阳某电子有限公司")),
            ("/data/seller/area", json!(null)),
            ("/data/amount", json!("100.4")),
            ("/data/amount", json!("-1")),
            ("/data/amount", json!(true)),
            ("/data/unit", json!("units")),
            ("/data/technology_amount", json!("120.000000")),
        ]
    ));
}

#[test]
fn reference_published() {
    assert_snapshot!(complaints(
        &reference(),
        &[
            ("/subject", json!("gdp:510700:2022")),
            ("/data/series", json!("gross:product")),
            ("/data/area", json!("000000")),
            ("/data/period", json!("2023-Q5")),
            ("/data/value", json!("-4038.73")),
            ("/data/value", json!(4038.73)),
            ("/data/unit", json!(null)),
            ("/data/unit", json!("GDP")),
            ("/data/vintage", json!("final")),
            ("/data/source", json!("")),
        ]
    ));
}

#[test]
fn what_becomes_of_reports() {
    assert_snapshot!(complaints(
        &review(),
        &[
            ("/data/rules", json!(null)),
            ("/data/rules", json!("W-RD-SHARE")),
            ("/data/rules", json!(["W-RD-SHARE", 1])),
            ("/data/level", json!("village")),
            ("/data/verdict", json!("maybe")),
            ("/data/period", json!("2024")),
            ("/data/revision", json!(0)),
        ]
    ));
    assert_snapshot!(complaints(
        &round(),
        &[
            ("/subject", json!("TORCH")),
            ("/data/period", json!("2024-Q2")),
            ("/data/level", json!(null)),
            ("/data/deadline", json!("2024-07-32")),
        ]
    ));
    assert_snapshot!(complaints(
        &void(),
        &[
            ("/data/voided_source", json!("510700")),
            ("/data/voided_id", json!(null)),
            ("/data/author", json!("")),
        ]
    ));
}

#[test]
fn registers_and_supplements() {
    assert_snapshot!(complaints(
        &entry(),
        &[
            ("/subject", json!("high_tech_zone:成都")),
            ("/data/register", json!("zones")),
            ("/data/entry", json!("")),
            ("/data/level", json!("county")),
            ("/data/area", json!(null)),
            ("/data/entered_on", json!("1992")),
        ]
    ));
    assert_snapshot!(complaints(
        &supplement(),
        &[
            ("/subject", json!("rd_internal:510700:2022")),
            ("/data/measure", json!("rd:internal")),
            ("/data/value", json!("-1.5")),
            ("/data/unit", json!("GDP")),
            ("/data/method", json!(null)),
        ]
    ));
}

fn content(value: &Value) -> weir_schemas::event::Fingerprint {
    Event::from_value(value).unwrap().content()
}

#[test]
fn content_compares_decimals_and_moments_by_value() {
    let same = |pointer: &str, value: Value| {
        let mut event = report();
        put(&mut event, pointer, value);
        content(&event) == content(&report())
    };
    assert!(same("/data/items/rd_fte", json!("12.50")));
    assert!(same("/data/items/rd_fte", json!(12.5)));
    assert!(same("/data/items/rd_fte", json!("1.25e1")));
    assert!(same("/time", json!("2025-02-10T01:00:00.000Z")));
    assert!(same("/synthetic", json!(false)));
    assert!(!same("/data/items/rd_fte", json!("12.500001")));
    assert!(!same("/time", json!("2025-02-10T01:00:00.001Z")));
    assert!(!same("/data/author", json!(null)));
}

#[test]
fn no_zero_is_negative() {
    let mut zero = report();
    zero["data"]["items"] = json!({"rd_fte": "0"});
    for written in ["-0", "-0.00", "0.000", "+0", "0e5"] {
        let mut event = zero.clone();
        event["data"]["items"]["rd_fte"] = json!(written);
        assert_eq!(content(&event), content(&zero), "{written}");
    }
}

proptest! {
    /// Whatever stands wherever: a complaint names a place of the record, or one where something is missing.
    #[test]
    fn every_complaint_has_a_place(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just(json!(null)), Just(json!(true)), Just(json!([])), Just(json!({})), Just(json!(-1)),
            Just(json!("")), Just(json!("2024-13")), "\\PC{0,12}".prop_map(Value::from),
        ],
    ) {
        let good = good();
        let mut event = which.get(&good).clone();
        let mut places = Vec::new();
        list(&event, String::new(), &mut places);
        *event.pointer_mut(&places[at.index(places.len())]).unwrap() = value;
        if let Err(problems) = Event::from_slice(event.to_string().as_bytes()) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                let parent = problem.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                prop_assert!(event.pointer(parent).is_some(), "{}", problem);
                prop_assert!(problem.detail.chars().count() < 400, "{}", problem);
            }
        }
    }
}

/// The pointers to all values of `value`.
fn list(value: &Value, pointer: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                list(member, format!("{pointer}/{name}"), places);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list(item, format!("{pointer}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(pointer);
}
