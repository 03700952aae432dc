//! Where a unit was, and what it did, from each day on.

use jiff::civil::Date;

use crate::codelist::{Area, Field};
use crate::entity::Place;
use crate::event::UnitRegistered;

/// What holds of a unit from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its area.
    pub(super) area: Area,
    /// The field the bureau names, else the industry's by the mapping.
    pub(super) field: Field,
    /// The event that says so.
    pub(super) offset: i64,
    /// Whether that event is synthetic.
    pub(super) synthetic: bool,
}

/// The spells of a unit by their first day; of one day's changes the later in the log wins.
#[derive(Default)]
pub(super) struct Timeline {
    spells: Vec<(Date, Spot)>,
}

impl Timeline {
    pub(super) fn register(&mut self, registered: &UnitRegistered, place: Place, synthetic: bool) {
        let field = registered.field.unwrap_or_else(|| registered.industry.field());
        let spot = Spot { area: registered.area, field, offset: place.offset, synthetic };
        self.spells.push((registered.effective_from, spot));
        self.spells.sort_by_key(|(from, spot)| (*from, spot.offset));
    }

    /// Whether the register does not know the unit.
    pub(super) fn is_empty(&self) -> bool {
        self.spells.is_empty()
    }

    /// What holds on `day`; nothing before the first spell.
    pub(super) fn on(&self, day: Date) -> Option<Spot> {
        self.spells.iter().rev().find(|(from, _)| *from <= day).map(|(_, spot)| *spot)
    }
}
