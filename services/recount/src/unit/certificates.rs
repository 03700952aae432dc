//! Which statuses a unit holds on a day (docs/measures.md §1, statuses).

use jiff::civil::Date;
use weir_schemas::event::{Data, Status, StatusGranted};

use super::timeline::Timeline;
use crate::counting::Placed;
use crate::day::{new_year, years_after};

/// The certificates of a unit, and what was revoked of them.
pub(super) struct Certificates<'a> {
    granted: Vec<Certificate<'a>>,
    revoked: Vec<(Status, &'a str, Date)>,
}

/// A certificate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Certificate<'a> {
    pub(super) granted: &'a StatusGranted,
    offset: i64,
    pub(super) synthetic: bool,
}

impl Certificate<'_> {
    pub(super) const fn valid_from(&self) -> Date {
        self.granted.valid_from
    }

    /// By the first day it is valid, of one day in the order of the log.
    const fn place(&self) -> (Date, i64) {
        (self.granted.valid_from, self.offset)
    }

    /// Its last day, where it has one.
    fn valid_to(&self) -> Option<Date> {
        let StatusGranted { status, valid_from, valid_to, .. } = self.granted;
        valid_to.or_else(|| match status {
            Status::HighTechEnterprise => years_after(*valid_from, 3)?.yesterday().ok(),
            Status::SciTechSme => Some(valid_from.last_of_year()),
            _ => None,
        })
    }
}

impl<'a> Certificates<'a> {
    pub(super) fn of(events: &[&'a Placed]) -> Self {
        let (mut granted, mut revoked): (Vec<Certificate<'_>>, _) = (Vec::new(), Vec::new());
        for placed in events {
            match &placed.event.data {
                Data::StatusGranted(one) => {
                    // Granted again under its number, a certificate says everything anew.
                    granted.retain(|before| {
                        (before.granted.status, &before.granted.number) != (one.status, &one.number)
                    });
                    let (offset, synthetic) = (placed.offset, placed.event.synthetic);
                    granted.push(Certificate { granted: one, offset, synthetic });
                }
                Data::StatusRevoked(one) => {
                    revoked.push((one.status, one.number.as_str(), one.effective_from));
                }
                _ => {}
            }
        }
        Self { granted, revoked }
    }

    fn of_status(&self, status: Status) -> impl Iterator<Item = Certificate<'a>> {
        self.granted.iter().copied().filter(move |one| one.granted.status == status)
    }

    fn is_valid(&self, one: &Certificate<'_>, day: Date) -> bool {
        let granted = one.granted;
        let revoked = self.revoked.iter().any(|(status, number, from)| {
            *status == granted.status && *number == granted.number && *from <= day
        });
        granted.valid_from <= day && one.valid_to().is_none_or(|last| day <= last) && !revoked
    }

    /// The certificate by which the unit holds a status on a day, if it does; of several the latest in the log.
    pub(super) fn held(&self, status: Status, day: Date, timeline: &Timeline<'_>) -> Option<Certificate<'a>> {
        let valid = self.of_status(status).filter(|one| self.is_valid(one, day));
        valid.max_by_key(|one| one.offset).filter(|_| !timeline.on(day).closed)
    }

    /// The certificate by which the unit held a status on any day of the year up to `day`; of several the latest in the log.
    ///
    /// Who holds it on some day holds it on New Year's Day, or on the day that a certificate or a change of the unit
    /// lets it begin.
    pub(super) fn held_in_year(
        &self,
        status: Status,
        day: Date,
        timeline: &Timeline<'_>,
    ) -> Option<Certificate<'a>> {
        let begins = self.of_status(status).map(|one| one.granted.valid_from).chain(timeline.days());
        let days = std::iter::once(new_year(day)).chain(begins);
        let days = days.filter(|begin| new_year(day) <= *begin && *begin <= day);
        days.filter_map(|begin| self.held(status, begin, timeline)).max_by_key(|one| one.offset)
    }

    /// The certificate that is valid from the earliest day of the year up to `day`, whatever became of it.
    pub(super) fn granted_in_year(&self, status: Status, day: Date) -> Option<Certificate<'a>> {
        let in_year = |one: &Certificate<'_>| new_year(day) <= one.valid_from() && one.valid_from() <= day;
        self.of_status(status).filter(in_year).min_by_key(Certificate::place)
    }

    /// The certificate that is valid from the earliest day, whatever became of it.
    pub(super) fn first(&self, status: Status) -> Option<Certificate<'a>> {
        self.of_status(status).min_by_key(Certificate::place)
    }
}
