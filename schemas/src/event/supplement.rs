//! `weir.supplement.published.v1`

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::read::Members;
use super::unit_of_measure::UnitOfMeasure;
use crate::codelist::{Area, Field};
use crate::period::Period;
use crate::problem::Code;

/// A part of a measure that is compiled without unit records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupplementPublished {
    /// The measure it adds to.
    pub measure: String,
    /// Where it is placed; it counts there and in the areas around it.
    pub area: Area,
    /// Its field.
    pub field: Option<Field>,
    /// The period it adds to, and no other.
    pub period: Period,
    /// The value in the base unit.
    pub value: Decimal,
    /// The unit it was sent in.
    pub unit: UnitOfMeasure,
    /// How it was compiled.
    pub method: String,
    /// The day it was published.
    pub published_on: Date,
    /// Where it was published.
    pub source: String,
}

impl SupplementPublished {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let measure: Option<String> = members.required("measure");
        if measure.as_deref().is_some_and(|id| !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
            members.complain("measure", Code::Value, "must match [A-Za-z0-9_]+");
        }
        let area = members.required("area");
        let field = members.optional("field");
        let period = members.required("period");
        let value: Option<Decimal> = members.required("value");
        let unit: Option<UnitOfMeasure> = members.required("unit");
        let method = members.required("method");
        let published_on = members.required("published_on");
        let source = members.required("source");
        let base = value.zip(unit).and_then(|(value, unit)| match unit.to_base(value) {
            Ok(base) => Some(base),
            Err((code, detail)) => {
                members.complain("value", code, detail);
                None
            }
        });
        members.finish();
        Some(Self {
            measure: measure?,
            area: area?,
            field,
            period: period?,
            value: base?,
            unit: unit?,
            method: method?,
            published_on: published_on?,
            source: source?,
        })
    }

    /// The subject that it is sent under, with its own word for the period: `measure:area:period`. Its publications meet
    /// under the month's, where it is of a quarter.
    pub fn subject(&self) -> String {
        format!("{}:{}:{}", self.measure, self.area, self.period)
    }
}
