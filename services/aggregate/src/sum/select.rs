//! The cells of marked series, summed anew.

use std::collections::BTreeMap;

use weir_kernel::clickhouse::{Generation, Wanted};
use weir_schemas::cell::{Cell, Series};
use weir_schemas::disclosure::PrimaryRules;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Shape};

use super::work::Marked;
use crate::Error;

/// Series with the slots of each that are to be summed by one statement, and the versions of their cells.
#[derive(Default)]
struct Together {
    span: Option<(Slot, Slot)>,
    series: Vec<(Series, Slot, Slot, i64)>,
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
        let mut places: Vec<_> = series.iter().map(|(series, ..)| (series.area, series.field)).collect();
        places.dedup();
        let slots = from.through(to).collect();
        let summed = generation
            .sums(&Wanted { measure, series: places, slots, as_of: None, rules: Some(*rules) })
            .await?;
        let mut summed: BTreeMap<(Series, Slot), Cell> =
            summed.into_iter().map(|cell| ((cell.series.clone(), cell.slot), cell)).collect();
        for (series, from, to, version) in series {
            for slot in from.through(told_by(measure, to)) {
                match summed.remove(&(series.clone(), slot)) {
                    Some(found) => cells.push(Cell { version, ..found }),
                    None if slot <= to => cells.push(Cell { version, ..Cell::empty(series.clone(), slot) }),
                    // Nothing stood in it before either.
                    None => {}
                }
            }
        }
    }
    Ok(cells)
}

/// The last slot that what changed up to `to` is told by: what a protected measure shows of the period after is confidential or
/// not by how it differs.
fn told_by(measure: &Measure, to: Slot) -> Slot {
    if measure.is_protected() && !to.is_year() { to.next() } else { to }
}

/// What stands in a slot by itself lies beside its slot in the table, so years are read apart: a late report of one
/// year and one of another must not read all between them. What stands through many slots is read at once.
fn by_statement(measure: &Measure, marked: &[(Series, Marked)]) -> impl Iterator<Item = Together> {
    let mut statements: BTreeMap<i16, Together> = BTreeMap::new();
    for (series, marked) in marked {
        for (from, to) in marked.slots.ranges() {
            let year = if measure.shape() == Shape::Stock { 0 } else { from.calendar_year() };
            let together = statements.entry(year).or_default();
            let told = told_by(measure, to);
            let span = together.span.map_or((from, told), |(first, last)| (first.min(from), last.max(told)));
            together.span = Some(span);
            together.series.push((series.clone(), from, to, marked.version));
        }
    }
    statements.into_values()
}
