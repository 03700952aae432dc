//! The certificates of a unit, by status and number.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::timeline::Spot;
use crate::codelist::{Area, Field};
use crate::entity::Place;
use crate::event::{Status, StatusGranted};

/// A certificate, valid between two days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Certificate {
    valid_from: Date,
    /// The last day; `None` without end.
    valid_to: Option<Date>,
    area: Option<Area>,
    field: Option<Field>,
    /// The event that granted it.
    pub(super) offset: i64,
    /// Whether that event is synthetic.
    pub(super) synthetic: bool,
}

impl Certificate {
    fn overlaps(&self, first: Date, last: Date) -> bool {
        self.valid_from <= last && self.valid_to.is_none_or(|to| first <= to)
    }

    /// Where the certificate says the unit is.
    pub(super) fn spot(&self) -> Option<Spot> {
        let area = self.area?;
        Some(Spot {
            area,
            field: self.field.unwrap_or(Field::Unknown),
            offset: self.offset,
            synthetic: self.synthetic,
        })
    }
}

/// All certificates of a unit. A unit holds a status once, however many certificates it has.
#[derive(Default)]
pub(super) struct Certificates {
    granted: BTreeMap<(Status, String), Certificate>,
}

impl Certificates {
    /// Takes in a certificate; one granted again under its number replaces itself.
    pub(super) fn grant(&mut self, granted: &StatusGranted, place: Place, synthetic: bool) {
        let certificate = Certificate {
            valid_from: granted.valid_from,
            valid_to: granted.last_day(),
            area: granted.area,
            field: granted.field,
            offset: place.offset,
            synthetic,
        };
        self.granted.insert((granted.status, granted.number.clone()), certificate);
    }

    /// Whether the status was ever granted.
    pub(super) fn ever_granted(&self, status: Status) -> bool {
        self.of_status(status).next().is_some()
    }

    fn of_status(&self, status: Status) -> impl Iterator<Item = &Certificate> {
        let from = self.granted.range((status, String::new())..);
        from.take_while(move |((of, _), _)| *of == status).map(|(_, certificate)| certificate)
    }

    /// The certificate by which the status is held on `day`: of several the latest in the log.
    pub(super) fn held_on(&self, status: Status, day: Date) -> Option<&Certificate> {
        self.held_within(status, day, day)
    }

    /// The certificate by which the status is held on any day between `first` and `last`.
    pub(super) fn held_within(&self, status: Status, first: Date, last: Date) -> Option<&Certificate> {
        self.of_status(status).filter(|c| c.overlaps(first, last)).max_by_key(|c| c.offset)
    }
}
