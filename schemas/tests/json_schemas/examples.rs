//! The examples beside each schema: both the code and a validator judge them as their folder says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use weir_schemas::event::{Data, Event};

use super::places::places;
use super::schemas::{Schemas, files, folder, read};

/// An example that is no good: what it is, and what the code says against it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    why: String,
    problems: Vec<Problem>,
    event: Value,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    code: String,
    pointer: String,
}

fn of(kind: &str, group: &str) -> Vec<PathBuf> {
    files(&folder().join(kind).join(group))
}

/// The good examples of a type.
pub(crate) fn valid(kind: &str) -> Vec<Value> {
    of(kind, "valid").iter().map(|file| read(file)).collect()
}

/// The good examples of all types, with their type.
pub(crate) fn all_valid() -> &'static [(&'static str, Value)] {
    static VALID: LazyLock<Vec<(&str, Value)>> = LazyLock::new(|| {
        let of = |kind: &&'static str| {
            valid(kind).into_iter().map(move |event| (*kind, event)).collect::<Vec<_>>()
        };
        Data::EVENT_TYPES.iter().flat_map(of).collect()
    });
    &VALID
}

fn bad(file: &Path) -> Bad {
    let text = std::fs::read_to_string(file).unwrap();
    let bad: Bad = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(!bad.why.trim().is_empty() && !bad.problems.is_empty(), "{} says why", file.display());
    bad
}

/// The code says exactly what the example says that it does, in whatever order.
fn assert_refused_as_said(file: &Path, bad: &Bad) {
    let said: BTreeSet<(&str, &str)> =
        bad.problems.iter().map(|problem| (problem.code.as_str(), problem.pointer.as_str())).collect();
    let Err(problems) = Event::from_slice(bad.event.to_string().as_bytes()) else {
        panic!("{} is accepted", file.display());
    };
    let found: BTreeSet<(&str, &str)> =
        problems.iter().map(|problem| (problem.code.as_str(), problem.pointer.as_str())).collect();
    assert_eq!(found, said, "{}", file.display());
    assert_eq!(problems.len(), bad.problems.len(), "{}", file.display());
}

#[test]
fn valid_ones_are_accepted() {
    for kind in Data::EVENT_TYPES {
        let files = of(kind, "valid");
        assert!(files.len() >= 2, "{kind} has several valid examples");
        for file in files {
            let event = read(&file);
            assert_eq!(event["type"], *kind, "{}", file.display());
            let objections = Schemas::current().objections(kind, &event);
            assert!(objections.is_empty(), "{}: {objections:?}", file.display());
            if let Err(problems) = Event::from_slice(event.to_string().as_bytes()) {
                panic!("{}: {problems:?}", file.display());
            }
        }
    }
}

#[test]
fn invalid_ones_are_refused_by_schema_and_code() {
    for kind in Data::EVENT_TYPES {
        let files = of(kind, "invalid");
        assert!(files.len() >= 4, "{kind} has several invalid examples");
        for file in files {
            let bad = bad(&file);
            assert!(!Schemas::current().accepts(kind, &bad.event), "{} is valid", file.display());
            assert_refused_as_said(&file, &bad);
        }
    }
}

#[test]
fn refused_ones_are_refused_by_code_alone() {
    for kind in Data::EVENT_TYPES {
        let files = of(kind, "refused");
        assert!(files.len() >= 2, "{kind} has several refused examples");
        for file in files {
            let bad = bad(&file);
            let objections = Schemas::current().objections(kind, &bad.event);
            assert!(objections.is_empty(), "{}: {objections:?}", file.display());
            assert_refused_as_said(&file, &bad);
        }
    }
}

#[test]
fn all_say_that_they_are_made_up() {
    for kind in Data::EVENT_TYPES {
        for event in valid(kind) {
            assert_eq!(event["synthetic"], true, "{kind}");
        }
        for file in of(kind, "invalid").into_iter().chain(of(kind, "refused")) {
            let bad = bad(&file);
            let about_it = bad.problems.iter().any(|problem| problem.pointer == "/synthetic");
            assert!(about_it || bad.event["synthetic"] == true, "{}", file.display());
        }
    }
}

#[test]
fn the_valid_ones_show_every_member() {
    let schemas = Schemas::current();
    for kind in Data::EVENT_TYPES {
        let events = valid(kind);
        let mut members = BTreeSet::new();
        let mut shown = BTreeSet::new();
        for event in &events {
            for place in places(&schemas.documents, schemas.data(kind), "/data", &event["data"]) {
                shown.insert(place.kind_of_place());
                let properties = place.schema["properties"].as_object();
                for name in properties.into_iter().flatten().map(|(name, _)| name) {
                    members.insert(format!("{}/{name}", place.kind_of_place()));
                }
            }
        }
        let missing: Vec<&String> = members.difference(&shown).collect();
        assert!(missing.is_empty(), "{kind}: no valid example has {missing:?}");
    }
}
