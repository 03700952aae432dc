//! Where a unit was, and what it did, from each day on.

use jiff::civil::Date;

use crate::codelist::{Area, Field, Industry};
use crate::entity::Standing;
use crate::entity::recorded::{Entry, Origin, Recorded};
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
#[derive(Default, Clone, Copy)]
struct Held {
    area: Option<(Area, Origin)>,
    field: Option<(Field, Origin)>,
    mapped: Option<(Field, Origin)>,
    closed: bool,
}

impl Held {
    /// What holds after one more event.
    fn then(self, Entry { fact: change, origin, .. }: &Entry<Date, Change>) -> Self {
        let before = if change.anew { Self::default() } else { self };
        Self {
            area: change.area.map(|area| (area, *origin)).or(before.area),
            field: change.field.map(|field| (field, *origin)).or(before.field),
            mapped: change.mapped.map(|field| (field, *origin)).or(before.mapped),
            closed: change.closes.unwrap_or(before.closed),
        }
    }
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
        self.changes.until(day).fold(Held::default(), Held::then)
    }

    /// What stands, each with the area that the unit was in until then, if it was in any.
    pub(super) fn until_each(&self) -> impl Iterator<Item = (Origin, Area)> + '_ {
        let areas = self.changes.iter().scan(Held::default(), |held, entry| {
            let area = held.area;
            *held = held.then(entry);
            Some(area.map(|(area, _)| (entry.origin, area)))
        });
        areas.flatten().filter(|(origin, _)| self.became(origin.offset) == Some(Standing::InForce))
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
