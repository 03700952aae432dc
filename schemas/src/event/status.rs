//! `weir.status.granted.v1`, `.revoked.v1`

use jiff::{ToSpan, civil::Date};
use serde::Serialize;

use super::read::Members;
use super::record::record;
use super::words::Status;
use crate::codelist::{Area, Field};
use crate::problem::Code;

/// A certificate of a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatusGranted {
    /// The status.
    pub status: Status,
    /// The certificate's number.
    pub number: String,
    /// The first day it is valid.
    pub valid_from: Date,
    /// The last day it is valid, where the certificate says it.
    pub valid_to: Option<Date>,
    /// Where the unit is, used while the register does not know it.
    pub area: Option<Area>,
    /// The plan's field, used while the register does not know the unit.
    pub field: Option<Field>,
}

impl StatusGranted {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let status = members.required("status");
        let number = members.required("number");
        let valid_from: Option<Date> = members.required("valid_from");
        let valid_to = members.optional("valid_to");
        let area = members.optional("area");
        let field = members.optional("field");
        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && to < from
        {
            members.complain("valid_to", Code::DateOrder, "is before valid_from");
        }
        members.finish();
        Some(Self { status: status?, number: number?, valid_from: valid_from?, valid_to, area, field })
    }

    /// The last day it is valid; `None` if it has no end (docs/measures.md §1).
    pub fn last_day(&self) -> Option<Date> {
        self.valid_to.or_else(|| match self.status {
            // Three years less a day; from 29 February the anniversary falls on 1 March.
            Status::HighTechEnterprise => anniversary(self.valid_from, 3)?.yesterday().ok(),
            Status::SciTechSme => Some(self.valid_from.last_of_year()),
            _ => None,
        })
    }
}

record! {
    /// `weir.status.revoked.v1`: ends the certificate of that number.
    StatusRevoked {
        /// The status.
        status: Status,
        /// The certificate's number.
        number: String,
        /// The first day it no longer counts.
        effective_from: Date,
        /// Why.
        reason: String,
        ;
    }
}

/// The same day `years` later; an anniversary of 29 February falls on 1 March.
pub(crate) fn anniversary(day: Date, years: i16) -> Option<Date> {
    let same = day.checked_add(years.years()).ok()?;
    if same.day() == day.day() { Some(same) } else { same.tomorrow().ok() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn granted(status: Status, valid_from: Date) -> StatusGranted {
        StatusGranted { status, number: "n".into(), valid_from, valid_to: None, area: None, field: None }
    }

    #[test]
    fn a_certificate_without_an_end_lasts_as_its_status_does() {
        let last = |status, from| granted(status, from).last_day();
        assert_eq!(last(Status::HighTechEnterprise, date(2021, 10, 9)), Some(date(2024, 10, 8)));
        assert_eq!(last(Status::HighTechEnterprise, date(2020, 2, 29)), Some(date(2023, 2, 28)));
        assert_eq!(last(Status::SciTechSme, date(2021, 5, 1)), Some(date(2021, 12, 31)));
        assert_eq!(last(Status::Gazelle, date(2021, 5, 1)), None);
    }

    #[test]
    fn the_anniversary_of_a_leap_day_is_the_first_of_march() {
        assert_eq!(anniversary(date(2012, 2, 29), 10), Some(date(2022, 3, 1)));
        assert_eq!(anniversary(date(2012, 2, 29), 20), Some(date(2032, 2, 29)));
    }
}
