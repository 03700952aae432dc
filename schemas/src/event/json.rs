//! JSON as records must write it: UTF-8, no member twice, not too deep. Numbers keep every digit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::strict;
use crate::problem::{Code, Problem};

/// The deepest nesting of a record.
pub const DEPTH_MOST: usize = 12;

/// Reads one JSON value.
///
/// # Errors
/// The first problem, with its place: what is malformed, a member that comes twice (of which readers would
/// each pick their own), or nesting beyond [`DEPTH_MOST`].
pub fn read_json(bytes: &[u8]) -> Result<Value, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Problem::new(Code::Json, "", format!("is not UTF-8 from byte {}", error.valid_up_to()))
    })?;
    // Nearly all records are as they must be, and are read in one go; what is wrong with the others, and where, is
    // found out level by level. So is what may bear serde_json's own mark of a number, which begins with a dollar sign.
    if !text.contains('$')
        && !text.contains("\\u0024")
        && let Some(value) = strict::read(text)
    {
        return Ok(value);
    }
    let raw: &RawValue = parse(text, "")?;
    read(raw, "", 1)
}

/// Goes down level by level over the raw text: reading into a [`Value`] at once would hide repeated members, and
/// recursion would be bounded by the sender.
fn read(raw: &RawValue, pointer: &str, depth: usize) -> Result<Value, Problem> {
    if depth > DEPTH_MOST {
        return Err(Problem::new(Code::Limit, "", format!("nests deeper than {DEPTH_MOST} levels")));
    }
    match raw.get().as_bytes().first() {
        Some(b'{') => {
            let Members(members) = parse(raw.get(), pointer)?;
            let mut object = Map::new();
            for (name, raw) in members {
                let pointer = format!("{pointer}/{}", escape(&name));
                if object.contains_key(&name) {
                    return Err(Problem::new(Code::Json, pointer, "is there twice"));
                }
                object.insert(name, read(raw, &pointer, depth + 1)?);
            }
            Ok(Value::Object(object))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = parse(raw.get(), pointer)?;
            let items = items.into_iter().enumerate();
            items.map(|(index, raw)| read(raw, &format!("{pointer}/{index}"), depth + 1)).collect()
        }
        _ => parse(raw.get(), pointer),
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, pointer: &str) -> Result<T, Problem> {
    serde_json::from_str(text)
        .map_err(|error| Problem::new(Code::Json, pointer, format!("is not JSON: {error}")))
}

/// A member's name as a token of a JSON pointer (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The members of an object as they stand, repeated ones too.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn refused(text: impl AsRef<[u8]>) -> String {
        read_json(text.as_ref()).unwrap_err().to_string()
    }

    #[test]
    fn names_the_place_of_what_is_malformed() {
        assert_eq!(
            refused(br#"{"a": 1"#),
            "E-JSON at \"\": is not JSON: EOF while parsing an object at line 1 column 7"
        );
        assert_eq!(refused(br#"{"a": {"b/c": 1, "b\/c": 1}}"#), "E-JSON at \"/a/b~1c\": is there twice");
        assert_eq!(refused(b"{\"a\": \"\xff\"}"), "E-JSON at \"\": is not UTF-8 from byte 7");
        assert!(refused(br#"{"a": [0, "\ud800"]}"#).starts_with("E-JSON at \"/a/1\": is not JSON"));
        assert!(refused(b"").starts_with("E-JSON"));
        assert!(refused(b"{} {}").starts_with("E-JSON"));
    }

    #[test]
    fn depth_is_bounded_however_deep_it_goes() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(read_json(nested(DEPTH_MOST).as_bytes()).is_ok());
        assert_eq!(refused(nested(DEPTH_MOST + 1)), "E-LIMIT at \"\": nests deeper than 12 levels");
        assert!(refused(nested(100_000)).starts_with("E-LIMIT"));
    }

    #[test]
    fn numbers_keep_their_digits_and_only_numbers_are_numbers() {
        let read = read_json(b"[1.10, 123456789012345678901234567890.5]").unwrap();
        assert_eq!(read.to_string(), "[1.10,123456789012345678901234567890.5]");
        // serde_json's own mark of a number, sent by somebody, is an object like any other.
        let sent = br#"{"$serde_json::private::Number": "1"}"#;
        assert!(read_json(sent).unwrap().is_object());
        let escaped = br#"{"\u0024serde_json::private::Number": "1"}"#;
        assert!(read_json(escaped).unwrap().is_object());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..5).prop_map(|members| json!(members)),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_was_written(value in any_json()) {
            prop_assert_eq!(read_json(value.to_string().as_bytes()), Ok(value));
        }

        /// Read in one go it is what it is level by level, or it is not read.
        #[test]
        fn both_ways_agree(text in r#"[\[\]{}:, ]{0,4}("a"|"b"|"\\u00e9"|-?1[.0e]?2?|null|[\[\]{}:, ]){0,12}"#) {
            let level_by_level = parse::<&RawValue>(&text, "").and_then(|raw| read(raw, "", 1));
            prop_assert_eq!(strict::read(&text), level_by_level.ok());
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = read_json(&bytes);
        }
    }
}
