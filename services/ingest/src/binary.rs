//! CloudEvents binary mode, whatever carries it: the attributes stand in headers, beside the data.

use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Attributes that are no strings.
const BOOLEANS: [&str; 1] = ["synthetic"];

/// Why headers and data are no event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoEvent {
    /// A header names what is no attribute in this mode.
    #[error(
        "{0} is no attribute: the data is what comes with the headers, and content-type says of which type"
    )]
    NoAttribute(String),
    /// A header's value can't be read.
    #[error("the header {header} is not {encoding}")]
    Unreadable {
        /// The header.
        header: String,
        /// What its value should be.
        encoding: &'static str,
    },
    /// A header is there twice.
    #[error("the header {0} is there twice")]
    Twice(String),
    /// The data is no value of JSON.
    #[error("the data can't be read: {0}")]
    Data(#[from] serde_json::Error),
}

/// The attributes of an event, one header after the other.
#[derive(Debug, Default)]
pub(crate) struct Attributes(Map<String, Value>);

impl Attributes {
    /// Takes the attribute that `header` holds, as `text`.
    ///
    /// # Errors
    /// When there is no such attribute, or it is there already.
    pub(crate) fn insert(&mut self, header: &str, attribute: &str, text: String) -> Result<(), NoEvent> {
        if matches!(attribute, "data" | "data_base64" | "datacontenttype") {
            return Err(NoEvent::NoAttribute(header.to_owned()));
        }
        let value = match text.to_ascii_lowercase().parse() {
            // Python's SDK writes True.
            Ok(truth) if BOOLEANS.contains(&attribute) => Value::Bool(truth),
            _ => Value::String(text),
        };
        match self.0.insert(attribute.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(NoEvent::Twice(header.to_owned())),
        }
    }

    /// The event in structured form, with its data in JSON. Where nothing is beside the attributes it has no data.
    ///
    /// # Errors
    /// When the data is not one value of JSON.
    pub(crate) fn with(mut self, data: &[u8]) -> Result<Bytes, NoEvent> {
        self.0.insert("datacontenttype".to_owned(), Value::from("application/json"));
        let mut event = Value::Object(self.0).to_string();
        if !data.trim_ascii().is_empty() {
            // Kept as it was sent: numbers to their last digit, and members that are there twice for the record's own check.
            let data: &RawValue = serde_json::from_slice(data)?;
            event.truncate(event.len() - 1);
            event.push_str(",\"data\":");
            event.push_str(data.get());
            event.push('}');
        }
        Ok(Bytes::from(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(attributes: &[(&str, &str)], data: &str) -> Result<String, String> {
        let mut read = Attributes::default();
        let written = attributes
            .iter()
            .try_for_each(|(name, text)| read.insert(&format!("h-{name}"), name, (*text).to_owned()))
            .and_then(|()| read.with(data.as_bytes()));
        written.map(|event| String::from_utf8(event.to_vec()).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_data_is_kept_as_it_was_sent() {
        assert_eq!(
            event(&[("id", "川")], " {\"a\": 1.50, \"a\": 2} ").unwrap(),
            r#"{"datacontenttype":"application/json","id":"川","data":{"a": 1.50, "a": 2}}"#
        );
        assert_eq!(event(&[("id", "a")], " ").unwrap(), r#"{"datacontenttype":"application/json","id":"a"}"#);
    }

    #[test]
    fn booleans_are_none_of_their_words() {
        for (text, value) in [("True", "true"), ("false", "false"), ("yes", "\"yes\"")] {
            let read = event(&[("synthetic", text)], "").unwrap();
            assert_eq!(read, format!(r#"{{"datacontenttype":"application/json","synthetic":{value}}}"#));
        }
    }

    #[test]
    fn what_is_no_event_is_named() {
        assert!(event(&[("id", "a"), ("id", "b")], "").unwrap_err().contains("h-id is there twice"));
        assert!(event(&[("data", "{}")], "").unwrap_err().contains("h-data"));
        // Nothing can be slipped in beside the data.
        for data in ["{}, \"id\": \"b\"", "{}}", "{", "<a/>"] {
            assert!(event(&[("id", "a")], data).unwrap_err().contains("can't be read"), "{data}");
        }
    }
}
