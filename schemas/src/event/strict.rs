//! JSON read in one go, if there is nothing wrong with it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::json::{DEPTH_MOST, WIDTH_MOST, unfit};

/// The value that a text is, unless it is malformed, has a member twice or goes beyond the limits of [`super::json`]. The text must not hold
/// `serde_json`'s mark of a number, which could not be told from a number here.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Nested { depth: 1 }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| value)
}

/// A value at a depth.
struct Nested {
    depth: usize,
}

impl Nested {
    fn within<E: Error>(&self) -> Result<Self, E> {
        if self.depth > DEPTH_MOST {
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        self.within::<A::Error>()?;
        while let Some(item) = items.next_element_seed(self.within()?)? {
            if array.len() == WIDTH_MOST {
                return Err(A::Error::custom("too wide"));
            }
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == NUMBER {
                let digits: String = members.next_value()?;
                return digits.parse::<Number>().map(Value::Number).map_err(A::Error::custom);
            }
            if object.len() == WIDTH_MOST || unfit(&name).is_some() {
                return Err(A::Error::custom("too wide, or a name unfit"));
            }
            let value = members.next_value_seed(self.within()?)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        self.within::<A::Error>()?;
        Ok(Value::Object(object))
    }
}

/// A number of any length comes as an object with this member.
const NUMBER: &str = "$serde_json::private::Number";
