//! Cells at hand: of each the greatest version that was heard of.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::cell::{Cell, Series};
use crate::period::Slot;

/// The cells of one generation. In whatever order and however often cells are put in, the same ones stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    by_series: HashMap<Series, BTreeMap<Slot, Cell>>,
    held: usize,
}

impl Cells {
    /// Takes a cell in, unless as late a version of it stands already. Says whether anything changed.
    pub fn put(&mut self, cell: Cell) -> bool {
        let slots = match self.by_series.get_mut(&cell.series) {
            Some(slots) => slots,
            None => self.by_series.entry(cell.series.clone()).or_default(),
        };
        match slots.entry(cell.slot) {
            Entry::Vacant(place) => {
                place.insert(cell);
                self.held += 1;
                true
            }
            Entry::Occupied(mut place) if place.get().version < cell.version => {
                place.insert(cell);
                true
            }
            Entry::Occupied(_) => false,
        }
    }

    /// Takes in the cells of another set.
    pub fn merge(&mut self, other: Self) {
        self.extend(other.by_series.into_values().flat_map(BTreeMap::into_values));
    }

    /// The cell of a series at a slot.
    pub fn get(&self, series: &Series, slot: Slot) -> Option<&Cell> {
        self.by_series.get(series)?.get(&slot)
    }

    /// The cell of the latest whole year up to that of `slot` in which anything stands.
    pub fn latest_year(&self, series: &Series, slot: Slot) -> Option<&Cell> {
        let until = Slot::year(slot.calendar_year());
        let mut earlier = self.by_series.get(series)?.range(..=until).rev();
        earlier.find(|(slot, cell)| slot.is_year() && cell.contributions > 0).map(|(_, cell)| cell)
    }

    /// How many cells are held.
    pub const fn len(&self) -> usize {
        self.held
    }

    /// Whether none is held.
    pub const fn is_empty(&self) -> bool {
        self.held == 0
    }
}

impl Extend<Cell> for Cells {
    fn extend<I: IntoIterator<Item = Cell>>(&mut self, cells: I) {
        for cell in cells {
            self.put(cell);
        }
    }
}

impl FromIterator<Cell> for Cells {
    fn from_iter<I: IntoIterator<Item = Cell>>(cells: I) -> Self {
        let mut held = Self::default();
        held.extend(cells);
        held
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codelist::{Area, Field};

    /// A cell whose content follows from its place and version, as it does from the log.
    fn cell(year: i16, month: i8, version: i64) -> Cell {
        let series = Series { measure: "gazelles".into(), area: Area::SICHUAN, field: Field::Total };
        let slot = if month == 13 { Slot::year(year) } else { Slot::month(year, month) };
        let number = version.unsigned_abs();
        let empty = Cell::empty(series, slot);
        Cell { version, value: version.into(), contributions: number, contributors: number, ..empty }
    }

    fn some_cells() -> impl Strategy<Value = Vec<Cell>> {
        proptest::collection::vec((2021_i16..2023, 1_i8..=13, 0_i64..6), 0..60).prop_map(|cells| {
            cells.into_iter().map(|(year, month, version)| cell(year, month, version)).collect()
        })
    }

    proptest! {
        #[test]
        fn order_and_repetition_change_nothing(
            (cells, shuffled) in some_cells().prop_flat_map(|cells| {
                let twice = [cells.clone(), cells.clone()].concat();
                (Just(cells), Just(twice).prop_shuffle())
            })
        ) {
            let held: Cells = cells.iter().cloned().collect();
            prop_assert_eq!(&held, &shuffled.into_iter().collect::<Cells>());
            for cell in &cells {
                let greatest = cells.iter().filter(|other| other.slot == cell.slot).map(|other| other.version).max();
                prop_assert_eq!(held.get(&cell.series, cell.slot).map(|cell| cell.version), greatest);
            }
        }

        #[test]
        fn the_latest_year_is_the_last_that_holds_anything(cells in some_cells(), year in 2020_i16..2024) {
            let held: Cells = cells.into_iter().collect();
            let series = cell(2021, 1, 0).series;
            let expected = (2000..=year)
                .rev()
                .filter_map(|year| held.get(&series, Slot::year(year)))
                .find(|cell| cell.contributions > 0);
            prop_assert_eq!(held.latest_year(&series, Slot::month(year, 6)), expected);
        }
    }
}
