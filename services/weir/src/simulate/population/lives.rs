//! What becomes of units: where they are when, and how they end.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use weir_schemas::codelist::Area;
use weir_schemas::event::Status;

use super::Population;
use crate::simulate::unit::UnitIndex;

/// A unit comes to another place.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) struct Move {
    /// The first day there.
    pub(in crate::simulate) day: Date,
    pub(in crate::simulate) spot: Spot,
}

/// Where a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) struct Spot {
    /// A place in the list of prefectures.
    pub(in crate::simulate) prefecture: usize,
    /// The county.
    pub(in crate::simulate) area: Area,
}

/// A unit ends.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) struct End {
    /// The first day it no longer is: the first of a month.
    pub(in crate::simulate) day: Date,
    pub(in crate::simulate) how: How,
}

/// Whether others continue it.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) enum How {
    Closed,
    Merged(UnitIndex),
    /// Into two, the first of which gets so many percent.
    Split([UnitIndex; 2], u64),
}

/// A unit that continues another, and the status it needs for that.
#[derive(Debug, Clone, Copy)]
pub(in crate::simulate) struct Heir {
    pub(in crate::simulate) unit: UnitIndex,
    pub(in crate::simulate) status: Status,
    pub(in crate::simulate) since: Date,
}

/// What becomes of all units; most stay where they are.
#[derive(Default)]
pub(in crate::simulate) struct Lives {
    /// In the order of their days.
    pub(in crate::simulate) moves: BTreeMap<UnitIndex, Vec<Move>>,
    pub(in crate::simulate) ends: BTreeMap<UnitIndex, End>,
    pub(in crate::simulate) heirs: Vec<Heir>,
    /// Units that others were merged into.
    pub(super) heads: HashSet<UnitIndex>,
}

impl Population {
    /// Where a unit is on a day.
    pub(in crate::simulate) fn spot(&self, unit: UnitIndex, day: Date) -> Option<Spot> {
        let moved = self.lives.moves.get(&unit).and_then(|moves| moves.iter().rfind(|to| to.day <= day));
        match moved {
            Some(to) => Some(to.spot),
            None => self.unit(unit).map(|of| Spot { prefecture: of.prefecture, area: of.area }),
        }
    }

    /// The prefecture whose bureau files for a unit on a day.
    pub(in crate::simulate) fn bureau(&self, unit: UnitIndex, day: Date) -> Option<Area> {
        self.spot(unit, day)?.area.parent()
    }

    /// How a unit ends, if it does.
    pub(in crate::simulate) fn end(&self, unit: UnitIndex) -> Option<&End> {
        self.lives.ends.get(&unit)
    }

    /// Whether a unit never ends.
    pub(in crate::simulate) fn stays(&self, unit: UnitIndex) -> bool {
        self.end(unit).is_none()
    }

    /// Whether a unit has ended by the end of a year.
    pub(in crate::simulate) fn ended_by(&self, unit: UnitIndex, year: i16) -> bool {
        self.end(unit).is_some_and(|end| end.day.year() <= year)
    }

    /// Units that file reports of revenue, in all years.
    pub(in crate::simulate) fn reporting(&self) -> impl Iterator<Item = UnitIndex> {
        let kinds = [&self.industrial, &self.steady, &self.listed, &self.ordinary, &self.services];
        kinds.into_iter().flatten().copied()
    }
}
