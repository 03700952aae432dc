//! Areas: GB/T 2260, to the county.

use std::fmt;
use std::iter;
use std::str::FromStr;
use std::sync::LazyLock;

use super::error::AreaError;
use super::{AREAS, RETIRED_AREAS, table};
use crate::excerpt::quoted;
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

/// Why a code is not in the list.
fn refusal(code: u32) -> AreaError {
    table::rows::<4>(RETIRED_AREAS).find(|[retired, ..]| digits(retired) == Some(code)).map_or(
        AreaError::Unknown(code),
        |[_, _, year, successors]| AreaError::Retired { code, year, successors },
    )
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
        let code = digits(text).ok_or_else(|| AreaError::Form(quoted(text)))?;
        Self::from_u32(code).ok_or_else(|| refusal(code))
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

    /// The areas directly below, by code: a prefecture's counties; a province's prefectures, and the counties
    /// without one.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(code: &str) -> Area {
        Area::parse(code).unwrap()
    }

    fn codes(areas: impl Iterator<Item = Area>) -> Vec<u32> {
        areas.map(Area::as_u32).collect()
    }

    #[test]
    fn every_row_is_read_and_no_code_twice() {
        assert_eq!(ENTRIES.len(), 3213);
        assert_eq!(ENTRIES.len(), table::data_lines(AREAS).count());
        assert!(ENTRIES.is_sorted_by(|a, b| a.area < b.area));
        assert!(ENTRIES.iter().all(|entry| !entry.name_zh.is_empty()));
        assert_eq!(table::rows::<4>(RETIRED_AREAS).count(), table::data_lines(RETIRED_AREAS).count());
    }

    #[test]
    fn the_plans_own_areas() {
        let prefectures: Vec<_> = Area::SICHUAN.children().collect();
        assert_eq!(prefectures.len(), 21);
        assert!(prefectures.iter().all(|area| area.level() == AreaLevel::Prefecture));
        let counties: Vec<_> = prefectures.iter().flat_map(|area| area.children()).collect();
        assert_eq!(counties.len(), 183);
        let own: Vec<_> = Area::all().filter(|area| area.is_within(Area::SICHUAN)).collect();
        assert_eq!(own.len(), 1 + 21 + 183);
        assert!(own.iter().all(|area| area.name_en().is_ascii() && !area.name_en().is_empty()));
    }

    #[test]
    fn names() {
        assert_eq!((area("510704").name_zh(), area("510704").name_en()), ("游仙区", "Youxian"));
        assert_eq!(area("510000").name_en(), "Sichuan");
        assert_eq!(area("513200").name_zh(), "阿坝藏族羌族自治州");
        assert_eq!(area("330106").name_en(), "西湖区");
    }

    #[test]
    fn ancestors_go_up_to_the_province() {
        assert_eq!(codes(area("510704").ancestors()), [510_704, 510_700, 510_000]);
        assert_eq!(codes(area("510700").ancestors()), [510_700, 510_000]);
        assert_eq!(codes(area("510000").ancestors()), [510_000]);
    }

    #[test]
    fn counties_without_a_prefecture_belong_to_the_province() {
        assert_eq!(codes(area("419001").ancestors()), [419_001, 410_000]);
        assert_eq!(codes(area("110108").ancestors()), [110_108, 110_000]);
        assert_eq!(codes(area("500229").ancestors()), [500_229, 500_000]);
        assert!(area("410000").children().any(|child| child == area("419001")));
        assert_eq!(area("419001").level(), AreaLevel::County);
        assert_eq!(area("441900").children().count(), 0);
    }

    #[test]
    fn containment() {
        assert!(area("510700").contains(area("510704")));
        assert!(area("510704").contains(area("510704")));
        assert!(!area("510704").contains(area("510700")));
        assert!(!area("510600").contains(area("510704")));
        assert!(area("510704").is_within(Area::SICHUAN));
        assert!(!area("500101").is_within(Area::SICHUAN));
    }

    #[test]
    fn refusals_say_why() {
        let refusal = |text| Area::parse(text).unwrap_err().to_string();
        assert_eq!(refusal("51070"), "area code '51070' is not six digits");
        assert_eq!(refusal("+51070"), "area code '+51070' is not six digits");
        assert_eq!(refusal("510200"), "area code 510200 is not in GB/T 2260 as of 2024-12-31");
        assert_eq!(refusal("512081"), "area code 512081 is retired since 2016: use 510185");
        assert_eq!(refusal("511521"), "area code 511521 is retired since 2018: use 511502 or 511504");
        assert_eq!(refusal("341400"), "area code 341400 is retired since 2011");
    }

    #[test]
    fn serialises_as_text() {
        assert_eq!(serde_json::to_string(&area("510704")).unwrap(), "\"510704\"");
        assert_eq!(serde_json::from_str::<Area>("\"510704\"").unwrap(), area("510704"));
        assert!(serde_json::from_str::<Area>("510704").is_err());
        assert!(serde_json::from_str::<Area>("\"510200\"").unwrap_err().to_string().contains("GB/T 2260"));
    }

    #[test]
    fn every_area_has_a_province_that_contains_it() {
        for area in Area::all() {
            let ancestors: Vec<_> = area.ancestors().collect();
            assert_eq!(ancestors.last().map(|top| top.level()), Some(AreaLevel::Province), "{area}");
            for ancestor in ancestors {
                assert!(ancestor.contains(area), "{ancestor} {area}");
                assert!(Area::from_u32(ancestor.as_u32()).is_some());
            }
        }
    }

    proptest! {
        #[test]
        fn parses_exactly_what_it_writes(code in 0_u32..1_000_000) {
            let text = format!("{code:06}");
            match Area::parse(&text) {
                Ok(area) => prop_assert_eq!(area.to_string(), text),
                Err(_) => prop_assert_eq!(Area::from_u32(code), None),
            }
        }

        #[test]
        fn containment_is_ancestry(a in 0_usize..3213, b in 0_usize..3213, near in any::<bool>()) {
            let all: Vec<_> = Area::all().collect();
            let (outer, inner) = (all[a], all[if near { (a + b % 40) % all.len() } else { b }]);
            prop_assert_eq!(outer.contains(inner), inner.ancestors().any(|area| area == outer));
        }
    }
}
