//! The certificates of a unit, by status and number.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::timeline::{Spot, Timeline};
use crate::codelist::{Area, Field};
use crate::entity::Standing;
use crate::entity::foreign::Word;
use crate::entity::recorded::{Entry, Origin, Recorded};
use crate::event::{Status, StatusGranted, StatusRevoked};

/// A certificate, valid between two days.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Certificate {
    valid_from: Date,
    /// The last day; `None` without end.
    valid_to: Option<Date>,
    area: Option<Area>,
    field: Option<Field>,
}

/// All that is recorded of one number. Granted again, a certificate replaces itself.
#[derive(Default)]
struct History {
    granted: Recorded<(), Certificate>,
    /// By the first day that it no longer counts.
    revoked: Recorded<Date, ()>,
}

/// A certificate that counts, and the event that granted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// The first day it is valid.
    pub(super) valid_from: Date,
    /// Where it says the unit is.
    pub(super) spot: Option<Spot>,
    /// The event that granted it.
    pub(super) origin: Origin,
}

impl Held {
    fn of(Entry { fact: certificate, origin, .. }: &Entry<(), Certificate>) -> Self {
        let field = certificate.field.unwrap_or(Field::Unknown);
        let spot = certificate.area.map(|area| Spot { area, field, origins: [*origin; 2] });
        Self { valid_from: certificate.valid_from, spot, origin: *origin }
    }
}

impl History {
    /// The last day it counts, if it has one.
    fn last_day(&self, certificate: &Certificate) -> Option<Date> {
        let revoked = self.revoked.iter().next().and_then(|entry| entry.key.yesterday().ok());
        [certificate.valid_to, revoked].into_iter().flatten().min()
    }

    /// The certificate, if it is valid, and its unit open, on any day between `first` and `last`.
    fn valid_within(&self, first: Date, last: Date, unit: &Timeline) -> Option<Held> {
        let granted = self.granted.last()?;
        let certificate = &granted.fact;
        let from = certificate.valid_from.max(first);
        let to = self.last_day(certificate).map_or(last, |ends| ends.min(last));
        unit.is_open_within(from, to).then(|| Held::of(granted))
    }
}

/// All certificates of a unit. A unit holds a status once, however many certificates it has.
#[derive(Default)]
pub(super) struct Certificates {
    by_number: BTreeMap<(Status, String), History>,
}

impl Certificates {
    pub(super) fn grant(&mut self, granted: &StatusGranted, origin: Origin) {
        let certificate = Certificate {
            valid_from: granted.valid_from,
            valid_to: granted.last_day(),
            area: granted.area,
            field: granted.field,
        };
        self.history(granted.status, &granted.number).granted.record((), origin, certificate);
    }

    pub(super) fn revoke(&mut self, revoked: &StatusRevoked, origin: Origin) {
        self.history(revoked.status, &revoked.number).revoked.record(revoked.effective_from, origin, ());
    }

    pub(super) fn void(&mut self, offset: i64) {
        for history in self.by_number.values_mut() {
            history.granted.void(offset);
            history.revoked.void(offset);
        }
    }

    fn history(&mut self, status: Status, number: &str) -> &mut History {
        self.by_number.entry((status, number.to_owned())).or_default()
    }

    fn of_status(&self, status: Status) -> impl Iterator<Item = &History> {
        let from = self.by_number.range((status, String::new())..);
        from.take_while(move |((of, _), _)| *of == status).map(|(_, history)| history)
    }

    /// The days on which certificates of a status begin to count, or end to.
    pub(super) fn days(&self, status: Status) -> impl Iterator<Item = Date> + '_ {
        self.of_status(status).flat_map(|history| {
            let granted = history.granted.iter().flat_map(|entry| {
                let ended = entry.fact.valid_to.and_then(|last| last.tomorrow().ok());
                std::iter::once(entry.fact.valid_from).chain(ended)
            });
            granted.chain(history.revoked.iter().map(|entry| entry.key))
        })
    }

    /// Whether the status was ever granted.
    pub(super) fn ever_granted(&self, status: Status) -> bool {
        self.of_status(status).any(|history| !history.granted.is_empty())
    }

    /// The certificate by which the status is held on any day between `first` and `last`, not revoked by then
    /// and its unit not closed: of several the latest in the log.
    pub(super) fn held_within(
        &self,
        status: Status,
        first: Date,
        last: Date,
        unit: &Timeline,
    ) -> Option<Held> {
        let held = self.of_status(status).filter_map(|history| history.valid_within(first, last, unit));
        held.max_by_key(|held| held.origin.offset)
    }

    /// The earliest certificate of the status that is valid from `from` or later, whatever became of it.
    pub(super) fn earliest(&self, status: Status, from: Date) -> Option<Held> {
        let granted = self.of_status(status).filter_map(|history| history.granted.last().map(Held::of));
        granted
            .filter(|held| from <= held.valid_from)
            .min_by_key(|held| (held.valid_from, held.origin.offset))
    }

    /// The certificates of the status, by number, that are valid on any day from `first` on.
    pub(super) fn valid_from(&self, status: Status, first: Date) -> impl Iterator<Item = (&str, Held)> {
        let from = self.by_number.range((status, String::new())..);
        let of_status = from.take_while(move |((of, _), _)| *of == status);
        of_status.filter_map(move |((_, number), history)| {
            let granted = history.granted.last()?;
            let begins = granted.fact.valid_from.max(first);
            let counts = history.last_day(&granted.fact).is_none_or(|last| begins <= last);
            counts.then(|| (number.as_str(), Held::of(granted)))
        })
    }

    /// All that certificates say of where the unit is.
    pub(super) fn words(&self) -> impl Iterator<Item = Word> + Clone {
        self.by_number.values().flat_map(|history| history.granted.iter()).filter_map(|entry| {
            let area = entry.fact.area?;
            Some(Word { day: entry.fact.valid_from, offset: entry.origin.offset, area })
        })
    }

    /// The events about a status that stand, each with the day from which it tells on.
    pub(super) fn said(&self, status: Status) -> impl Iterator<Item = (Date, Origin)> {
        self.of_status(status).flat_map(|history| {
            let granted = history.granted.last().map(|entry| (entry.fact.valid_from, entry.origin));
            let revoked = history.revoked.iter().map(|entry| (entry.key, entry.origin));
            granted.into_iter().chain(revoked)
        })
    }

    /// What became of the event at `offset`: granted again, a certificate replaces itself.
    pub(super) fn became(&self, offset: i64) -> Option<Standing> {
        self.by_number.values().find_map(|history| {
            let revoked = || history.revoked.recorded_at(offset).map(|_| Standing::InForce);
            Standing::among(&history.granted, offset).or_else(revoked)
        })
    }
}
