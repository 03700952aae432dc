//! CloudEvents binary mode: the attributes in headers, the data in the body.

use axum::body::Bytes;
use axum::http::HeaderMap;
use percent_encoding::percent_decode;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use weir_kernel::problem::ProblemDetails;

/// What the name of each header begins with that holds an attribute.
const PREFIX: &str = "ce-";
/// Attributes that are no strings.
const BOOLEANS: [&str; 1] = ["synthetic"];

/// Whether headers hold an event's attributes.
pub(super) fn is_binary(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with(PREFIX))
}

/// The event in structured form. Without a body it has no data.
///
/// # Errors
/// 400 where a header can't be read or comes twice, or the body is not one value of JSON.
pub(crate) fn structured(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, ProblemDetails> {
    let unreadable = |detail: String| ProblemDetails::bad_request("unreadable", detail);
    let mut attributes = Map::new();
    for (name, value) in headers {
        let Some(attribute) = name.as_str().strip_prefix(PREFIX) else { continue };
        if matches!(attribute, "data" | "data_base64" | "datacontenttype") {
            return Err(unreadable(format!(
                "{name} is no attribute: the data is the body, of the type Content-Type"
            )));
        }
        let text = decoded(value.as_bytes())
            .ok_or_else(|| unreadable(format!("the header {name} is not percent-encoded UTF-8")))?;
        let value = match text.to_ascii_lowercase().parse() {
            // Python's SDK writes True.
            Ok(truth) if BOOLEANS.contains(&attribute) => Value::Bool(truth),
            _ => Value::String(text),
        };
        if attributes.insert(attribute.to_owned(), value).is_some() {
            return Err(unreadable(format!("the header {name} is there twice")));
        }
    }
    attributes.insert("datacontenttype".to_owned(), Value::from("application/json"));
    let mut event = Value::Object(attributes).to_string();
    if !body.trim_ascii().is_empty() {
        // Kept as it was sent: numbers to their last digit, and members that are there twice for the record's own check.
        let data: &RawValue = serde_json::from_slice(body)
            .map_err(|error| unreadable(format!("the body can't be read: {error}")))?;
        event.truncate(event.len() - 1);
        event.push_str(",\"data\":");
        event.push_str(data.get());
        event.push('}');
    }
    Ok(Bytes::from(event))
}

/// A header's value as it was meant: out of quotes, if it is in any, and percent-decoded once (CloudEvents 1.0, HTTP binding §3.1.3.2).
fn decoded(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let unquoted = quoted.map_or_else(|| text.to_owned(), unescaped);
    percent_decode(unquoted.as_bytes()).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// The inside of a quoted string (RFC 9110 §5.6.4).
fn unescaped(text: &str) -> String {
    let mut escaped = false;
    let keep = |c: &char| {
        escaped = *c == '\\' && !escaped;
        !escaped
    };
    text.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn read(headers: &[(&'static str, &str)], body: &'static str) -> Result<String, String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let read = structured(&map, &Bytes::from_static(body.as_bytes()));
        read.map(|event| String::from_utf8(event.to_vec()).unwrap()).map_err(|problem| format!("{problem:?}"))
    }

    #[test]
    fn attributes_are_read_as_http_writes_them() {
        let headers =
            [("ce-id", "a%20%E5%B7%9D"), ("ce-synthetic", "true"), ("ce-subject", r#""a \"b\" \\""#)];
        assert_eq!(
            read(&headers, " {\"a\": 1.50, \"a\": 2} ").unwrap(),
            r#"{"datacontenttype":"application/json","id":"a 川","subject":"a \"b\" \\","synthetic":true,"data":{"a": 1.50, "a": 2}}"#
        );
        assert_eq!(
            read(&[("ce-id", "川")], "").unwrap(),
            r#"{"datacontenttype":"application/json","id":"川"}"#
        );
    }

    #[test]
    fn booleans_are_none_of_their_words() {
        for (text, value) in [("True", "true"), ("false", "false"), ("yes", "\"yes\"")] {
            let read = read(&[("ce-synthetic", text)], "").unwrap();
            assert_eq!(read, format!(r#"{{"datacontenttype":"application/json","synthetic":{value}}}"#));
        }
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        assert!(read(&[("ce-id", "%ff")], "").unwrap_err().contains("ce-id"));
        assert!(read(&[("ce-id", "a"), ("ce-id", "b")], "").unwrap_err().contains("twice"));
        assert!(read(&[("ce-data", "{}")], "").unwrap_err().contains("body"));
        // Nothing can be slipped in beside the data.
        for body in ["{}, \"id\": \"b\"", "{}}", "{", "<a/>"] {
            assert!(read(&[("ce-id", "a")], body).unwrap_err().contains("can't be read"), "{body}");
        }
    }
}
