//! JSON read in one go, if there is nothing wrong with it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::value::{Json, Object};
use super::{DEPTH_MOST, WIDTH_MOST, unfit};

/// The value that a text is, unless it is malformed, has a member twice or goes beyond the limits of [`super`]. The text must not hold
/// `serde_json`'s mark of a number, which could not be told from a number here.
pub(super) fn read(text: &str) -> serde_json::Result<Json<'_>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Nested { depth: 1 }.deserialize(&mut deserializer)?;
    deserializer.end().map(|()| value)
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
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(Cow::Owned(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(Cow::Owned(value.into())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        self.within::<A::Error>()?;
        while let Some(item) = items.next_element_seed(self.within()?)? {
            if array.len() == WIDTH_MOST {
                return Err(A::Error::custom("too wide"));
            }
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let mut object = Vec::with_capacity(MEMBERS);
        while let Some(name) = members.next_key_seed(Name)? {
            if name == NUMBER {
                let digits: String = members.next_value()?;
                let number: Number = digits.parse().map_err(A::Error::custom)?;
                return Ok(Json::Number(Cow::Owned(number)));
            }
            if object.len() == WIDTH_MOST || unfit(&name).is_some() {
                return Err(A::Error::custom("too wide, or a name unfit"));
            }
            object.push((name, members.next_value_seed(self.within()?)?));
        }
        self.within::<A::Error>()?;
        Object::of(object).map(Json::Object).ok_or_else(|| A::Error::custom("a member twice"))
    }
}

/// The name of a member.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// As many members as most objects of events have at most.
const MEMBERS: usize = 12;
/// A number of any length comes as an object with this member.
const NUMBER: &str = "$serde_json::private::Number";
