//! Reads an array element by element, no further than a batch may go.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Why a body is no batch.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoBatch {
    /// It has more elements than a batch may.
    #[error("a batch holds at most {0} records; send NDJSON")]
    TooMany(usize),
    /// It is no array.
    #[error("the body can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// The elements of an array of at most `most`; what comes after that many is not read, since millions of elements fit
/// into a body that is not too long.
pub(crate) fn elements(bytes: &[u8], most: usize) -> Result<Vec<&RawValue>, NoBatch> {
    let mut too_many = false;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Elements { most, too_many: &mut too_many }.deserialize(&mut reader);
    if too_many {
        return Err(NoBatch::TooMany(most));
    }
    let elements = read?;
    reader.end()?;
    Ok(elements)
}

struct Elements<'a> {
    most: usize,
    too_many: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut read = Vec::new();
        while let Some(element) = elements.next_element()? {
            if read.len() == self.most {
                *self.too_many = true;
                return Err(A::Error::custom("too many"));
            }
            read.push(element);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_past_the_limit() {
        let read = |text: &'static str| elements(text.as_bytes(), 2);
        assert_eq!(read(" [1, {}] ").unwrap().len(), 2);
        assert!(matches!(read("[1, 2, 3, what comes"), Err(NoBatch::TooMany(2))));
        for broken in ["[1, 2", "[1] 2", "{}", ""] {
            assert!(matches!(read(broken), Err(NoBatch::Unreadable(_))), "{broken}");
        }
    }
}
