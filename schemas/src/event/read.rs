//! Reads members of JSON objects, and collects every complaint with the place it is about.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date, tz::Offset};
use rust_decimal::Decimal;

use super::json::{Json, Object, escape};
use crate::codelist::{Area, Field, Industry};
use crate::credit_code::CreditCode;
use crate::exact;
use crate::excerpt::quoted;
use crate::period::Period;
use crate::problem::{Code, Problem};

/// The most characters a text member may have.
pub const TEXT_MOST: usize = 1_000;

/// Why one value was refused, before its place is known.
pub(crate) type Complaint = (Code, String);

/// A value that can be read from JSON.
pub(crate) trait FromJson: Sized {
    /// Reads it, or says what is wrong.
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint>;
}

/// The members of one JSON object, read one by one.
pub(crate) struct Members<'a> {
    object: &'a Object<'a>,
    pointer: String,
    known: Vec<&'static str>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Members<'a> {
    /// Starts on `value`, which stands at `pointer`; `None`, and a complaint, if it is no object.
    pub(crate) fn of(value: &'a Json<'a>, pointer: String, problems: &'a mut Vec<Problem>) -> Option<Self> {
        if let Some(object) = value.as_object() {
            Some(Self { object, pointer, known: Vec::with_capacity(object.len()), problems })
        } else {
            problems.push(Problem::new(Code::Value, pointer, "must be an object"));
            None
        }
    }

    /// Notes a problem with the member `name`, or with the whole object if it is empty.
    pub(crate) fn complain(&mut self, name: &str, code: Code, detail: impl AsRef<str>) {
        let pointer = if name.is_empty() { self.pointer.clone() } else { self.pointer_to(name) };
        self.problems.push(Problem::new(code, pointer, detail));
    }

    /// A member that must be there.
    pub(crate) fn required<T: FromJson>(&mut self, name: &'static str) -> Option<T> {
        let read = self.read(name);
        if read.is_none() {
            self.complain(name, Code::Missing, "is required");
        }
        read?
    }

    /// A member that may be missing or null.
    pub(crate) fn optional<T: FromJson>(&mut self, name: &'static str) -> Option<T> {
        self.read(name).flatten()
    }

    /// A member, if it is there; `None` within, and a complaint, if it can't be read.
    fn read<T: FromJson>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.known.push(name);
        let value = self.object.get(name).filter(|value| !value.is_null())?;
        let read = T::from_json(value);
        Some(read.map_err(|(code, detail)| self.complain(name, code, detail)).ok())
    }

    /// A member that holds an object or an array of them, read by `read` with its place.
    pub(crate) fn nested<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'a Json<'a>, String, &mut Vec<Problem>) -> Option<T>,
    ) -> Option<T> {
        self.known.push(name);
        match self.object.get(name) {
            None | Some(Json::Null) => {
                self.complain(name, Code::Missing, "is required");
                None
            }
            Some(value) => {
                let pointer = self.pointer_to(name);
                read(value, pointer, self.problems)
            }
        }
    }

    /// A member that holds an array of objects, each read by `read`; empty if it is missing.
    pub(crate) fn elements<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Members<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.known.push(name);
        let Some(value) = self.object.get(name).filter(|value| !value.is_null()) else {
            return Some(Vec::new());
        };
        let Some(items) = value.as_array() else {
            self.complain(name, Code::Value, "must be an array");
            return None;
        };
        let pointer = self.pointer_to(name);
        let of = |(index, item)| read(Members::of(item, format!("{pointer}/{index}"), self.problems)?);
        let read: Vec<Option<T>> = items.iter().enumerate().map(of).collect();
        read.into_iter().collect()
    }

    /// A member that holds an array, or may be missing; each element has its own place.
    pub(crate) fn list<T: FromJson>(&mut self, name: &'static str) -> Option<Vec<T>> {
        self.known.push(name);
        let value = self.object.get(name).filter(|value| !value.is_null())?;
        let Some(items) = value.as_array() else {
            self.complain(name, Code::Value, "must be an array");
            return None;
        };
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match T::from_json(item) {
                Ok(item) => read.push(item),
                Err((code, detail)) => {
                    let pointer = format!("{}/{index}", self.pointer_to(name));
                    self.problems.push(Problem::new(code, pointer, detail));
                }
            }
        }
        Some(read)
    }

    /// Complains of every member that was not asked for and is no CloudEvents extension attribute either:
    /// those are named in lower-case letters and digits, and pass unread.
    pub(crate) fn finish_attributes(self) {
        let extension = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        self.finish_but(|name| !name.is_empty() && extension(name));
    }

    /// Complains of every member that was not asked for.
    pub(crate) fn finish(self) {
        self.finish_but(|_| false);
    }

    fn finish_but(self, passes: impl Fn(&str) -> bool) {
        let unknown = |name: &&str| !self.known.contains(name) && !passes(name);
        for name in self.object.iter().map(|(name, _)| name).filter(unknown) {
            let pointer = self.pointer_to(name);
            self.problems.push(Problem::new(Code::UnknownMember, pointer, "is not a member of this type"));
        }
    }

    fn pointer_to(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escape(name))
    }
}

/// The text of a JSON string.
pub(crate) fn text<'a>(value: &'a Json<'_>) -> Result<&'a str, Complaint> {
    value.as_str().ok_or_else(|| (Code::Value, "must be a string".into()))
}

impl FromJson for String {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let text = text(value)?;
        if text.trim().is_empty() {
            return Err((Code::Value, "must not be empty".into()));
        }
        if text.len() > TEXT_MOST && text.chars().count() > TEXT_MOST {
            return Err((Code::Limit, format!("must have at most {TEXT_MOST} characters")));
        }
        // Texts end in tables, spreadsheets and terminals; a note may have lines, but nothing else is needed. The bytes tell most
        // texts that hold none: those of a control character begin so.
        if text.bytes().any(|byte| byte < b' ' || matches!(byte, 0x7f | 0xc2))
            && text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err((Code::Value, "must not hold control characters".into()));
        }
        Ok(text.to_owned())
    }
}

impl FromJson for u32 {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let number = if let Json::Number(number) = value { number.as_u64() } else { None };
        number
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| (Code::Value, "must be a whole number".into()))
    }
}

impl FromJson for bool {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let Json::Bool(truth) = value else { return Err((Code::Value, "must be true or false".into())) };
        Ok(*truth)
    }
}

/// A statistic: a JSON string holding a decimal, or a JSON number read exactly.
impl FromJson for Decimal {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let digits = match value {
            Json::String(text) => Cow::Borrowed(text.as_ref()),
            Json::Number(number) => Cow::Owned(number.to_string()),
            _ => return Err((Code::Value, "must be a decimal, as a string".into())),
        };
        decimal(&digits).ok_or_else(|| {
            (
                Code::Decimal,
                format!(
                    "{:?} is not a decimal of at most 15 digits and {} decimal places",
                    quoted(&digits),
                    exact::SCALE
                ),
            )
        })
    }
}

/// The decimal that `digits` write, if it is within the range that figures are kept in.
fn decimal(digits: &str) -> Option<Decimal> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if !plain || digits.len() > 64 {
        return None;
    }
    let value = match digits.split_once(['e', 'E']) {
        None => Decimal::from_str_exact(digits).ok()?,
        Some((mantissa, exponent)) => {
            shifted(Decimal::from_str_exact(mantissa).ok()?.normalize(), exponent.parse().ok()?)?
        }
    };
    let value = value.normalize();
    exact::fits(value).then_some(value)
}

/// `mantissa` × 10^`exponent`, to the last digit; `None` where that is no [`Decimal`], whose own reading of it rounds.
fn shifted(mut mantissa: Decimal, exponent: i32) -> Option<Decimal> {
    if mantissa.is_zero() {
        return Some(mantissa);
    }
    let scale = i32::try_from(mantissa.scale()).ok()?.checked_sub(exponent)?;
    match u32::try_from(scale) {
        Ok(scale) => mantissa.set_scale(scale).ok().map(|()| mantissa),
        Err(_) => {
            mantissa.set_scale(0).ok()?;
            let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
            mantissa.checked_mul(Decimal::try_from_i128_with_scale(factor, 0).ok()?)
        }
    }
}

impl FromJson for Date {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let text = text(value)?;
        let shape = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        let date = text.parse::<Date>().ok().filter(|date| shape && (1900..3000).contains(&date.year()));
        date.ok_or_else(|| (Code::Date, "must be a calendar date, for example 2024-06-30".into()))
    }
}

/// A moment, within the years that every store of it can hold.
impl FromJson for Timestamp {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let text = text(value)?;
        // The parser also takes times with a zone's name and other forms of ISO 8601.
        let shape = matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b't', ..]);
        let moment = text.parse::<Timestamp>().ok().filter(|_| shape && !text.ends_with(']'));
        moment.filter(|moment| (1900..2300).contains(&Offset::UTC.to_datetime(*moment).year())).ok_or_else(
            || {
                let detail = "must be an RFC 3339 time from 1900 to 2299, for example 2024-06-30T08:00:00Z";
                (Code::Date, detail.into())
            },
        )
    }
}

macro_rules! parsed {
    ($($kind:ty => $code:ident),* $(,)?) => {
        $(impl FromJson for $kind {
            fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
                text(value)?.parse().map_err(|error: <$kind as std::str::FromStr>::Err| (Code::$code, error.to_string()))
            }
        })*
    };
}

parsed! {
    Area => Area,
    CreditCode => CreditCode,
    Industry => Industry,
    Period => Period,
}

impl FromJson for Field {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let field = text(value)?.parse().ok().filter(|field| !matches!(field, Field::Total | Field::Unknown));
        field.ok_or_else(|| (Code::Field, "must be one of F01 to F10".into()))
    }
}
