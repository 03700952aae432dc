//! What is published and changes nothing, as it is listed.

use super::recorded::Origin;
use crate::codelist::Area;
use crate::event::UnitOfMeasure;
use crate::finding::{Finding, FindingKey};
use crate::period::Period;
use crate::plan::Measure;
use crate::problem::Code;

/// A value in a unit that its measure is not in.
pub(super) fn unit(
    area: Area,
    origin: Origin,
    measure: &Measure,
    unit: UnitOfMeasure,
) -> (FindingKey, Finding) {
    let detail = format!("{} is in {}, and not in {}", measure.id, measure.unit, unit.base());
    value(area, origin, "/data/unit", detail)
}

/// A part of a measure in a period that it is never answered at.
pub(super) fn period(area: Area, origin: Origin, measure: &Measure, period: Period) -> (FindingKey, Finding) {
    value(
        area,
        origin,
        "/data/period",
        format!("{} is answered by the year, and not at {period}", measure.id),
    )
}

/// A part of a measure that is none.
pub(super) fn measure(area: Area, origin: Origin, detail: String) -> (FindingKey, Finding) {
    value(area, origin, "/data/measure", detail)
}

fn value(area: Area, origin: Origin, pointer: &str, detail: String) -> (FindingKey, Finding) {
    let key = FindingKey {
        area: Some(area),
        rule: Code::IgnoredValue,
        report: None,
        event: origin.offset,
        pointer: pointer.to_owned(),
    };
    (key, Finding { detail, explained: None, synthetic: origin.synthetic })
}
