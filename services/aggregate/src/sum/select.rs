//! The cells of marked series, summed anew.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use weir_kernel::clickhouse::{Generation, Wanted};
use weir_schemas::cell::{Cell, Series};
use weir_schemas::entity::ObsStatus;
use weir_schemas::period::Slot;
use weir_schemas::plan::Measure;

use super::work::Marked;
use crate::Error;

/// The cells of the marked series of one measure, series by series; zero where nothing stands any more.
pub(super) async fn cells(
    generation: &Generation,
    measure: &Measure,
    marked: &[Marked],
) -> Result<Vec<Cell>, Error> {
    let Some(from) = marked.iter().map(|series| series.from).min() else { return Ok(Vec::new()) };
    let to = marked.iter().map(|series| series.to).max().unwrap_or(from);
    let series = marked.iter().map(|marked| (marked.series.area, marked.series.field)).collect();
    let summed = generation.sums(&Wanted { measure, series, from, to, as_of: None }).await?;
    let mut summed: BTreeMap<(Series, Slot), Cell> =
        summed.into_iter().map(|cell| ((cell.series.clone(), cell.slot), cell)).collect();
    let mut cells = Vec::new();
    for Marked { series, from, to, version } in marked {
        for slot in from.through(*to) {
            let found = summed.remove(&(series.clone(), slot)).unwrap_or_else(|| emptied(series, slot));
            cells.push(Cell { version: *version, ..found });
        }
    }
    Ok(cells)
}

/// A cell in which nothing stands any more.
fn emptied(series: &Series, slot: Slot) -> Cell {
    Cell {
        series: series.clone(),
        slot,
        version: 0,
        value: Decimal::ZERO,
        supplement: Decimal::ZERO,
        contributions: 0,
        contributors: 0,
        status: ObsStatus::A,
        forms: Vec::new(),
        vintage: String::new(),
        synthetic: false,
    }
}
