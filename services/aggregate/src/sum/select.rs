//! The cells of marked series, summed anew.

use std::collections::BTreeMap;

use weir_kernel::clickhouse::{Generation, Wanted};
use weir_schemas::cell::{Cell, Series};
use weir_schemas::disclosure::PrimaryRules;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Shape};

use super::work::Marked;
use crate::Error;

/// Series that are summed by one statement.
#[derive(Default)]
struct Together {
    span: Option<(Slot, Slot)>,
    series: Vec<Told>,
}

/// What is told anew of a series.
struct Told {
    series: Series,
    /// Its slots; of those that are marked it is told as well that nothing stands in them any more.
    slots: BTreeMap<Slot, bool>,
    version: i64,
}

/// The cells of the marked series of one measure, series by series; zero where nothing stands any more.
pub(super) async fn cells(
    generation: &Generation,
    measure: &Measure,
    rules: &PrimaryRules,
    marked: &[(Series, Marked)],
) -> Result<Vec<Cell>, Error> {
    let mut cells = Vec::new();
    for Together { span, series } in by_statement(measure, marked) {
        let Some((from, to)) = span else { continue };
        let places = series.iter().map(|told| (told.series.area, told.series.field)).collect();
        let slots = from.through(to).collect();
        let summed = generation
            .sums(&Wanted { measure, series: places, slots, as_of: None, rules: Some(*rules) })
            .await?;
        let mut summed: BTreeMap<(Series, Slot), Cell> =
            summed.into_iter().map(|cell| ((cell.series.clone(), cell.slot), cell)).collect();
        for Told { series, slots, version } in series {
            for (slot, is_marked) in slots {
                match summed.remove(&(series.clone(), slot)) {
                    Some(found) => cells.push(Cell { version, ..found }),
                    None if is_marked => cells.push(Cell { version, ..Cell::empty(series.clone(), slot) }),
                    // Nothing stood in it before either.
                    None => {}
                }
            }
        }
    }
    Ok(cells)
}

/// What stands in a slot by itself lies beside its slot in the table, so years are read apart: a late report of one
/// year and one of another must not read all between them. What stands through many slots is read at once.
fn by_statement(measure: &Measure, marked: &[(Series, Marked)]) -> impl Iterator<Item = Together> {
    let mut statements: BTreeMap<i16, Together> = BTreeMap::new();
    for (series, marked) in marked {
        for (from, to) in marked.slots.ranges() {
            let year = if measure.shape() == Shape::Stock { 0 } else { from.calendar_year() };
            statements.entry(year).or_default().tell(measure, series, marked.version, (from, to));
        }
    }
    statements.into_values()
}

impl Together {
    /// Takes in what is marked of a series, whose marks come one after the other.
    fn tell(&mut self, measure: &Measure, series: &Series, version: i64, (from, to): (Slot, Slot)) {
        if self.series.last().is_none_or(|told| told.series != *series) {
            self.series.push(Told { series: series.clone(), slots: BTreeMap::new(), version });
        }
        let Some(Told { slots, .. }) = self.series.last_mut() else { return };
        for slot in from.through(to) {
            slots.insert(slot, true);
            // What a protected measure shows of them is confidential or not by how it differs.
            for compared in slot.compared_by().filter(|_| measure.is_protected()) {
                slots.entry(compared).or_insert(false);
            }
        }
        let (first, last) = self.span.unwrap_or((from, to));
        let latest = slots.last_key_value().map_or(to, |(slot, _)| *slot);
        self.span = Some((first.min(from), last.max(latest)));
    }
}
