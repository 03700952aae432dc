//! What counts as a break, and what does not, on small schemas.

#![allow(clippy::needless_pass_by_value, reason = "the schemas are made where they are compared")]

use serde_json::{Value, json};

use super::compare::Comparison;
use crate::schemas::Documents;

/// The breaks between two versions of one schema, which may refer to its own definitions.
fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let document = |schema: &Value| {
        let mut schema = schema.clone();
        schema["$id"] = json!("urn:small");
        Documents::new([schema])
    };
    let (old, new) = (document(old), document(new));
    let comparison = Comparison { old: &old, new: &new };
    comparison
        .breaks(old.get("urn:small"), new.get("urn:small"), "")
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn assert_break(old: Value, new: Value, expected: &str) {
    assert_eq!(breaks(&old, &new), [expected], "{old} → {new}");
    assert_eq!(breaks(&old, &old), [""; 0], "{old}");
}

/// The change is a break, and undoing it is none.
fn assert_narrows(old: Value, new: Value, expected: &str) {
    assert_break(old.clone(), new.clone(), expected);
    assert_widens(new, old);
}

fn assert_widens(old: Value, new: Value) {
    assert_eq!(breaks(&old, &new), [""; 0], "{old} → {new}");
}

fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

#[test]
fn types() {
    assert_narrows(
        json!({ "type": ["string", "number"] }),
        json!({ "type": "string" }),
        r#""" has a narrower type"#,
    );
    assert_narrows(json!({ "type": "number" }), json!({ "type": "integer" }), r#""" has a narrower type"#);
    assert_break(json!({ "type": "string" }), json!({ "type": "object" }), r#""" has a narrower type"#);
    assert_narrows(json!({}), json!({ "type": "string" }), r#""" has a narrower type"#);
}

#[test]
fn words() {
    assert_narrows(json!({ "enum": ["a", "b"] }), json!({ "enum": ["a"] }), r#""" takes "b" no more"#);
    assert_narrows(
        json!({ "type": "string" }),
        json!({ "type": "string", "enum": ["a"] }),
        r#""" has a closed list"#,
    );
    assert_narrows(json!({ "enum": ["a", "b"] }), json!({ "const": "b" }), r#""" takes "a" no more"#);
    assert_break(json!({ "const": "a" }), json!({ "const": "b" }), r#""" takes "a" no more"#);
    assert_widens(json!({ "enum": ["a"] }), json!({ "enum": ["b", "a"], "type": "string" }));
}

#[test]
fn bounds_and_patterns() {
    for (keyword, wide, narrow) in [("maxLength", 10, 9), ("maximum", 10, 9), ("maxItems", 2, 1)] {
        let expected = format!(r#""" has a lower {keyword}"#);
        assert_narrows(json!({ keyword: wide }), json!({ keyword: narrow }), &expected);
        assert_narrows(json!({}), json!({ keyword: narrow }), &expected);
    }
    for (keyword, wide, narrow) in
        [("minLength", 0, 1), ("minimum", -1, 0), ("minItems", 1, 2), ("minProperties", 1, 2)]
    {
        let expected = format!(r#""" has a higher {keyword}"#);
        assert_narrows(json!({ keyword: wide }), json!({ keyword: narrow }), &expected);
    }
    assert_break(json!({ "pattern": "^a" }), json!({ "pattern": "^b" }), r#""" has another pattern"#);
    assert_narrows(
        json!({ "type": "string" }),
        json!({ "type": "string", "pattern": "^a" }),
        r#""" has another pattern"#,
    );
}

#[test]
fn members() {
    let one = || object(json!({ "a": { "type": "string" } }));
    let two = || object(json!({ "a": { "type": "string" }, "b": {} }));
    assert_widens(one(), two());
    let lost = breaks(&two(), &one());
    assert!(lost.contains(&r#""/b" is no member any more"#.to_owned()), "{lost:?}");
    // It would pass unread: what it says would count no more.
    let open = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    assert_eq!(breaks(&two(), &open), [r#""/b" is no member any more"#]);
    let required = |names: Value| {
        let mut schema = two();
        schema["required"] = names;
        schema
    };
    assert_narrows(required(json!(["a"])), required(json!(["a", "b"])), r#""" requires b"#);
    assert_narrows(
        one(),
        object(json!({ "a": { "type": "string", "maxLength": 3 } })),
        r#""/a" has a lower maxLength"#,
    );
    let refused = [r#""/a" is no member any more"#, r#""/a" is refused whatever it is"#];
    assert_eq!(breaks(&one(), &object(json!({ "a": false }))), refused);
}

#[test]
fn members_that_passed_unread() {
    let open = || json!({ "properties": { "a": {} } });
    assert_narrows(
        open(),
        json!({ "properties": { "a": {} }, "additionalProperties": false }),
        r#""/(other)" is refused whatever it is"#,
    );
    // A new member narrows where its name was free before.
    assert_break(
        open(),
        json!({ "properties": { "a": {}, "b": { "type": "string" } } }),
        r#""/b" has a narrower type"#,
    );
    let extensions = |members: Value| json!({ "properties": members, "patternProperties": { "^[a-z]+$": {} }, "additionalProperties": false });
    assert_break(
        extensions(json!({})),
        extensions(json!({ "b": { "type": "string" } })),
        r#""/b" has a narrower type"#,
    );
    let closed = json!({ "properties": {}, "additionalProperties": false });
    assert_narrows(extensions(json!({})), closed, r#""/(^[a-z]+$)" is no pattern of names any more"#);
}

#[test]
fn arrays_and_names() {
    assert_narrows(
        json!({ "type": "array", "items": { "enum": [1, 2] } }),
        json!({ "type": "array", "items": { "enum": [1] } }),
        r#""/*" takes 2 no more"#,
    );
    assert_narrows(
        json!({ "propertyNames": { "enum": ["a", "b"] } }),
        json!({ "propertyNames": { "enum": ["a"] } }),
        r#""/(name)" takes "b" no more"#,
    );
}

#[test]
fn choices() {
    let text_or_null = || json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] });
    assert_narrows(text_or_null(), json!({ "anyOf": [{ "type": "string" }] }), r#""" has a narrower type"#);
    assert_narrows(text_or_null(), json!({ "type": "string" }), r#""" has a narrower type"#);
    assert_widens(json!({ "type": "string", "description": "x" }), text_or_null());
    assert_widens(text_or_null(), json!({ "type": ["null", "string"] }));
    assert_break(
        json!({ "oneOf": [{ "type": "string" }] }),
        json!({ "oneOf": [{ "type": "string" }, { "maxLength": 3 }] }),
        r#""" another oneOf cannot be judged"#,
    );
}

#[test]
fn what_is_refused() {
    assert_narrows(json!({}), json!({ "not": { "pattern": "x" } }), r#""" refuses more by `not`"#);
    assert_narrows(
        json!({ "not": { "type": "string", "maxLength": 3 } }),
        json!({ "not": { "type": "string", "maxLength": 4 } }),
        r#""" refuses more by `not`"#,
    );
}

fn form(words: &[&str], rules: Value) -> Value {
    json!({ "properties": { "form": { "enum": words }, "items": {} }, "additionalProperties": false, "allOf": rules })
}

fn rule(words: &[&str], items: &[&str]) -> Value {
    json!({
        "if": { "required": ["form"], "properties": { "form": { "enum": words } } },
        "then": { "properties": { "items": { "propertyNames": { "enum": items } } } },
    })
}

#[test]
fn conditions() {
    let old = || form(&["A", "B"], json!([rule(&["A"], &["x", "y"])]));
    assert_break(
        old(),
        form(&["A", "B"], json!([rule(&["A"], &["x"])])),
        r#""/items/(name)" takes "y" no more"#,
    );
    assert_break(
        old(),
        form(&["A", "B"], json!([rule(&["A"], &["x", "y"]), rule(&["B"], &["z"])])),
        r#""" has a new condition, if {"properties":{"form":{"enum":["B"]}},"required":["form"]}"#,
    );
    assert_break(
        old(),
        form(&["A", "B"], json!([rule(&["A", "B"], &["x", "y"])])),
        r#""" has a new condition, if {"properties":{"form":{"enum":["A","B"]}},"required":["form"]}"#,
    );
    assert_widens(old(), form(&["A", "B"], json!([rule(&["A"], &["x", "y", "z"])])));
    assert_widens(old(), form(&["A", "B"], json!([])));
}

#[test]
fn a_new_word_may_bring_rules_of_its_own() {
    let old = form(&["A", "B"], json!([rule(&["A"], &["x"])]));
    assert_widens(old.clone(), form(&["A", "B", "C"], json!([rule(&["A"], &["x"]), rule(&["C"], &["z"])])));
    assert_widens(old.clone(), form(&["A", "B", "C"], json!([rule(&["A", "C"], &["x"])])));
    let constant =
        json!({ "if": { "required": ["form"], "properties": { "form": { "const": "C" } } }, "then": false });
    assert_widens(old.clone(), form(&["A", "B", "C"], json!([rule(&["A"], &["x"]), constant])));
    let otherwise = json!({ "if": { "required": ["form"], "properties": { "form": { "const": "C" } } }, "else": { "required": ["items"] } });
    assert_break(old, form(&["A", "B", "C"], json!([otherwise])), r#""" requires items"#);
}

#[test]
fn references_are_followed() {
    let schema = |definition: Value| json!({ "$ref": "urn:small#/$defs/a", "$defs": { "a": definition } });
    assert_narrows(
        schema(json!({ "maxLength": 4 })),
        schema(json!({ "maxLength": 3 })),
        r#""" has a lower maxLength"#,
    );
    assert_widens(json!({ "maxLength": 3 }), schema(json!({ "maxLength": 4, "title": "A" })));
}

#[test]
fn what_cannot_be_judged_is_a_break() {
    assert_break(
        json!({}),
        json!({ "dependentRequired": { "a": ["b"] } }),
        r#""" `dependentRequired` cannot be judged"#,
    );
    assert_break(
        json!({ "uniqueItems": false }),
        json!({ "uniqueItems": true }),
        r#""" `uniqueItems` cannot be judged"#,
    );
}
