//! Spans of days that a text names, and moments.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use weir_schemas::period::Period;

/// The days from the first to the last of a period or of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) struct Span {
    first: Date,
    last: Date,
}

impl Span {
    /// That of a period.
    pub(in crate::sdmx) fn of(period: Period) -> Self {
        Self { first: period.first_day(), last: period.last_day() }
    }

    /// Reads a period (`2024`, `2024-Q2`, `2024-06`, `2024-A1`, `2024-M06`), a date or the date of a time.
    pub(in crate::sdmx) fn read(text: &str) -> Option<Self> {
        let reporting = text.replacen("-A1", "", 1).replacen("-M", "-", 1);
        if let Ok(period) = reporting.parse::<Period>() {
            return Some(Self::of(period));
        }
        let day = text.split('T').next()?.parse::<Date>().ok()?;
        Some(Self { first: day, last: day })
    }

    /// How it lies to another: before it if it begins earlier, after it if it ends later, both if it reaches over it.
    pub(in crate::sdmx) fn begins(&self, other: &Self) -> Ordering {
        self.first.cmp(&other.first)
    }

    /// How its end lies to that of another.
    pub(in crate::sdmx) fn ends(&self, other: &Self) -> Ordering {
        self.last.cmp(&other.last)
    }

    /// Whether all of it comes after all of another.
    pub(in crate::sdmx) fn is_after(&self, other: &Self) -> bool {
        self.first > other.last
    }

    /// Whether all of it comes before all of another.
    pub(in crate::sdmx) fn is_before(&self, other: &Self) -> bool {
        self.last < other.first
    }
}

/// A moment: a time, in China where it names no offset, or a date, which means its end in China.
pub(in crate::sdmx) fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let local = if text.contains('T') { text.parse::<DateTime>().ok() } else { None };
    local
        .and_then(|local| Offset::constant(8).to_timestamp(local).ok())
        .map_or_else(|| crate::http::moment(text), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_dates_and_times_are_spans_of_days() {
        let shown = |text: &str| Span::read(text).map(|span| format!("{} {}", span.first, span.last));
        for (text, span) in [
            ("2024", "2024-01-01 2024-12-31"),
            ("2024-A1", "2024-01-01 2024-12-31"),
            ("2024-Q2", "2024-04-01 2024-06-30"),
            ("2024-02", "2024-02-01 2024-02-29"),
            ("2024-M02", "2024-02-01 2024-02-29"),
            ("2024-02-03", "2024-02-03 2024-02-03"),
            ("2024-02-03T10:00:00", "2024-02-03 2024-02-03"),
        ] {
            assert_eq!(shown(text).unwrap(), span, "{text}");
        }
        assert_eq!([shown("2024-13"), shown("soon"), shown("")], [None, None, None]);
    }

    #[test]
    fn a_moment_without_an_offset_is_in_china() {
        let shown = |text: &str| moment(text).map(|moment| moment.to_string());
        assert_eq!(shown("2024-02-03T10:00:00").unwrap(), "2024-02-03T02:00:00Z");
        assert_eq!(shown("2024-02-03T10:00:00+01:00").unwrap(), "2024-02-03T09:00:00Z");
        assert_eq!(shown("2024-02-03").unwrap(), "2024-02-03T15:59:59.999Z");
        assert!(shown("yesterday").unwrap_err().contains("no moment"));
    }
}
