//! JSON as records must write it: UTF-8, no member twice, bounded in depth, width and names. Numbers keep every digit.

mod strict;
mod value;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

pub use self::value::{Json, Object};
use crate::problem::{Code, Problem};

/// The deepest nesting of a record.
pub const DEPTH_MOST: usize = 12;
/// The most members of one object, and the most elements of one array.
pub const WIDTH_MOST: usize = 1_000;
/// The most characters of a member's name.
pub const NAME_MOST: usize = 100;

/// Reads one JSON value.
///
/// # Errors
/// The first problem, with its place: what is malformed, a member that comes twice (of which readers would
/// each pick their own), or more than [`DEPTH_MOST`], [`WIDTH_MOST`] or [`NAME_MOST`]. Names that are too long or
/// hold control characters are in no pointer: those end before them.
pub fn read_json(bytes: &[u8]) -> Result<Json<'_>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Problem::new(Code::Json, "", format!("is not UTF-8 from byte {}", error.valid_up_to()))
    })?;
    // Nearly all records are as they must be, and are read in one go; what is wrong with the others, and where, is
    // found out level by level. So is what may bear serde_json's own mark of a number, which begins with a dollar sign.
    if !text.contains('$')
        && !text.contains("\\u0024")
        && let Ok(value) = strict::read(text)
    {
        return Ok(value);
    }
    let raw: &RawValue = parse(text, Place::Record)?;
    read(raw, Place::Record, 1)
}

/// Goes down level by level over the raw text: reading all at once would hide repeated members, and
/// recursion would be bounded by the sender.
fn read<'a>(raw: &'a RawValue, place: Place<'_>, depth: usize) -> Result<Json<'a>, Problem> {
    if depth > DEPTH_MOST {
        return Err(Problem::new(Code::Limit, "", format!("nests deeper than {DEPTH_MOST} levels")));
    }
    let too_wide = |what| place.problem(Code::Limit, &format!("has more than {WIDTH_MOST} {what}"));
    match raw.get().as_bytes().first() {
        Some(b'{') => {
            let Members(members) = parse(raw.get(), place)?;
            if members.len() > WIDTH_MOST {
                return Err(too_wide("members"));
            }
            let (mut object, mut names) = (Vec::new(), HashSet::new());
            for (name, raw) in members {
                if let Some((code, why)) = unfit(&name) {
                    return Err(place.problem(code, &why));
                }
                let here = Place::Member(&place, &name);
                if !names.insert(name.clone()) {
                    return Err(here.problem(Code::Json, "is there twice"));
                }
                let value = read(raw, here, depth + 1)?;
                object.push((Cow::Owned(name), value));
            }
            // No name is there twice.
            Ok(Json::Object(Object::of(object).unwrap_or_default()))
        }
        Some(b'[') => {
            let Elements(elements) = parse(raw.get(), place)?;
            if elements.len() > WIDTH_MOST {
                return Err(too_wide("elements"));
            }
            let elements = elements.into_iter().enumerate();
            let read = elements.map(|(index, raw)| read(raw, Place::Element(&place, index), depth + 1));
            Ok(Json::Array(read.collect::<Result<_, _>>()?))
        }
        _ => strict::read(raw.get()).map_err(|error| place.malformed(&error)),
    }
}

/// What is wrong with a member's name, if it could not be shown as the place of a problem.
pub(super) fn unfit(name: &str) -> Option<(Code, String)> {
    if name.len() > NAME_MOST && name.chars().count() > NAME_MOST {
        return Some((Code::Limit, format!("has a member whose name is longer than {NAME_MOST} characters")));
    }
    name.contains(char::is_control)
        .then(|| (Code::Value, "has a member whose name holds control characters".to_owned()))
}

/// Where a value stands in its record. Written out where something is wrong, and nowhere else.
#[derive(Clone, Copy)]
enum Place<'a> {
    Record,
    Member(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn problem(&self, code: Code, detail: &str) -> Problem {
        Problem::new(code, self.to_string(), detail)
    }

    fn malformed(&self, error: &serde_json::Error) -> Problem {
        self.problem(Code::Json, &format!("is not JSON: {error}"))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Record => Ok(()),
            Place::Member(parent, name) => write!(f, "{parent}/{}", escape(name)),
            Place::Element(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str, place: Place<'_>) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| place.malformed(&error))
}

/// A member's name as a token of a JSON pointer (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The members of an object as they stand, repeated ones too; of too many the first ones.
struct Members<'a>(Vec<(String, &'a RawValue)>);

/// The elements of an array as they stand; of too many the first ones.
struct Elements<'a>(Vec<&'a RawValue>);

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
                while members.len() <= WIDTH_MOST
                    && let Some(member) = map.next_entry()?
                {
                    members.push(member);
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

impl<'de> Deserialize<'de> for Elements<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Elements<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Elements<'de>, A::Error> {
                let mut elements = Vec::new();
                while elements.len() <= WIDTH_MOST
                    && let Some(element) = array.next_element()?
                {
                    elements.push(element);
                }
                while array.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Elements(elements))
            }
        }

        deserializer.deserialize_seq(Collect)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

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
    fn width_is_bounded_in_objects_and_arrays() {
        let array = |elements: usize| format!(r#"{{"a": {{"b": [0{}]}}}}"#, ",0".repeat(elements - 1));
        assert!(read_json(array(WIDTH_MOST).as_bytes()).is_ok());
        assert_eq!(refused(array(WIDTH_MOST + 1)), "E-LIMIT at \"/a/b\": has more than 1000 elements");
        let object = |members: usize| {
            let members: Vec<String> = (0..members).map(|number| format!("\"a{number}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(read_json(object(WIDTH_MOST).as_bytes()).is_ok());
        assert_eq!(refused(object(WIDTH_MOST + 1)), "E-LIMIT at \"\": has more than 1000 members");
        assert!(refused(array(200_000)).starts_with("E-LIMIT"));
    }

    #[test]
    fn names_are_fit_to_be_shown() {
        let named = |name: &str| format!(r#"{{"data": {{"{name}": 1}}}}"#);
        assert!(read_json(named(&"川".repeat(NAME_MOST)).as_bytes()).is_ok());
        let long = refused(named(&"x".repeat(200_000)));
        assert_eq!(long, "E-LIMIT at \"/data\": has a member whose name is longer than 100 characters");
        for control in ["\\u0000", "a\\n", "\\u009b2J", "\u{7f}"] {
            let refused = refused(named(control));
            assert_eq!(refused, "E-VALUE at \"/data\": has a member whose name holds control characters");
        }
    }

    #[test]
    fn what_is_no_number_and_no_text_is_no_json() {
        for text in ["NaN", "[Infinity]", "[-Infinity]", "[01]", "[1.]", "[.5]", "[+1]", "[0x1]", "[1e]"] {
            assert!(refused(text).starts_with("E-JSON"), "{text}");
        }
        for text in
            [&b"[\"\xc3\x28\"]"[..], b"[\"\xed\xa0\x80\"]", b"[\"\xc0\x80\"]", b"[\"\0\"]", b"[\"\n\"]"]
        {
            assert!(refused(text).starts_with("E-JSON"), "{text:?}");
        }
        for text in [r#"["\ud800"]"#, r#"["\udc00\ud800"]"#, r#"["\ud800\u0041"]"#, "\u{feff}{}"] {
            assert!(refused(text).starts_with("E-JSON"), "{text}");
        }
        // However many digits a number has, it is one, and is kept.
        let digits = "1".repeat(200_000);
        assert_eq!(read_json(digits.as_bytes()).unwrap().to_string(), digits);
        assert!(read_json(b"[1e400, 1e-400, 1e999999999]").is_ok());
    }

    #[test]
    fn numbers_keep_their_digits_and_only_numbers_are_numbers() {
        let read = read_json(b"[1.10, 123456789012345678901234567890.5]").unwrap();
        assert_eq!(read.to_string(), "[1.10,123456789012345678901234567890.5]");
        // serde_json's own mark of a number, sent by somebody, is an object like any other.
        let sent = br#"{"$serde_json::private::Number": "1"}"#;
        assert!(read_json(sent).unwrap().as_object().is_some());
        let escaped = br#"{"\u0024serde_json::private::Number": "1"}"#;
        assert!(read_json(escaped).unwrap().as_object().is_some());
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
                prop::collection::btree_map("\\PC{0,4}", inner, 0..5).prop_map(|members| json!(members)),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_was_written(value in any_json()) {
            let text = value.to_string();
            prop_assert_eq!(read_json(text.as_bytes()), Ok(Json::from(&value)));
            prop_assert_eq!(read_json(text.as_bytes()).unwrap().to_string(), text);
        }

        /// Read in one go it is what it is level by level, or it is not read.
        #[test]
        fn both_ways_agree(text in r#"[\[\]{}:, ]{0,4}("a"|"b"|"\\u00e9"|-?1[.0e]?2?|null|[\[\]{}:, ]){0,12}"#) {
            let level_by_level = parse::<&RawValue>(&text, Place::Record).and_then(|raw| read(raw, Place::Record, 1));
            prop_assert_eq!(strict::read(&text).ok(), level_by_level.ok());
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = read_json(&bytes);
        }
    }
}
