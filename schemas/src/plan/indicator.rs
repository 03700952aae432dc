//! What an indicator shows (docs/measures.md §4).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Measure, MeasureId, Name};

/// An indicator: numerator / denominator × scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Name,
    /// The unit it is shown in.
    pub unit: Name,
    /// The plan's decimals.
    pub decimals: u32,
    /// The measure it shows.
    pub numerator: MeasureId,
    /// What it is divided by, if anything.
    #[serde(default)]
    pub denominator: Option<Denominator>,
    /// What the exact ratio is multiplied by.
    pub scale: Decimal,
    /// The frequencies it is answered at.
    pub frequencies: Vec<Frequency>,
    /// Where the plan sets it.
    pub section: String,
    /// What the plan says of it.
    pub target: Target,
}

impl Indicator {
    /// The reference series of its official totals.
    pub fn official_series(&self) -> String {
        format!("official_{}", self.id)
    }

    /// The base unit that its official totals are published in. Without a denominator it is the numerator's, and the value
    /// is scaled like ours. A ratio is published as it is shown: in percent, or as so many of the numerator's unit.
    pub(super) fn official_unit<'a>(&self, numerator: &'a Measure) -> &'a str {
        if self.denominator.is_some() && self.unit.en == "%" { "percent" } else { &numerator.unit }
    }
}

/// What an indicator is divided by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denominator {
    /// The measure; none where a constant divides.
    #[serde(default)]
    pub measure: Option<MeasureId>,
    /// A number that divides in place of a measure.
    #[serde(default)]
    pub constant: Option<Decimal>,
    /// For a year, the published value that stands in for the measure where there is one.
    #[serde(default)]
    pub published: Option<MeasureId>,
    /// Which year's value divides.
    #[serde(default)]
    pub lag: Lag,
}

/// Which year's value of the denominator divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lag {
    /// The period's own, or none.
    #[default]
    Own,
    /// The year's own, else the latest earlier year's (stocks over annual reference values).
    LatestEarlier,
}

/// How often an indicator is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Frequency {
    /// Years.
    A,
    /// Quarters, each at its last month.
    Q,
    /// Months.
    M,
}

/// How a target compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparator {
    /// 突破, 超过
    #[serde(rename = ">")]
    Above,
    /// 达到, 以上
    #[serde(rename = ">=")]
    AtLeast,
    /// 全覆盖
    #[serde(rename = "=")]
    Equal,
}

impl Comparator {
    /// The sign, as the plan's file and answers have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Equal => "=",
        }
    }
}

/// Baseline and target for the plan's area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The year of the baseline.
    #[serde(default)]
    pub baseline_year: Option<i16>,
    /// The plan's own value for it.
    #[serde(default)]
    pub baseline: Option<Decimal>,
    /// The year of the target.
    pub year: i16,
    /// The value to reach.
    pub value: Decimal,
    /// How it compares.
    pub comparator: Comparator,
    /// Whether the plan only strives for it (力争).
    #[serde(default)]
    pub aspirational: bool,
    /// Whether it is to be reached in each year of the plan (每年).
    #[serde(default)]
    pub each_year: bool,
}
