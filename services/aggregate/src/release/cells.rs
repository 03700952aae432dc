//! The cells of a release that nothing protects: as they stand at its moment.

use jiff::Timestamp;
use jiff::civil::Date;
use weir_kernel::clickhouse::{Generation, Wanted};
use weir_schemas::cell::Cell;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::day;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Plan};
use weir_schemas::release::is_public;

use crate::Error;

/// How many years before the plan's what is divided by may describe.
const YEARS_BEFORE: i16 = 10;

/// The cells that the public sees of measures that are not protected.
pub(super) async fn unprotected(
    generation: &Generation,
    plan: &Plan,
    moment: Timestamp,
) -> Result<Vec<Cell>, Error> {
    let whole = Field::ALL.into_iter().map(|field| (plan.area, field));
    let series: Vec<_> = whole.chain(plan.area.children().map(|area| (area, Field::Total))).collect();
    let measures = plan.measures.iter().filter(|measure| !measure.is_protected());
    let wanted: Vec<Wanted<'_>> = measures.map(|measure| wanted(plan, measure, &series, moment)).collect();
    let cells = generation.sums_of_all(&wanted).await?;
    let public = |cell: &Cell| is_public(plan, cell.series.area, cell.series.field, cell.slot);
    Ok(cells.into_iter().filter(public).collect())
}

fn wanted<'a>(plan: &Plan, measure: &'a Measure, series: &[(Area, Field)], moment: Timestamp) -> Wanted<'a> {
    let from = if measure.is_reference() { plan.calendar.from - YEARS_BEFORE } else { plan.calendar.from };
    let slots = Slot::month(from, 1).through(Slot::year(plan.calendar.to));
    let has_begun = |slot: &Slot, on: Date| slot.period().last_month_begins() <= on;
    Wanted {
        measure,
        series: series.to_vec(),
        slots: slots.filter(|slot| has_begun(slot, day(moment))).collect(),
        as_of: Some(moment),
        rules: None,
    }
}
