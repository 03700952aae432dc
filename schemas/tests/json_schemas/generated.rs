//! Events of every type, made of good pieces: what the code accepts is valid.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use weir_schemas::event::{Data, Event, Form};

use super::agreement::alike;
use super::examples::valid;
use super::{pieces, schemas::Schemas};

/// The members of a type's data as the Rust type has them, and whether each is required.
fn members(kind: &str) -> BTreeMap<String, bool> {
    let examples = valid(kind);
    let written = serde_json::to_value(Event::from_value(&examples[0]).unwrap().data).unwrap();
    let mut empty = examples[0].clone();
    empty["data"] = json!({});
    let missed = Event::from_value(&empty).unwrap_err();
    let missed: BTreeSet<&str> = missed.iter().map(|problem| problem.pointer.as_str()).collect();
    let names = written.as_object().unwrap().keys();
    names.map(|name| (name.clone(), missed.contains(format!("/data/{name}").as_str()))).collect()
}

/// Some of the members, some of them null.
fn data(kind: &'static str) -> BoxedStrategy<Value> {
    let some = |(name, required): (String, bool)| {
        let piece = pieces::member(kind, &name);
        let piece = if required {
            piece.prop_map(Some).boxed()
        } else {
            prop_oneof![4 => piece.prop_map(Some), 3 => Just(None), 1 => Just(Some(Value::Null))].boxed()
        };
        (Just(name), piece)
    };
    let all: Vec<_> = members(kind).into_iter().map(some).collect();
    let object = |members: Vec<(String, Option<Value>)>| {
        Value::Object(members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    };
    all.prop_map(object).prop_flat_map(fitting).boxed()
}

/// The data with period and items that the form has, more often than chance would.
fn fitting(data: Value) -> BoxedStrategy<Value> {
    let Some(form) = data["form"].as_str().and_then(Form::from_word) else {
        return Just(data).boxed();
    };
    let made = (pieces::period(Some(form)), pieces::items(form));
    let fitted = made.prop_map({
        let data = data.clone();
        move |(period, items)| {
            let mut data = data.clone();
            data["period"] = json!(period);
            if data.get("items").is_some() {
                data["items"] = items;
            }
            data
        }
    });
    prop_oneof![9 => fitted, 1 => Just(data)].boxed()
}

/// The subject that the type and the data call for.
fn subject(kind: &'static str, data: &Value) -> BoxedStrategy<String> {
    let joined = |names: &[&str]| {
        let parts: Vec<&str> = names.iter().map(|name| data[name].as_str().unwrap_or_default()).collect();
        Just(parts.join(":")).boxed()
    };
    match kind.split('.').nth(1) {
        Some("patent") => pieces::patent_number(),
        Some("contract") => "[0-9]{16}".boxed(),
        Some("register") => joined(&["register", "entry"]),
        Some("reference") => joined(&["series", "area", "period"]),
        Some("supplement") => joined(&["measure", "area", "period"]),
        Some("period") => joined(&["form"]),
        Some("release") => joined(&["name"]),
        Some("event") => pieces::text(),
        _ => pieces::credit_code(),
    }
}

fn event(kind: &'static str) -> BoxedStrategy<Value> {
    let envelope = (pieces::text(), pieces::bureau(), pieces::moment(), prop::option::of(any::<bool>()));
    let data = data(kind).prop_flat_map(move |data| (subject(kind, &data), Just(data)));
    let optional = (
        select(vec![
            None,
            Some(json!("application/json")),
            Some(json!("application/json; charset=utf-8")),
            Some(Value::Null),
        ]),
        prop::option::of(pieces::moment()),
        prop::option::of("[a-z0-9]{11,20}"),
    );
    (envelope, data, optional)
        .prop_map(move |((id, source, time, synthetic), (subject, data), (content, recorded, extension))| {
            let mut event = json!({
                "specversion": "1.0", "id": id.replace(['\n', '\t'], ""), "source": source, "type": kind,
                "subject": subject, "time": time, "data": data,
            });
            synthetic.into_iter().for_each(|synthetic| event["synthetic"] = json!(synthetic));
            content.into_iter().for_each(|content| event["datacontenttype"] = content);
            recorded.into_iter().for_each(|recorded| event["recordedtime"] = json!(recorded));
            extension.into_iter().for_each(|name| event[name] = json!("x"));
            event
        })
        .boxed()
}

/// Without this, the property below could hold of nothing.
#[test]
fn most_of_what_is_made_is_accepted() {
    let mut runner = TestRunner::deterministic();
    for kind in Data::EVENT_TYPES {
        let strategy = event(kind);
        let accepted = |runner: &mut TestRunner| {
            let event = strategy.new_tree(runner).unwrap().current();
            Event::from_value(&event).is_ok() && Schemas::current().accepts(kind, &event)
        };
        let count = (0..100).filter(|_| accepted(&mut runner)).count();
        assert!(count >= 20, "{kind}: {count} of 100");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_is_made_is_judged_alike((kind, event) in select(Data::EVENT_TYPES).prop_flat_map(|kind| (Just(kind), event(kind)))) {
        let result = alike(kind, &event);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}
