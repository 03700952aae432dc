//! The figures that the province is drawn to: by year and by prefecture, and the real reference series.

mod tables;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, serde as decimal};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use weir_schemas::codelist::Area;
use weir_schemas::period::Period;

pub(super) use self::tables::{RegisterRow, VintageRow};
use super::SimulateError;

/// What the whole province comes to in a year; money in 100 million yuan.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Year {
    pub(super) year: i16,
    pub(super) high_tech_enterprises: u64,
    pub(super) sci_tech_smes: u64,
    pub(super) new_gazelles: u64,
    #[serde(with = "decimal::str")]
    pub(super) high_tech_revenue: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) high_tech_industrial_revenue: Decimal,
    /// Of units that are in the provincial list of the high-tech industry alone.
    #[serde(with = "decimal::str")]
    pub(super) listed_revenue: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) industrial_revenue: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) service_revenue: Decimal,
    /// High-tech enterprises outside above-scale industry that report.
    pub(super) revenue_filers: u64,
    pub(super) contracts: u64,
    #[serde(with = "decimal::str")]
    pub(super) contract_turnover: Decimal,
    /// Invention patents granted in the year, beyond those of the first year's stock.
    pub(super) patents_granted: u64,
    #[serde(with = "decimal::str")]
    pub(super) rd_internal: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_enterprises: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_institutes: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_universities: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_basic: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_applied: Decimal,
    pub(super) rd_fte: u64,
}

/// A prefecture's weights, and its R&D of 2021 in 100 million yuan.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Prefecture {
    pub(super) area: Area,
    /// Of 10,000 high-tech enterprises.
    pub(super) high_tech_enterprises: u64,
    /// Above-scale industrial high-tech enterprises.
    pub(super) industrial_units: u64,
    pub(super) sci_tech_smes: u64,
    pub(super) patents: u64,
    pub(super) contracts: u64,
    #[serde(with = "decimal::str")]
    pub(super) rd_total: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_institutes: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_universities: Decimal,
    #[serde(with = "decimal::str")]
    pub(super) rd_others: Decimal,
    /// By activity and in person-years, where published; else it follows the province.
    #[serde(with = "decimal::str_option")]
    pub(super) rd_basic: Option<Decimal>,
    #[serde(with = "decimal::str_option")]
    pub(super) rd_applied: Option<Decimal>,
    pub(super) rd_fte: Option<u64>,
}

/// A published value, or its synthetic stand-in.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reference {
    pub(super) series: String,
    pub(super) area: Area,
    #[serde(deserialize_with = "period")]
    pub(super) period: Period,
    #[serde(with = "decimal::str")]
    pub(super) value: Decimal,
    pub(super) unit: String,
    pub(super) vintage: String,
    pub(super) published_on: jiff::civil::Date,
    pub(super) synthetic: bool,
    pub(super) source: String,
}

/// All of it.
pub(super) struct Figures {
    pub(super) years: Vec<Year>,
    pub(super) prefectures: Vec<Prefecture>,
    pub(super) references: Vec<Reference>,
    pub(super) vintages: Vec<VintageRow>,
    pub(super) registers: Vec<RegisterRow>,
}

impl Figures {
    pub(super) fn read() -> Result<Self, SimulateError> {
        Ok(Self {
            years: rows("years.csv", include_str!("../../../data/years.csv"))?,
            prefectures: rows("prefectures.csv", include_str!("../../../data/prefectures.csv"))?,
            references: rows("reference.csv", include_str!("../../../data/reference.csv"))?,
            vintages: rows("vintages.csv", include_str!("../../../data/vintages.csv"))?,
            registers: rows("registers.csv", include_str!("../../../data/registers.csv"))?,
        })
    }

    /// The figures of a year.
    pub(super) fn year(&self, year: i16) -> Result<&Year, SimulateError> {
        self.years.iter().find(|figures| figures.year == year).ok_or(SimulateError::Year(year))
    }

    /// One weight of each prefecture.
    pub(super) fn weights(&self, of: impl Fn(&Prefecture) -> u64) -> Vec<u64> {
        self.prefectures.iter().map(of).collect()
    }
}

/// 100 million yuan in thousands of yuan, the unit of the report forms.
pub(super) fn thousands(hundred_millions: Decimal) -> u64 {
    (hundred_millions * Decimal::from(100_000)).trunc().to_u64().unwrap_or(0)
}

fn rows<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, SimulateError> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>();
    rows.map_err(|reason| SimulateError::Data { file, reason })
}

fn period<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefectures_research_adds_up_to_the_provinces() {
        let figures = Figures::read().unwrap();
        let year = figures.year(2021).unwrap();
        let sum = |of: fn(&Prefecture) -> Decimal| figures.prefectures.iter().map(of).sum::<Decimal>();
        assert_eq!(sum(|p| p.rd_total), year.rd_internal);
        assert_eq!(sum(|p| p.rd_institutes), year.rd_institutes);
        assert_eq!(sum(|p| p.rd_universities), year.rd_universities);
        assert_eq!(figures.weights(|p| p.high_tech_enterprises).iter().sum::<u64>(), 10_000);
        assert_eq!(figures.prefectures.len(), 21);
    }
}
