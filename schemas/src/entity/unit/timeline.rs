//! Where a unit was, and what it did, from each day on.

use jiff::civil::Date;

use crate::codelist::{Area, Field, Industry};
use crate::entity::Standing;
use crate::entity::foreign::Word;
use crate::entity::recorded::{Origin, Recorded};
use crate::event::{UnitChange, UnitChanged, UnitClosed, UnitRegistered};

/// Where a unit is on a day; a closed one where it was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its area.
    pub(super) area: Area,
    /// The field the bureau names, else the industry's by the mapping.
    pub(super) field: Field,
    /// The events that say so: of the area, and of the field.
    pub(super) origins: [Origin; 2],
}

/// What an event says from its day on.
struct Change {
    area: Option<Area>,
    field: Option<Field>,
    /// The field that the mapping gives the industry.
    mapped: Option<Field>,
    /// Whether it forgets what was said before: a registration says everything.
    anew: bool,
    /// Whether the unit is closed by it, or open.
    closes: Option<bool>,
}

/// What holds on a day: of each member the latest word.
#[derive(Default)]
struct Held {
    area: Option<(Area, Origin)>,
    field: Option<(Field, Origin)>,
    mapped: Option<(Field, Origin)>,
    closed: bool,
}

/// The events of a unit by the first day each holds; of one day's the later in the log wins.
#[derive(Default)]
pub(super) struct Timeline {
    changes: Recorded<Date, Change>,
}

impl Timeline {
    /// A registration sets all, and opens the unit if it was closed.
    pub(super) fn register(&mut self, unit: &UnitRegistered, origin: Origin) {
        let (area, mapped) = (Some(unit.area), Some(unit.industry.field()));
        let change = Change { area, field: unit.field, mapped, anew: true, closes: Some(false) };
        self.changes.record(unit.effective_from, origin, change);
    }

    /// A change sets what it names. Merged or split, the unit goes on in others and is closed itself.
    pub(super) fn change(&mut self, unit: &UnitChanged, origin: Origin) {
        let closes = matches!(unit.reason, UnitChange::Merged | UnitChange::Split).then_some(true);
        let UnitChanged { area, field, industry, .. } = *unit;
        self.changes.record(
            unit.effective_from,
            origin,
            Change { area, field, mapped: industry.map(Industry::field), anew: false, closes },
        );
    }

    pub(super) fn close(&mut self, unit: &UnitClosed, origin: Origin) {
        let change = Change { area: None, field: None, mapped: None, anew: false, closes: Some(true) };
        self.changes.record(unit.effective_from, origin, change);
    }

    pub(super) fn void(&mut self, offset: i64) {
        self.changes.void(offset);
    }

    /// Whether the register knows the unit, on whatever day: whether any event says an area.
    pub(super) fn is_known(&self) -> bool {
        self.changes.iter().any(|change| change.fact.area.is_some())
    }

    /// What became of the event at `offset`: a registration of the same day, later in the log, says everything anew.
    pub(super) fn became(&self, offset: i64) -> Option<Standing> {
        let change = self.changes.recorded_at(offset)?;
        let anew = self.changes.iter().rev().find(|other| other.key == change.key && other.fact.anew);
        let by = anew.map(|other| other.origin.offset).filter(|by| *by > offset);
        Some(by.map_or(Standing::InForce, |by| Standing::Superseded { by }))
    }

    /// The days on which something changes.
    pub(super) fn days(&self) -> impl Iterator<Item = Date> + '_ {
        self.changes.iter().map(|change| change.key)
    }

    fn held(&self, day: Date) -> Held {
        self.changes.until(day).fold(Held::default(), |before, entry| {
            let (change, origin) = (&entry.fact, entry.origin);
            let before = if change.anew { Held::default() } else { before };
            Held {
                area: change.area.map(|area| (area, origin)).or(before.area),
                field: change.field.map(|field| (field, origin)).or(before.field),
                mapped: change.mapped.map(|field| (field, origin)).or(before.mapped),
                closed: change.closes.unwrap_or(before.closed),
            }
        })
    }

    /// All that is said of where the unit is.
    pub(super) fn words(&self) -> impl Iterator<Item = Word> + Clone {
        self.changes.iter().filter_map(|entry| {
            let area = entry.fact.area?;
            Some(Word { day: entry.key, offset: entry.origin.offset, area })
        })
    }

    /// The events, each with the first day it holds.
    pub(super) fn said(&self) -> impl Iterator<Item = (Date, Origin)> {
        self.changes.iter().map(|entry| (entry.key, entry.origin))
    }

    /// Where the unit is on `day`; nowhere before its first day.
    pub(super) fn on(&self, day: Date) -> Option<Spot> {
        let Held { area, field, mapped, .. } = self.held(day);
        let (area, placed) = area?;
        let (field, named) = field.or(mapped).unwrap_or((Field::Unknown, placed));
        Some(Spot { area, field, origins: [placed, named] })
    }

    /// Whether the unit is not closed on any day between `first` and `last`. One the register has not met is open.
    pub(super) fn is_open_within(&self, first: Date, last: Date) -> bool {
        let until = self.changes.until(last);
        let turns = until.map(|change| change.key).filter(|day| first < *day);
        first <= last && std::iter::once(first).chain(turns).any(|day| !self.held(day).closed)
    }
}
