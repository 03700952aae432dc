//! `weir.reference.published.v1`

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::read::Members;
use super::unit_of_measure::UnitOfMeasure;
use super::words::Vintage;
use crate::codelist::Area;
use crate::period::Period;
use crate::problem::Code;

/// A value of a reference series, in one vintage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReferencePublished {
    /// The series, for example `gdp` or `resident_population`.
    pub series: String,
    /// The area whose own value it is.
    pub area: Area,
    /// The period it describes.
    pub period: Period,
    /// The value in the base unit.
    pub value: Decimal,
    /// The unit it was sent in.
    pub unit: UnitOfMeasure,
    /// How final it is.
    pub vintage: Vintage,
    /// The day it was published.
    pub published_on: Date,
    /// Where it was published.
    pub source: String,
}

impl ReferencePublished {
    /// The series that the contract names, and the base unit that each is kept in; others may be in any.
    pub const SERIES: &[(&str, &str)] = &[
        ("gdp", "CNY"),
        ("above_scale_industrial_revenue", "CNY"),
        ("resident_population", "persons"),
        ("employed_persons", "persons"),
        ("enterprise_units", "units"),
        ("sci_literacy_rate", "percent"),
    ];

    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let series: Option<String> = members.required("series");
        if series
            .as_deref()
            .is_some_and(|series| !series.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        {
            members.complain("series", Code::Value, "must match [A-Za-z0-9_]+");
        }
        let area = members.required("area");
        let period = members.required("period");
        let value: Option<Decimal> = members.required("value");
        let unit: Option<UnitOfMeasure> = members.required("unit");
        let vintage = members.required("vintage");
        let published_on = members.required("published_on");
        let source = members.required("source");
        if value.is_some_and(|value| value.is_sign_negative() && !value.is_zero()) {
            members.complain("value", Code::Negative, "must not be negative");
        }
        if let (Some(series), Some(unit)) = (&series, unit)
            && let Some(expected) = base_unit(series).filter(|expected| *expected != unit.base())
        {
            members.complain("unit", Code::Unit, format!("{series} is kept in {expected}"));
        }
        let value = match (value, unit) {
            (Some(value), Some(unit)) => match unit.to_base(value) {
                Ok(base) => Some(base),
                Err((code, detail)) => {
                    members.complain("value", code, detail);
                    None
                }
            },
            _ => None,
        };
        members.finish();
        Some(Self {
            series: series?,
            area: area?,
            period: period?,
            value: value?,
            unit: unit?,
            vintage: vintage?,
            published_on: published_on?,
            source: source?,
        })
    }

    /// The subject that it is sent under, with its own word for the period: `series:area:period`. Its vintages meet
    /// under the month's, where it is of a quarter.
    pub fn subject(&self) -> String {
        format!("{}:{}:{}", self.series, self.area, self.period)
    }
}

/// The base unit of a series that the contract names.
fn base_unit(series: &str) -> Option<&'static str> {
    ReferencePublished::SERIES.iter().find(|(known, _)| *known == series).map(|(_, base)| *base)
}
