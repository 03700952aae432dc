//! CloudEvents binary mode over HTTP: the attributes in headers, the data in the body.

use axum::body::Bytes;
use axum::http::HeaderMap;
use percent_encoding::percent_decode;
use weir_kernel::problem::ProblemDetails;

use crate::binary::{Attributes, NoEvent};

/// What the name of each header begins with that holds an attribute.
const PREFIX: &str = "ce-";

/// Whether headers hold an event's attributes.
pub(super) fn is_binary(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with(PREFIX))
}

/// The event in structured form. Without a body it has no data.
///
/// # Errors
/// 400 where a header can't be read or comes twice, or the body is not one value of JSON.
pub(crate) fn structured(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, ProblemDetails> {
    read(headers, body).map_err(|error| ProblemDetails::bad_request("unreadable", error.to_string()))
}

fn read(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, NoEvent> {
    let mut attributes = Attributes::default();
    for (name, value) in headers {
        let Some(attribute) = name.as_str().strip_prefix(PREFIX) else { continue };
        let text = decoded(value.as_bytes()).ok_or_else(|| NoEvent::Unreadable {
            header: name.to_string(),
            encoding: "percent-encoded UTF-8",
        })?;
        attributes.insert(name.as_str(), attribute, text)?;
    }
    attributes.with(body)
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
    fn what_can_not_be_read_is_named() {
        assert!(read(&[("ce-id", "%ff")], "").unwrap_err().contains("ce-id"));
        assert!(read(&[("ce-id", "a"), ("ce-id", "b")], "").unwrap_err().contains("twice"));
        assert!(read(&[("ce-id", "a")], "{").unwrap_err().contains("can't be read"));
    }
}
