//! What a bureau says of what lies in another's area and that counts all the same, as it is listed (ADR 0034).

use std::fmt::Display;

use super::recorded::Origin;
use crate::codelist::Area;
use crate::finding::{Finding, FindingKey, ReportKey};
use crate::problem::Code;

/// What an event says of `what`, which was in `area` until then; none if its bureau covers that.
pub(super) fn said(origin: Origin, area: Area, what: impl Display) -> Option<(FindingKey, Finding)> {
    let Origin { offset, source, synthetic } = origin;
    let key = FindingKey {
        area: Some(area),
        rule: Code::ForeignSource,
        report: None,
        event: offset,
        pointer: "/source".to_owned(),
    };
    let detail = format!("{source} does not cover {area}, where {what} was");
    (!source.area.contains(area)).then_some((key, Finding { detail, explained: None, synthetic }))
}

/// The same of a report of a unit.
pub(super) fn said_of_report(origin: Origin, area: Area, report: ReportKey) -> Option<(FindingKey, Finding)> {
    let last = report.period.last_day();
    let (key, finding) = said(origin, area, format_args!("the unit on {last}"))?;
    Some((FindingKey { report: Some(report), ..key }, finding))
}
