//! Schemas and code name the same types, members and words: what the code has is asked of the code itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use weir_schemas::codelist::{Area, Field, Industry};
use weir_schemas::event::{Data, Event, Item, ReferencePublished};
use weir_schemas::problem::{Code, Problem};

use super::examples::all_valid;
use super::places::{places, with};
use super::schemas::{Schemas, URN, folder};

fn problems(event: &Value) -> Vec<Problem> {
    Event::from_value(event).err().unwrap_or_default()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flat_map(|members| members.keys().map(String::as_str)).collect()
}

#[test]
fn every_type_has_a_schema_and_every_schema_a_type() {
    let types: BTreeSet<&str> = Data::EVENT_TYPES.iter().copied().collect();
    let schemas = Schemas::current();
    assert_eq!(schemas.documents.types(), types);
    for kind in types {
        assert!(folder().join(kind).join("schema.json").exists(), "{kind} has its own folder");
        let schema = schemas.documents.get(&format!("{URN}{kind}"));
        assert_eq!(schema["properties"]["type"]["const"], kind);
        assert_eq!(schema["$ref"], format!("{URN}envelope"), "{kind}");
    }
    let folders =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let unknown: Vec<String> = folders
        .filter(|name| name.starts_with("weir.") && !Data::EVENT_TYPES.contains(&name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "no event type is {unknown:?}");
}

/// What a type's data are made of is what its Rust type is written as, each of its members read from one of that name.
#[test]
fn members_are_those_of_the_types() {
    let schemas = Schemas::current();
    for (kind, event) in all_valid() {
        let read = Event::from_value(event).unwrap();
        let typed = json!({ "data": read.data });
        for place in places(&schemas.documents, schemas.data(kind), "/data", &event["data"]) {
            if place.schema["type"] != "object" {
                continue;
            }
            let of_code: BTreeSet<&str> = if place.pointer == "/data/items" {
                Item::ALL.iter().map(|item| item.as_str()).collect()
            } else {
                names(typed.pointer(&place.pointer).unwrap())
            };
            assert_eq!(names(&place.schema["properties"]), of_code, "{kind} {}", place.pointer);
            assert_eq!(place.schema["additionalProperties"], false, "{kind} {}", place.pointer);
        }
    }
}

/// What the code misses in an empty object is what the schema requires of it.
#[test]
fn required_members_are_those_that_the_code_misses() {
    let schemas = Schemas::current();
    let missing = |event: &Value, place: &str| -> BTreeSet<String> {
        let missed = problems(event).into_iter().filter(|problem| problem.code == Code::Missing);
        missed
            .filter_map(|problem| Some(problem.pointer.strip_prefix(place)?.strip_prefix('/')?.to_owned()))
            .collect()
    };
    let envelope = schemas.documents.get(&format!("{URN}envelope"));
    let required =
        |schema: &Value| texts(&schema["required"]).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(required(envelope), missing(&json!({}), ""));
    for (kind, event) in all_valid() {
        for place in places(&schemas.documents, schemas.data(kind), "/data", &event["data"]) {
            if place.schema["type"] == "object" {
                let emptied = with(event, &place.pointer, json!({}));
                assert_eq!(
                    required(place.schema),
                    missing(&emptied, &place.pointer),
                    "{kind} {}",
                    place.pointer
                );
            }
        }
    }
}

/// Every attribute that the envelope describes is read: what cannot be an attribute is complained of. `late` alone the schema lets be
/// anything, as before ingestion said it.
#[test]
fn the_envelopes_attributes_are_read() {
    let envelope = Schemas::current().documents.get(&format!("{URN}envelope"));
    let (_, event) = &all_valid()[0];
    for name in names(&envelope["properties"]) {
        if name == "late" {
            assert_eq!(names(&envelope["properties"][name]), BTreeSet::from(["description"]));
            continue;
        }
        let mut event = event.clone();
        event[name] = json!(7);
        let pointer = format!("/{name}");
        assert!(problems(&event).iter().any(|problem| problem.pointer == pointer), "{name} is not read");
    }
}

/// The words that the code takes at a place: it lists them itself when it is given none of them.
pub(crate) fn words_taken(event: &Value, pointer: &str, tried: &BTreeSet<&str>) -> BTreeSet<String> {
    let complaint = |word: &str| {
        let problems = problems(&with(event, pointer, json!(word)));
        problems.into_iter().find(|problem| problem.pointer == pointer)
    };
    let refusal = complaint("no such word").unwrap_or_else(|| panic!("{pointer} takes any word"));
    let listed = refusal.detail.strip_prefix("must be one of ").unwrap_or_else(|| panic!("{refusal}"));
    let candidates = listed.split(", ").chain(tried.iter().copied()).chain(Field::ALL.map(Field::code));
    candidates.filter(|word| complaint(word).is_none()).map(str::to_owned).collect()
}

#[test]
fn words_are_those_of_the_code() {
    let schemas = Schemas::current();
    // A rule may leave fewer words to one example than the member has.
    let mut lists: BTreeMap<(&str, String), (&Value, BTreeSet<String>)> = BTreeMap::new();
    for (kind, event) in all_valid() {
        for place in places(&schemas.documents, schemas.data(kind), "/data", &event["data"]) {
            let words = &place.schema["enum"];
            if words.is_array() {
                let taken = words_taken(event, &place.pointer, &texts(words));
                lists
                    .entry((*kind, place.kind_of_place()))
                    .or_insert((words, BTreeSet::new()))
                    .1
                    .extend(taken);
            }
        }
    }
    for ((kind, place), (words, taken)) in &lists {
        let taken: BTreeSet<&str> = taken.iter().map(String::as_str).collect();
        assert_eq!(texts(words), taken, "{kind} {place}");
    }
    assert!(lists.len() > 30, "{} places have lists", lists.len());
}

#[test]
fn everything_is_described() {
    fn walk(value: &Value, place: &str) {
        if let Some(members) = value["properties"].as_object()
            && !place.ends_with("/if")
            && !place.ends_with("/then")
            && !place.ends_with("/else")
        {
            for (name, member) in members {
                let described = member["description"].as_str().is_some_and(|text| text.ends_with('.'));
                let obvious = matches!(name.as_str(), "type" | "data") && place.is_empty();
                assert!(described || obvious, "{place}/properties/{name} has no description");
            }
        }
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| walk(value, &format!("{place}/{name}")));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, value)| walk(value, &format!("{place}/{index}")));
            }
            _ => {}
        }
    }
    let documents = &Schemas::current().documents;
    for (id, document) in documents.iter() {
        for said in ["title", "description"] {
            assert!(document[said].as_str().is_some_and(|text| !text.is_empty()), "{id} has no {said}");
        }
        walk(document, "");
    }
    for (name, definition) in documents.get(&format!("{URN}definitions"))["$defs"].as_object().unwrap() {
        for said in ["title", "description"] {
            assert!(definition[said].as_str().is_some_and(|text| !text.is_empty()), "{name} has no {said}");
        }
    }
}

/// Descriptions name the versions and words that they are about.
#[test]
fn descriptions_name_what_is_in_force() {
    let documents = &Schemas::current().documents;
    let definition = |name: &str| {
        let definition = documents.resolve(&format!("{URN}definitions#/$defs/{name}"));
        definition["description"].as_str().unwrap()
    };
    assert!(definition("area").contains(Area::VERSION));
    assert!(definition("industry").contains(Industry::VERSION));
    for field in Field::PLAN {
        assert!(definition("field").contains(&format!("`{}` {}", field.code(), field.name_zh())), "{field}");
    }
    let series =
        &Schemas::current().data("weir.reference.published.v1")["properties"]["series"]["description"];
    for (name, _) in ReferencePublished::SERIES {
        assert!(series.as_str().unwrap().contains(&format!("`{name}`")), "{name}");
    }
    for (name, list) in documents.get(&format!("{URN}definitions"))["$defs"].as_object().unwrap() {
        for word in texts(&list["enum"]) {
            assert!(definition(name).contains(&format!("`{word}` ")), "{name} does not say what {word} is");
        }
    }
}
