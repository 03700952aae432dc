//! The schemas in force take every event that the published ones take.

use serde_json::{Value, json};

use super::compare::{Break, Comparison};
use crate::schemas::{Documents, URN, files, folder, read};

fn published() -> Documents {
    Documents::new(files(&folder().join("published")).iter().map(|file| read(file)))
}

/// By what the later schema of a type refuses events that the earlier one takes.
fn type_breaks(old: &Documents, new: &Documents, kind: &str) -> Vec<Break> {
    let id = format!("{URN}{kind}");
    if new.types().contains(kind) {
        Comparison { old, new }.breaks(old.get(&id), new.get(&id), kind)
    } else {
        vec![Break::at(kind, "has no schema any more")]
    }
}

fn breaks(old: &Documents, new: &Documents) -> Vec<Break> {
    old.types().into_iter().flat_map(|kind| type_breaks(old, new, kind)).collect()
}

#[test]
fn the_schemas_take_what_the_published_ones_take() {
    let published = published();
    assert!(published.types().len() >= 24);
    let breaks: Vec<String> =
        breaks(&published, &Documents::current()).iter().map(ToString::to_string).collect();
    assert!(breaks.is_empty(), "events that were valid are valid no more:\n{}", breaks.join("\n"));
}

#[test]
fn a_type_that_is_gone_is_a_break() {
    let old = Documents::new([
        json!({ "$id": "urn:weir:events:weir.a.v1" }),
        json!({ "$id": "urn:weir:events:weir.b.v1" }),
    ]);
    let new = Documents::new([json!({ "$id": "urn:weir:events:weir.b.v1", "title": "B" })]);
    assert_eq!(breaks(&old, &new), [Break::at("weir.a.v1", "has no schema any more")]);
    assert_eq!(breaks(&new, &old), []);
}

/// Ways to make the schema at one place of a document narrower.
fn narrowed(schema: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut change = |what: String, change: &dyn Fn(&mut Value)| {
        let mut narrow = schema.clone();
        change(&mut narrow);
        found.push((what, narrow));
    };
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        match keyword.as_str() {
            "enum" | "anyOf" => {
                for at in 0..value.as_array().unwrap().len() {
                    change(format!("{keyword} without its value {at}"), &|schema| {
                        schema[keyword].as_array_mut().unwrap().remove(at);
                    });
                }
            }
            "const" => change("another const".into(), &|schema| schema["const"] = json!("another")),
            "type" if value.is_array() => change("fewer types".into(), &|schema| {
                schema["type"].as_array_mut().unwrap().pop();
            }),
            "type" => change("another type".into(), &|schema| schema["type"] = json!("boolean")),
            "pattern" => change("another pattern".into(), &|schema| schema["pattern"] = json!("^never$")),
            "minimum" | "minItems" | "minProperties" => {
                change(format!("a higher {keyword}"), &|schema| {
                    schema[keyword] = json!(value.as_i64().unwrap() + 1);
                });
            }
            "maximum" | "maxLength" => change(format!("a lower {keyword}"), &|schema| {
                schema[keyword] = json!(value.as_i64().unwrap() - 1);
            }),
            "required" => change("another required member".into(), &|schema| {
                schema["required"].as_array_mut().unwrap().push(json!("another"));
            }),
            "properties" => {
                for name in value.as_object().unwrap().keys() {
                    if schema["additionalProperties"] == false {
                        change(format!("no member {name}"), &|schema| {
                            schema["properties"].as_object_mut().unwrap().remove(name);
                        });
                    }
                    change(format!("a narrower member {name}"), &|schema| {
                        schema["properties"][name] = json!(false);
                    });
                }
            }
            _ => {}
        }
    }
    if schema.get("not").is_none() && schema.get("type").is_some() {
        change("refused values".into(), &|schema| schema["not"] = json!({ "const": 1 }));
    }
    if schema.get("enum").is_none() && schema.get("$ref").is_some() {
        change("a closed list".into(), &|schema| schema["enum"] = json!(["one"]));
    }
    found
}

/// The places of all schemas within a document by which more or less is taken: not conditions, nor what is refused.
fn places(schema: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let place = format!("{pointer}/{}", keyword.replace('/', "~1"));
        match (keyword.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Value::Object(members)) => {
                for (name, member) in members {
                    places(member, &format!("{place}/{}", name.replace('/', "~1")), found);
                }
            }
            ("anyOf" | "allOf", Value::Array(branches)) => {
                for (index, branch) in branches.iter().enumerate() {
                    places(branch, &format!("{place}/{index}"), found);
                }
            }
            ("items" | "then" | "else" | "propertyNames" | "additionalProperties", value) => {
                places(value, &place, found);
            }
            _ => {}
        }
    }
}

/// Whether what was narrow before would be wide now, and nothing else: another pattern, type or constant is not, and
/// a new attribute of the envelope takes a name that any extension could have had.
fn is_undone_by_widening(id: &str, what: &str) -> bool {
    let another = what.starts_with("another ") && what != "another required member";
    let attribute = id.ends_with(":envelope") && what.starts_with("no member");
    !(another || attribute)
}

/// Whatever is made narrower, wherever in the schemas of today, is found; undoing it is additive.
#[test]
fn every_narrowing_of_the_schemas_is_found() {
    let current = Documents::current();
    let mut changed = current.clone();
    let (mut tried, mut undone) = (0, 0);
    for (id, document) in current.iter() {
        // What a type says is its own matter, what is shared concerns all.
        let kinds = current
            .types()
            .into_iter()
            .filter(|kind| !id.starts_with(&format!("{URN}weir.")) || id.ends_with(kind));
        let kinds: Vec<&str> = kinds.collect();
        let mut found = Vec::new();
        places(document, "", &mut found);
        for place in found {
            let schema = document.pointer(&place).unwrap();
            for (what, narrow) in narrowed(schema) {
                // Of these the types say more than the envelope does, and without its description they pass as attributes.
                let in_types =
                    ["type", "subject", "data"].iter().any(|name| what == format!("no member {name}"));
                if in_types && id.ends_with(":envelope") {
                    continue;
                }
                if narrow == *schema {
                    continue;
                }
                *changed.get_mut(id).pointer_mut(&place).unwrap() = narrow;
                let is_broken = |kind: &&str| !type_breaks(&current, &changed, kind).is_empty();
                assert!(kinds.iter().any(is_broken), "{id}#{place}: {what} is not found");
                if is_undone_by_widening(id, &what) {
                    for kind in &kinds {
                        let breaks = type_breaks(&changed, &current, kind);
                        assert!(breaks.is_empty(), "{id}#{place}: undoing {what} is no break: {breaks:?}");
                        undone += 1;
                    }
                }
                tried += 1;
            }
            *changed.get_mut(id).pointer_mut(&place).unwrap() = schema.clone();
        }
    }
    assert!(tried > 1_000 && undone > 1_000, "{tried} narrowings, {undone} undone");
}
