//! Areas: GB/T 2260, to the county.

use std::fmt;
use std::iter;
use std::str::FromStr;
use std::sync::LazyLock;

use super::error::AreaError;
use super::{AREAS, table};
use crate::text_form::text_form;

/// A province, prefecture or county that the list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Area(u32);

/// How large an area is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AreaLevel {
    /// A province, autonomous region, municipality or special administrative region.
    Province,
    /// A prefecture-level city, prefecture, autonomous prefecture or league.
    Prefecture,
    /// A county, district, county-level city or banner, wherever it belongs.
    County,
}

struct Entry {
    area: Area,
    name_zh: &'static str,
    name_en: &'static str,
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<_> = table::rows::<3>(AREAS)
        .filter_map(|[code, name_zh, name_en]| Some(Entry { area: Area(digits(code)?), name_zh, name_en }))
        .collect();
    entries.sort_unstable_by_key(|entry| entry.area);
    entries
});

/// The value of exactly six digits.
fn digits(code: &str) -> Option<u32> {
    (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then(|| code.parse().ok())?
}

fn position(code: u32) -> Option<usize> {
    ENTRIES.binary_search_by_key(&code, |entry| entry.area.0).ok()
}

impl Area {
    /// The day whose list this is.
    pub const VERSION: &'static str = "2024-12-31";
    /// The plan's own province, Sichuan.
    pub const SICHUAN: Self = Self(510_000);

    /// Reads six digits.
    ///
    /// # Errors
    /// When the text is not six digits, or the list does not hold them.
    pub fn parse(text: &str) -> Result<Self, AreaError> {
        let code = digits(text).ok_or_else(|| AreaError::Form(text.to_owned()))?;
        Self::from_u32(code).ok_or(AreaError::Unknown(code))
    }

    /// The area of a numeric code, if the list holds it.
    pub fn from_u32(code: u32) -> Option<Self> {
        position(code).map(|_| Self(code))
    }

    /// The code as a number.
    pub const fn as_u32(self) -> u32 {
        self.0
    }

    /// Every area of the list, by code.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        ENTRIES.iter().map(|entry| entry.area)
    }

    /// How large the area is, by the form of its code.
    pub const fn level(self) -> AreaLevel {
        match self.0 {
            code if code.is_multiple_of(10_000) => AreaLevel::Province,
            code if code.is_multiple_of(100) => AreaLevel::Prefecture,
            _ => AreaLevel::County,
        }
    }

    /// The next larger area: a county's prefecture, or its province where there is no prefecture between them.
    pub fn parent(self) -> Option<Self> {
        let (prefecture, province) = (self.0 / 100 * 100, self.0 / 10_000 * 10_000);
        match self.level() {
            AreaLevel::Province => None,
            AreaLevel::Prefecture => Self::from_u32(province),
            AreaLevel::County => Self::from_u32(prefecture).or_else(|| Self::from_u32(province)),
        }
    }

    /// The area itself, then each larger one up to its province.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        iter::successors(Some(self), |area| area.parent())
    }

    /// The areas directly below, by code: a province's prefectures (and counties it administers directly), a prefecture's counties.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let within = match self.level() {
            AreaLevel::Province => 10_000,
            AreaLevel::Prefecture => 100,
            AreaLevel::County => 1,
        };
        let from = ENTRIES.partition_point(|entry| entry.area <= self);
        ENTRIES
            .iter()
            .skip(from)
            .map(|entry| entry.area)
            .take_while(move |area| area.0 - self.0 < within)
            .filter(move |area| area.parent() == Some(self))
    }

    /// Whether `other` is this area or lies inside it.
    pub const fn contains(self, other: Self) -> bool {
        let within = match self.level() {
            AreaLevel::Province => 10_000,
            AreaLevel::Prefecture => 100,
            AreaLevel::County => 1,
        };
        other.0 / within == self.0 / within
    }

    /// Whether this area is `other` or lies inside it.
    pub const fn is_within(self, other: Self) -> bool {
        other.contains(self)
    }

    fn entry(self) -> Option<&'static Entry> {
        position(self.0).and_then(|at| ENTRIES.get(at))
    }

    /// The official name.
    pub fn name_zh(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name_zh)
    }

    /// The name in English; the official name where the list has none (outside Sichuan, below the province).
    pub fn name_en(self) -> &'static str {
        match self.entry() {
            Some(Entry { name_en: "", name_zh, .. }) => name_zh,
            Some(entry) => entry.name_en,
            None => "",
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl FromStr for Area {
    type Err = AreaError;

    fn from_str(text: &str) -> Result<Self, AreaError> {
        Self::parse(text)
    }
}

text_form!(Area, "a six-digit area code");
