//! Events as bureaus send them: one good one of each type, and everything that can be wrong with it.

#![allow(clippy::unwrap_used)]

mod good;

use std::fmt::Write;

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};
use weir_schemas::event::{Data, Event};

use self::good::*;

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

#[test]
fn who_takes_back_another_bureaus_word_files_for_its_area() {
    let area = |event: &Value| Event::from_value(event).unwrap().area();
    assert_eq!(area(&void()), Some(("510700".parse().unwrap(), "/data/voided_source")));
}

#[test]
fn a_decimal_is_read_to_its_last_digit_with_an_exponent_too() {
    let read = |written: &str| {
        let mut event = contract();
        event["data"].as_object_mut().unwrap().remove("unit");
        event["data"]["technology_amount"] = json!("0");
        event["data"]["amount"] = json!(written);
        match Event::from_value(&event).map(|event| event.data) {
            Ok(Data::ContractRegistered(contract)) => contract.amount.to_string(),
            Ok(_) => panic!("another type"),
            Err(problems) => problems[0].code.as_str().to_owned(),
        }
    };
    for written in
        ["1.00000000000000000000000000000000000001e0", "1.0000001e0", "1e-7", "1e16", "1e400", "1e-400"]
    {
        assert_eq!(read(written), "E-DECIMAL", "{written}");
    }
    for (written, value) in [
        ("1.25e3", "1250"),
        ("1250E-2", "12.5"),
        ("+1.5e+0", "1.5"),
        ("123.456e1", "1234.56"),
        ("0.000000000001e12", "1"),
        ("1000000000e-15", "0.000001"),
        ("1e15", "1000000000000000"),
        ("0e99", "0"),
    ] {
        assert_eq!(read(written), value, "{written}");
    }
}
