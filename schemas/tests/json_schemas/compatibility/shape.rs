//! Schemas as the comparison sees them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::schemas::Documents;

/// Keywords that say something to people and constrain nothing, or that are looked at where they are referred to.
const ANNOTATIONS: &[&str] =
    &["$schema", "$id", "$comment", "$defs", "title", "description", "examples", "default", "deprecated"];

static OPEN: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// The conditions that a schema joins: itself, those that it refers to, those in `allOf`. `true` is one that asks for
/// nothing; `false` is none.
pub(crate) fn conjuncts<'a>(documents: &'a Documents, schema: &'a Value) -> Vec<&'a Map<String, Value>> {
    let Value::Object(members) = schema else {
        return if schema == &Value::Bool(true) { vec![&OPEN] } else { Vec::new() };
    };
    let referred = members.get("$ref").and_then(Value::as_str).map(|reference| documents.resolve(reference));
    let joined = members.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let others = referred.into_iter().chain(joined).flat_map(|other| conjuncts(documents, other));
    std::iter::once(members).chain(others).collect()
}

/// The constraining keywords of one conjunct, those aside that [`conjuncts`] follows.
pub(crate) fn constraints(conjunct: &Map<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    let named = conjunct.iter().map(|(name, value)| (name.as_str(), value));
    named.filter(|(name, _)| !ANNOTATIONS.contains(name) && !matches!(*name, "$ref" | "allOf"))
}

/// Whether a schema takes everything.
pub(crate) fn is_open(documents: &Documents, schema: &Value) -> bool {
    schema != &Value::Bool(false)
        && conjuncts(documents, schema).iter().all(|conjunct| constraints(conjunct).next().is_none())
}

/// The closed list of `enum` or `const`, if there is one.
pub(crate) fn list(conjunct: &Map<String, Value>) -> Option<Vec<&Value>> {
    match (conjunct.get("enum"), conjunct.get("const")) {
        (Some(words), _) => Some(words.as_array()?.iter().collect()),
        (None, constant) => constant.map(|constant| vec![constant]),
    }
}

/// The members that an object may have by name.
pub(crate) fn members<'a>(object: &[&'a Map<String, Value>]) -> BTreeSet<&'a str> {
    let named = object.iter().filter_map(|conjunct| conjunct.get("properties")?.as_object()).flatten();
    named.filter(|(_, schema)| **schema != Value::Bool(false)).map(|(name, _)| name.as_str()).collect()
}

/// The values that a member may have, by the conditions of the object that it is in, if that is a closed list.
pub(crate) fn member_list<'a>(
    documents: &'a Documents,
    object: &[&'a Map<String, Value>],
    name: &str,
) -> Option<Vec<&'a Value>> {
    let schemas = object.iter().filter_map(|conjunct| conjunct.get("properties")?.get(name));
    schemas.flat_map(|schema| conjuncts(documents, schema)).find_map(list)
}

/// A type keyword as a set; whole numbers are numbers.
pub(crate) fn types(value: &Value) -> BTreeSet<&str> {
    let one = value.as_str();
    let mut types: BTreeSet<&str> =
        one.into_iter().chain(value.as_array().into_iter().flatten().filter_map(Value::as_str)).collect();
    if types.contains("number") {
        types.insert("integer");
    }
    types
}
