//! Schemas and code judge alike: every good example, changed in every place in every way.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use weir_schemas::event::{Event, Form, Item, PatentChange, ReferencePublished};
use weir_schemas::problem::Problem;

use super::drift::words_taken;
use super::examples::{all_valid, valid};
use super::places::{pointers, with};
use super::schemas::Schemas;
use super::told::{TOLD_BY_CODE, only_code_tells};
use super::values::{near_misses, values};

/// Judges an event by its type's schema and by code; what only code tells is answered.
pub(crate) fn alike(kind: &str, event: &Value) -> Result<Vec<&'static str>, String> {
    let by_schema = Schemas::current().accepts(kind, event);
    let problems = match Event::from_value(event) {
        Ok(_) if by_schema => return Ok(Vec::new()),
        Ok(_) => {
            return Err(format!(
                "only the schema refuses {event}: {:?}",
                Schemas::current().objections(kind, event)
            ));
        }
        Err(_) if !by_schema => return Ok(Vec::new()),
        Err(problems) => problems,
    };
    let told = |problem: &Problem| {
        let value = event.pointer(&problem.pointer).unwrap_or(&Value::Null);
        only_code_tells(problem.code, value)
            .ok_or_else(|| format!("only the code refuses {event}: {problem}"))
    };
    problems.iter().map(told).collect()
}

#[test]
fn every_value_in_every_place_is_judged_alike() {
    let values = values();
    let mut told = BTreeSet::new();
    for (kind, event) in all_valid() {
        for pointer in pointers(event) {
            for value in &values {
                told.extend(alike(kind, &with(event, &pointer, value.clone())).unwrap());
            }
        }
    }
    // Nothing is excused that does not happen.
    assert_eq!(told, TOLD_BY_CODE.iter().map(|(why, _)| *why).collect());
}

#[test]
fn members_too_few_and_too_many_are_judged_alike() {
    for (kind, event) in all_valid() {
        for pointer in pointers(event) {
            let members = event.pointer(&pointer).unwrap();
            for name in members.as_object().into_iter().flat_map(|members| members.keys()) {
                let mut fewer = event.clone();
                fewer.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(name);
                alike(kind, &fewer).unwrap();
            }
            for name in [
                "colour",
                "Colour",
                "data_base64",
                "",
                "name\n",
                "名称",
                "a/b",
                "holders",
                "class",
                "reason",
                "rd_fte",
            ] {
                if members.is_object() && members.get(name).is_none() {
                    for value in [json!("x"), json!(null)] {
                        let mut more = event.clone();
                        more.pointer_mut(&pointer).unwrap()[name] = value;
                        alike(kind, &more).unwrap();
                    }
                }
            }
            if let Some(items) = members.as_array() {
                for item in items.iter().cloned().chain([json!(null), json!({}), json!("x")]) {
                    let mut more = event.clone();
                    more.pointer_mut(&pointer).unwrap().as_array_mut().unwrap().push(item);
                    alike(kind, &more).unwrap();
                }
            }
        }
    }
}

/// Rules between members: all that can meet meets.
#[test]
fn members_that_depend_on_each_other_are_judged_alike() {
    let kind = "weir.report.filed.v1";
    let report = &valid(kind)[0];
    for form in Form::ALL {
        for period in ["2024", "2024-Q2", "2024-06"] {
            for item in Item::ALL {
                for revision in [1, 2] {
                    let mut event = report.clone();
                    event["data"]["form"] = json!(form);
                    event["data"]["period"] = json!(period);
                    event["data"]["revision"] = json!(revision);
                    event["data"]["items"] = json!({ item.as_str(): "1" });
                    assert_eq!(alike(kind, &event), Ok(Vec::new()));
                }
            }
        }
    }
    let kind = "weir.reference.published.v1";
    let reference = &valid(kind)[0];
    let units = words_taken(&valid("weir.supplement.published.v1")[0], "/data/unit", &BTreeSet::new());
    assert!(units.len() > 5);
    for series in ReferencePublished::SERIES.iter().map(|(series, _)| *series).chain(["another"]) {
        for unit in &units {
            let mut event = reference.clone();
            event["subject"] = json!(format!("{series}:510700:2023"));
            event["data"]["series"] = json!(series);
            event["data"]["period"] = json!("2023");
            event["data"]["unit"] = json!(unit);
            assert_eq!(alike(kind, &event), Ok(Vec::new()));
        }
    }
    let kind = "weir.patent.changed.v1";
    let party = json!([{ "name": "示例理工大学", "area": "510100" }]);
    for change in PatentChange::ALL {
        for class in [None, Some(json!(null)), Some(json!("pledged"))] {
            for holders in [None, Some(json!(null)), Some(json!([])), Some(party.clone())] {
                let mut event = valid(kind)[0].clone();
                event["data"] = json!({ "effective_from": "2024-03-01", "change": change });
                class.iter().for_each(|class| event["data"]["class"] = class.clone());
                holders.iter().for_each(|holders| event["data"]["holders"] = holders.clone());
                assert_eq!(alike(kind, &event), Ok(Vec::new()));
            }
        }
    }
}

/// ISO 8601 has more forms of a moment than RFC 3339; the code reads some, the schemas keep to the RFC.
#[test]
fn moments_are_written_as_the_rfc_says() {
    let (kind, event) = &all_valid()[0];
    for lenient in [
        "2024-06-30T08:00Z",
        "2024-06-30T08:00:00+08",
        "2024-06-30T08:00:00+0800",
        "2024-06-30T08:00:00,5Z",
        "2024-06-30T080000Z",
    ] {
        let event = with(event, "/time", json!(lenient));
        assert!(Event::from_value(&event).is_ok() && !Schemas::current().accepts(kind, &event), "{lenient}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn near_misses_are_judged_alike(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), value in near_misses()) {
        let (kind, event) = which.get(all_valid());
        let pointers = pointers(event);
        let pointer: &String = at.get(&pointers);
        let result = alike(kind, &with(event, pointer, value));
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}
