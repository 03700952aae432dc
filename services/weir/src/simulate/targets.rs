//! What the province is drawn to: the plan's own values of the first year.

use rust_decimal::Decimal;

use super::{FIRST_YEAR, Province};

/// An indicator of the whole province and the value it should come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The indicator's id.
    pub indicator: &'static str,
    /// The year.
    pub year: i16,
    /// The value, in the indicator's unit.
    pub value: Decimal,
}

/// Table 1 of the plan, and the official ratio of R&D to GDP; the flag tells what shrinks with the province.
const TABLE: [(&str, &str, bool); 11] = [
    ("HT_REVENUE", "23576", true),
    ("HT_REV_SHARE_ASI", "34.8", false),
    ("HTE_COUNT", "10247", true),
    ("HTE_PER_10K_ENT", "125", false),
    ("STSME_COUNT", "14817", true),
    ("GAZELLE_COUNT", "152", true),
    ("TECH_CONTRACT_TURNOVER", "1396.74", true),
    ("HVP_PER_10K_POP", "4.04", false),
    ("BASIC_RD_SHARE", "5.9", false),
    ("RD_FTE_PER_10K_EMP", "44", false),
    ("RD_GDP_RATIO", "2.26", false),
];

impl Province {
    /// What the figures of the whole province should come to in its first year.
    pub fn targets(&self) -> Vec<Target> {
        let values = TABLE.iter().filter_map(|(indicator, value, shrinks)| {
            let full: Decimal = value.parse().ok()?;
            let value = if *shrinks { self.scale.value(full, 6) } else { full };
            Some(Target { indicator, year: FIRST_YEAR, value })
        });
        values.collect()
    }
}
