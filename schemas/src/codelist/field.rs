//! The plan's ten fields.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use super::error::FieldError;
use super::{FIELDS, table};
use crate::excerpt::quoted;
use crate::text_form::text_form;

/// A field of the plan, or one of the two codes a breakdown by field also needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// Electronic information.
    F01,
    /// Aerospace.
    F02,
    /// Equipment manufacturing.
    F03,
    /// Advanced materials.
    F04,
    /// Green and low-carbon.
    F05,
    /// Biomedicine.
    F06,
    /// Resources and environment.
    F07,
    /// Science and technology services.
    F08,
    /// Technical upgrading.
    F09,
    /// Digital economy.
    F10,
    /// No field is known (`_U`).
    Unknown,
    /// All fields together, and facts of no known field (`_T`).
    Total,
}

struct Entry {
    short: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
}

/// In the order of `Field::ALL`.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    table::rows::<4>(FIELDS).map(|[_, short, name_zh, name_en]| Entry { short, name_zh, name_en }).collect()
});

impl Field {
    /// Every code, in the list's order: the plan's fields, then unknown and total.
    pub const ALL: [Self; 12] = [
        Self::F01,
        Self::F02,
        Self::F03,
        Self::F04,
        Self::F05,
        Self::F06,
        Self::F07,
        Self::F08,
        Self::F09,
        Self::F10,
        Self::Unknown,
        Self::Total,
    ];

    /// The plan's own ten fields.
    pub const PLAN: [Self; 10] = [
        Self::F01,
        Self::F02,
        Self::F03,
        Self::F04,
        Self::F05,
        Self::F06,
        Self::F07,
        Self::F08,
        Self::F09,
        Self::F10,
    ];

    /// Reads any code of the list.
    ///
    /// # Errors
    /// When the list does not hold it.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        Self::ALL
            .into_iter()
            .find(|field| field.code() == text)
            .ok_or_else(|| FieldError::Unknown(quoted(text)))
    }

    /// Reads one of the plan's ten fields, as an event may name it.
    ///
    /// # Errors
    /// When the list does not hold it, or it is `_U` or `_T`.
    pub fn parse_in_plan(text: &str) -> Result<Self, FieldError> {
        match Self::parse(text)? {
            Self::Unknown | Self::Total => Err(FieldError::NotInPlan(text.to_owned())),
            field => Ok(field),
        }
    }

    /// The code as written: `F01` … `F10`, `_U`, `_T`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::F01 => "F01",
            Self::F02 => "F02",
            Self::F03 => "F03",
            Self::F04 => "F04",
            Self::F05 => "F05",
            Self::F06 => "F06",
            Self::F07 => "F07",
            Self::F08 => "F08",
            Self::F09 => "F09",
            Self::F10 => "F10",
            Self::Unknown => "_U",
            Self::Total => "_T",
        }
    }

    /// Whether this is one of the plan's ten.
    pub const fn is_in_plan(self) -> bool {
        !matches!(self, Self::Unknown | Self::Total)
    }

    fn entry(self) -> Option<&'static Entry> {
        ENTRIES.get(usize::from(self as u8))
    }

    /// The short code, such as `ELEC`.
    pub fn short(self) -> &'static str {
        self.entry().map_or("", |entry| entry.short)
    }

    /// The plan's name.
    pub fn name_zh(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name_zh)
    }

    /// The name in English.
    pub fn name_en(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name_en)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Field {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        Self::parse(text)
    }
}

text_form!(Field, "a field code F01 to F10, _U or _T");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_and_the_type_agree() {
        let codes: Vec<_> = table::rows::<4>(FIELDS).map(|[code, ..]| code).collect();
        assert_eq!(codes, Field::ALL.map(Field::code));
    }

    #[test]
    fn names_and_order() {
        assert_eq!(Field::F06.name_zh(), "生物医药");
        assert_eq!(Field::F10.short(), "DIGITAL");
        assert!(Field::F09 < Field::F10 && Field::F10 < Field::Total);
    }

    #[test]
    fn text_round_trip() {
        for field in Field::ALL {
            assert_eq!(field.to_string().parse(), Ok(field));
            let json = serde_json::to_string(&field).unwrap();
            assert_eq!(serde_json::from_str::<Field>(&json).unwrap(), field);
        }
    }

    #[test]
    fn refuses_other_codes() {
        assert_eq!(
            Field::parse("F11").unwrap_err().to_string(),
            "field 'F11' is not one of F01 to F10, _U, _T"
        );
        assert_eq!(Field::parse_in_plan("_T"), Err(FieldError::NotInPlan("_T".into())));
    }
}
