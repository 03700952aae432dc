//! CloudEvents' Kafka protocol binding: the event of a record, in structured form.
//!
//! Headers hold attributes as UTF-8, as they are: nothing is quoted or percent-encoded, unlike over HTTP.

use bytes::Bytes;
use weir_kernel::log::Record;
use weir_schemas::problem::{Code, Problem};

use crate::binary::{Attributes, NoEvent};
use crate::content_type::ContentType;

/// What the name of each header begins with that holds an attribute.
const PREFIX: &str = "ce_";
const CONTENT_TYPE: &str = "content-type";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The event that a record holds, in structured form: its value in structured mode, put together in binary mode. Its key
/// plays no part.
///
/// # Errors
/// When it holds none.
pub(super) fn event(record: &Record) -> Result<Bytes, Problem> {
    let no_event = |detail: &str| Err(Problem::new(Code::Binding, "", detail));
    let content_type = match content_type(record) {
        Ok(content_type) => content_type,
        Err(error) => return no_event(&error.to_string()),
    };
    if content_type.as_ref().is_some_and(|content_type| !content_type.is_utf8()) {
        return no_event("send UTF-8");
    }
    match content_type.as_ref().map_or("", |content_type| content_type.essence.as_str()) {
        "application/cloudevents+json" => {
            let marked = record.value.starts_with(BYTE_ORDER_MARK);
            Ok(if marked { record.value.slice(BYTE_ORDER_MARK.len()..) } else { record.value.clone() })
        }
        "application/cloudevents-batch+json" => {
            no_event("a record holds one event: Kafka's binding has no batches")
        }
        other if other.starts_with("application/cloudevents") => no_event(&format!(
            "is an event in {}, send application/cloudevents+json",
            other.chars().take(100).collect::<String>()
        )),
        "" | "application/json" if is_binary(record) => {
            binary(record).or_else(|error| no_event(&error.to_string()))
        }
        _ if is_binary(record) => no_event("the data is of another type than application/json"),
        _ => no_event(
            "is no CloudEvent: neither is the header content-type application/cloudevents+json, nor do ce_ headers \
             hold attributes",
        ),
    }
}

fn is_binary(record: &Record) -> bool {
    record.headers.iter().any(|(name, _)| name.starts_with(PREFIX))
}

fn content_type(record: &Record) -> Result<Option<ContentType>, NoEvent> {
    let mut values = record.headers.iter().filter(|(name, _)| name == CONTENT_TYPE);
    let Some((name, value)) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(NoEvent::Twice(name.clone()));
    }
    Ok(Some(ContentType::of(text(name, value)?)))
}

fn binary(record: &Record) -> Result<Bytes, NoEvent> {
    let mut attributes = Attributes::default();
    for (name, value) in &record.headers {
        if let Some(attribute) = name.strip_prefix(PREFIX) {
            attributes.insert(name, attribute, text(name, value)?.to_owned())?;
        }
    }
    attributes.with(&record.value)
}

fn text<'a>(header: &str, value: &'a [u8]) -> Result<&'a str, NoEvent> {
    std::str::from_utf8(value)
        .map_err(|_| NoEvent::Unreadable { header: header.to_owned(), encoding: "UTF-8" })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn read(headers: &[(&str, &[u8])], value: &str) -> Result<String, String> {
        let record = Record {
            partition: 0,
            offset: 0,
            recorded: Timestamp::UNIX_EPOCH,
            key: "any".into(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Bytes::copy_from_slice(value)))
                .collect(),
            value: Bytes::copy_from_slice(value.as_bytes()),
        };
        let read = event(&record).map(|event| String::from_utf8(event.to_vec()).unwrap());
        read.map_err(|problem| {
            assert_eq!((problem.code, problem.pointer.as_str()), (Code::Binding, ""));
            problem.detail
        })
    }

    #[test]
    fn structured_mode_is_the_value() {
        for content_type in ["application/cloudevents+json", "Application/CloudEvents+JSON; charset=UTF-8"] {
            // Attributes may be told in headers besides, and are not asked there.
            let headers = [("content-type", content_type.as_bytes()), ("ce_id", b"other")];
            assert_eq!(read(&headers, "\u{feff}{\"id\": \"a\"}").unwrap(), "{\"id\": \"a\"}");
        }
    }

    #[test]
    fn binary_mode_is_put_together_from_headers_as_they_are() {
        let headers: [(&str, &[u8]); 5] = [
            ("ce_id", "100%25 \"川\"".as_bytes()),
            ("other", b"\xff"),
            ("ce_synthetic", b"true"),
            ("ce_partitionkey", b"k"),
            ("content-type", b"application/json; charset=utf-8"),
        ];
        let expected = r#"{"datacontenttype":"application/json","id":"100%25 \"川\"","partitionkey":"k","synthetic":true,"data":{"a":1.50}}"#;
        assert_eq!(read(&headers, "{\"a\":1.50}").unwrap(), expected);
        // Without a content type the data is JSON, and without a value there is none.
        assert_eq!(
            read(&headers[..1], "").unwrap(),
            r#"{"datacontenttype":"application/json","id":"100%25 \"川\""}"#
        );
    }

    #[test]
    fn what_is_no_event_is_told() {
        type Case = (&'static [(&'static str, &'static [u8])], &'static str, &'static str);
        let cases: [Case; 11] = [
            (&[], "{\"specversion\": \"1.0\"}", "no CloudEvent"),
            (&[("content-type", b"application/json")], "{}", "no CloudEvent"),
            (&[("Content-Type", b"application/cloudevents+json")], "{}", "no CloudEvent"),
            (&[("\u{fffd}", b"")], "{}", "no CloudEvent"),
            (&[("content-type", b"application/cloudevents-batch+json")], "[]", "batches"),
            (&[("content-type", b"application/cloudevents+avro")], "", "cloudevents+avro"),
            (&[("content-type", b"application/xml"), ("ce_id", b"a")], "<a/>", "another type"),
            (&[("content-type", b"application/json; charset=gbk"), ("ce_id", b"a")], "{}", "UTF-8"),
            (&[("content-type", b"a/b"), ("content-type", b"a/b")], "{}", "content-type is there twice"),
            (&[("ce_id", b"a"), ("ce_id", b"a")], "{}", "ce_id is there twice"),
            (&[("ce_id", b"\xff")], "{}", "ce_id is not UTF-8"),
        ];
        for (headers, value, told) in cases {
            let detail = read(headers, value).unwrap_err();
            assert!(detail.contains(told), "{detail}");
        }
        assert!(read(&[("ce_id", b"a")], "{}}").unwrap_err().contains("the data can't be read"));
        assert!(read(&[("ce_data", b"{}")], "").unwrap_err().contains("ce_data is no attribute"));
    }
}
