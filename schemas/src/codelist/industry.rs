//! Industries: GB/T 4754-2017, divisions, groups and classes.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use super::error::IndustryError;
use super::{Field, INDUSTRIES, INDUSTRY_FIELDS, table};
use crate::excerpt::quoted;
use crate::text_form::text_form;

/// A division, group or class that the list holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Industry {
    /// The digits, left-aligned: 39 and 390 and 3900 differ in `length` alone, and sort in that order.
    aligned: u16,
    length: u8,
}

/// How fine an industry code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndustryLevel {
    /// 大类, two digits.
    Division,
    /// 中类, three digits.
    Group,
    /// 小类, four digits.
    Class,
}

struct Entry {
    industry: Industry,
    section: char,
    name_zh: &'static str,
    field: Field,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let fields: Vec<_> = table::rows::<3>(INDUSTRY_FIELDS)
        .filter_map(|[prefix, field, _]| Some((prefix, Field::parse(field).ok()?)))
        .collect();
    let field_of = |code: &str| {
        fields
            .iter()
            .filter(|(prefix, _)| code.starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len())
            .map_or(Field::Unknown, |&(_, field)| field)
    };
    let mut entries: Vec<_> = table::rows::<3>(INDUSTRIES)
        .filter_map(|[code, section, name_zh]| {
            let (industry, section) = (aligned(code)?, section.chars().next()?);
            Some(Entry { industry, section, name_zh, field: field_of(code) })
        })
        .collect();
    entries.sort_unstable_by_key(|entry| entry.industry);
    entries
});

/// The code of two to four digits, whether or not the list holds it.
fn aligned(code: &str) -> Option<Industry> {
    let length = code.len();
    if !(2..=4).contains(&length) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: u16 = code.parse().ok()?;
    let scale = [100, 10, 1].get(length - 2)?;
    Some(Industry { aligned: value * scale, length: u8::try_from(length).ok()? })
}

fn position(industry: Industry) -> Option<usize> {
    ENTRIES.binary_search_by_key(&industry, |entry| entry.industry).ok()
}

impl Industry {
    /// The standard whose list this is.
    pub const VERSION: &'static str = "GB/T 4754-2017";

    /// Reads two to four digits.
    ///
    /// # Errors
    /// When the text is not two to four digits, or the list does not hold them.
    pub fn parse(text: &str) -> Result<Self, IndustryError> {
        let industry = aligned(text).ok_or_else(|| IndustryError::Form(quoted(text)))?;
        position(industry).map(|_| industry).ok_or_else(|| IndustryError::Unknown(text.to_owned()))
    }

    /// Every industry of the list, by code, each division and group before what it is made of.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        ENTRIES.iter().map(|entry| entry.industry)
    }

    /// How fine the code is.
    pub const fn level(self) -> IndustryLevel {
        match self.length {
            2 => IndustryLevel::Division,
            3 => IndustryLevel::Group,
            _ => IndustryLevel::Class,
        }
    }

    /// The number of its division, 1 to 97.
    pub const fn division(self) -> u16 {
        self.aligned / 100
    }

    /// Whether `other` is this industry or part of it.
    pub const fn contains(self, other: Self) -> bool {
        let scale = match self.length {
            2 => 100,
            3 => 10,
            _ => 1,
        };
        self.length <= other.length && self.aligned / scale == other.aligned / scale
    }

    /// Whether it is industry in the narrow sense (工业): mining, manufacturing, power, heat, gas and water.
    pub const fn is_industrial(self) -> bool {
        matches!(self.division(), 6..=46)
    }

    fn entry(self) -> Option<&'static Entry> {
        position(self).and_then(|at| ENTRIES.get(at))
    }

    /// The section's letter, `A` to `T`.
    pub fn section(self) -> char {
        self.entry().map_or(' ', |entry| entry.section)
    }

    /// The standard's name.
    pub fn name_zh(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name_zh)
    }

    /// The field by the project's convention (`codelists/industry_fields.csv`), for what names none itself.
    pub fn field(self) -> Field {
        self.entry().map_or(Field::Unknown, |entry| entry.field)
    }
}

impl fmt::Display for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length {
            2 => write!(f, "{:02}", self.aligned / 100),
            3 => write!(f, "{:03}", self.aligned / 10),
            _ => write!(f, "{:04}", self.aligned),
        }
    }
}

impl fmt::Debug for Industry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Industry({self})")
    }
}

impl FromStr for Industry {
    type Err = IndustryError;

    fn from_str(text: &str) -> Result<Self, IndustryError> {
        Self::parse(text)
    }
}

text_form!(Industry, "an industry code of two to four digits");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn industry(code: &str) -> Industry {
        Industry::parse(code).unwrap()
    }

    #[test]
    fn every_row_is_read_and_counts_are_the_standards() {
        assert_eq!(ENTRIES.len(), table::data_lines(INDUSTRIES).count());
        assert!(ENTRIES.is_sorted_by(|a, b| a.industry < b.industry));
        let count = |level| Industry::all().filter(|industry| industry.level() == level).count();
        assert_eq!(count(IndustryLevel::Division), 97);
        assert_eq!(count(IndustryLevel::Group), 473);
        assert_eq!(count(IndustryLevel::Class), 1381);
        assert_eq!(ENTRIES.iter().map(|entry| entry.section).collect::<BTreeSet<_>>(), ('A'..='T').collect());
    }

    #[test]
    fn industry_in_the_narrow_sense_has_41_divisions() {
        let divisions: Vec<_> =
            Industry::all().filter(|i| i.level() == IndustryLevel::Division && i.is_industrial()).collect();
        assert_eq!(divisions.len(), 41);
        assert!(divisions.iter().all(|i| ('B'..='D').contains(&i.section())));
    }

    #[test]
    fn names() {
        assert_eq!(industry("39").name_zh(), "计算机、通信和其他电子设备制造业");
        assert_eq!(industry("374").name_zh(), "航空、航天器及设备制造");
        assert_eq!(industry("3741").name_zh(), "飞机制造");
        assert_eq!(industry("01").name_zh(), "农业");
    }

    #[test]
    fn every_row_of_the_mapping_holds() {
        let rows: Vec<_> = table::rows::<3>(INDUSTRY_FIELDS).collect();
        assert_eq!(rows.len(), table::data_lines(INDUSTRY_FIELDS).count());
        let mut prefixes = BTreeSet::new();
        for [prefix, field, _] in rows {
            assert_eq!(industry(prefix).field(), Field::parse_in_plan(field).unwrap(), "{prefix}");
            assert!(prefixes.insert(prefix), "{prefix} twice");
        }
    }

    #[test]
    fn the_longest_prefix_decides_the_field() {
        assert_eq!(industry("3973").field(), Field::F01);
        assert_eq!(industry("37").field(), Field::F03);
        assert_eq!(industry("3742").field(), Field::F02);
        assert_eq!(industry("3963").field(), Field::F02);
        assert_eq!(industry("6520").field(), Field::F01);
        assert_eq!(industry("6513").field(), Field::F10);
        assert_eq!(industry("6110").field(), Field::Unknown);
        assert!(Industry::all().filter(|i| i.is_industrial()).all(|i| i.field().is_in_plan()));
    }

    #[test]
    fn containment() {
        assert!(industry("39").contains(industry("3973")));
        assert!(industry("06").contains(industry("061")));
        assert!(!industry("397").contains(industry("39")));
        assert!(!industry("38").contains(industry("3973")));
    }

    #[test]
    fn refusals_say_why() {
        let refusal = |text| Industry::parse(text).unwrap_err().to_string();
        assert_eq!(refusal("3"), "industry code '3' is not two to four digits");
        assert_eq!(refusal("C39"), "industry code 'C39' is not two to four digits");
        assert_eq!(refusal("3999"), "industry code 3999 is not in GB/T 4754-2017");
        assert_eq!(refusal("00"), "industry code 00 is not in GB/T 4754-2017");
    }

    #[test]
    fn text_round_trip_and_parents() {
        for industry in Industry::all() {
            let text = industry.to_string();
            assert_eq!(text.parse(), Ok(industry));
            for length in 2..text.len() {
                assert!(Industry::parse(&text[..length]).unwrap().contains(industry), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC{0,6}") {
            if let Ok(industry) = Industry::parse(&text) {
                prop_assert_eq!(industry.to_string(), text);
            }
        }
    }
}
