//! The places of an event's data, each with the schema that holds there.

use serde_json::Value;

use super::schemas::Documents;

/// One value within the data of an event.
pub(crate) struct Place<'a> {
    /// Where it is in the event.
    pub(crate) pointer: String,
    /// What holds there, references followed.
    pub(crate) schema: &'a Value,
}

impl Place<'_> {
    /// The place, whichever element of an array it is in.
    pub(crate) fn kind_of_place(&self) -> String {
        let token =
            |token: &str| if token.parse::<usize>().is_ok() { "*".to_owned() } else { token.to_owned() };
        self.pointer.split('/').map(token).collect::<Vec<_>>().join("/")
    }
}

/// All places from `value` on, which stands at `pointer` and under `schema`, that hold something.
pub(crate) fn places<'a>(
    documents: &'a Documents,
    schema: &'a Value,
    pointer: &str,
    value: &Value,
) -> Vec<Place<'a>> {
    if value.is_null() {
        return Vec::new();
    }
    let schema = documents.plain(schema);
    let mut found = vec![Place { pointer: pointer.to_owned(), schema }];
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let member = &schema["properties"][name];
                found.extend(places(documents, member, &format!("{pointer}/{name}"), value));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                found.extend(places(documents, &schema["items"], &format!("{pointer}/{index}"), item));
            }
        }
        _ => {}
    }
    found
}

/// Pointers to all values within an event, its envelope included.
pub(crate) fn pointers(event: &Value) -> Vec<String> {
    fn list(value: &Value, pointer: String, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    list(member, format!("{pointer}/{name}"), found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    list(item, format!("{pointer}/{index}"), found);
                }
            }
            _ => {}
        }
        found.push(pointer);
    }
    let mut found = Vec::new();
    list(event, String::new(), &mut found);
    found
}

/// The event with another value at a place, which holds something already.
pub(crate) fn with(event: &Value, pointer: &str, value: Value) -> Value {
    let mut event = event.clone();
    *event.pointer_mut(pointer).unwrap() = value;
    event
}
