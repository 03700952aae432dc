//! Sums cells of one measure in ClickHouse, from the contributions in force.

use std::collections::BTreeMap;

use clickhouse::Row;
use rust_decimal::Decimal;
use serde::Deserialize;
use weir_kernel::clickhouse::{Generation, status_of};
use weir_schemas::cell::Cell;
use weir_schemas::codelist::Area;
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Shape};

use super::work::Marked;
use crate::Error;

/// In force is, of each contribution, the row of the greatest version, if it is live. What entered the same leaf
/// is added up first; then each leaf is spread over the areas around it, its field and all fields, and its slots.
const SELECT: &str = "
SELECT toUInt32(cell_area) AS area, cell_field AS field, toUInt32(cell_slot) AS slot,
       sum(total) AS value, sum(added) AS supplement, sum(rows_in) AS contributions,
       uniqExactMerge(behind) AS contributors, min(least) AS status,
       arraySort(groupUniqArrayArray(named)) AS forms, max(latest) AS vintage, max(made_up) AS synthetic
FROM
(
    SELECT area AS leaf_area, field AS leaf_field, first_slot, last_slot,
           sum(newest.1) AS total, sumIf(newest.1, part = 'supplement') AS added, count() AS rows_in,
           -- A supplement has no unit behind it.
           uniqExactStateIf(newest.2, newest.2 != '') AS behind,
           groupUniqArrayIf(toString(part), part NOT IN ('', 'supplement', 'previous')) AS named,
           min(newest.3) AS least, max(newest.4) AS latest, max(newest.5) AS made_up
    FROM
    (
        SELECT area, field, first_slot, last_slot, entity, part,
               argMax((value, contributor, status, toString(vintage), synthetic, live), version) AS newest
        FROM contributions
        WHERE measure = ? AND first_slot BETWEEN ? AND ? AND last_slot >= ? AND area BETWEEN ? AND ?
        GROUP BY area, field, first_slot, last_slot, entity, part
    )
    WHERE newest.6
    GROUP BY area, field, first_slot, last_slot
)
ARRAY JOIN AREAS AS cell_area
ARRAY JOIN FIELDS AS cell_field
ARRAY JOIN arrayFilter(slot -> slot BETWEEN first_slot AND last_slot, ?) AS cell_slot
WHERE (cell_area, cell_field) IN ?
GROUP BY cell_area, cell_field, cell_slot
";

#[derive(Row, Deserialize)]
struct Summed {
    area: u32,
    field: String,
    slot: u32,
    value: i128,
    supplement: i128,
    contributions: u64,
    contributors: u64,
    status: i8,
    forms: Vec<String>,
    vintage: String,
    synthetic: bool,
}

/// The cells of the marked series of one measure, series by series; zero where nothing stands any more.
pub(super) async fn cells(
    generation: &Generation,
    measure: &Measure,
    marked: &[Marked],
) -> Result<Vec<Cell>, Error> {
    let Some(from) = marked.iter().map(|series| series.from).min() else { return Ok(Vec::new()) };
    let to = marked.iter().map(|series| series.to).max().unwrap_or(from);
    let slots: Vec<u32> = from.through(to).map(Slot::number).collect();
    let earliest = match measure.shape() {
        Shape::Point => from.number(),
        Shape::YearToDate => Slot::month(from.calendar_year(), 1).number(),
        Shape::Stock => 0,
    };
    let series: Vec<(u32, String)> =
        marked.iter().map(|marked| (marked.series.area.as_u32(), marked.series.field.to_string())).collect();
    let (low, high) = span(marked);
    let (areas, fields) = if measure.is_reference() {
        ("[leaf_area]", "[toString(leaf_field)]")
    } else {
        (
            "arrayDistinct([leaf_area, intDiv(leaf_area, 100) * 100, intDiv(leaf_area, 10000) * 10000])",
            "[toString(leaf_field), '_T']",
        )
    };
    let statement = SELECT.replace("AREAS", areas).replace("FIELDS", fields);
    let bind = |query: clickhouse::query::Query| {
        query
            .bind(measure.id.as_ref())
            .bind(earliest)
            .bind(to.number())
            .bind(from.number())
            .bind(low)
            .bind(high)
            .bind(slots)
            .bind(series)
    };
    let rows: Vec<Summed> = generation.select(&statement, bind).await?;
    let mut summed: BTreeMap<(u32, String, u32), Summed> =
        rows.into_iter().map(|row| ((row.area, row.field.clone(), row.slot), row)).collect();
    let mut cells = Vec::new();
    for marked in marked {
        let (area, field) = (marked.series.area.as_u32(), marked.series.field.to_string());
        for slot in marked.from.through(marked.to) {
            cells.push(cell(measure, marked, slot, summed.remove(&(area, field.clone(), slot.number())))?);
        }
    }
    Ok(cells)
}

/// The codes between which all facts of the marked areas lie.
fn span(marked: &[Marked]) -> (u32, u32) {
    let reach = |area: Area| {
        let code = area.as_u32();
        match code {
            province if province % 10_000 == 0 => (code, code + 9_999),
            prefecture if prefecture % 100 == 0 => (code, code + 99),
            _ => (code, code),
        }
    };
    let spans = marked.iter().map(|marked| reach(marked.series.area));
    spans.fold((u32::MAX, 0), |(low, high), (from, to)| (low.min(from), high.max(to)))
}

fn cell(measure: &Measure, marked: &Marked, slot: Slot, summed: Option<Summed>) -> Result<Cell, Error> {
    let version = marked.version;
    let series = marked.series.clone();
    let Some(summed) = summed else {
        return Ok(Cell {
            series,
            slot,
            version,
            value: Decimal::ZERO,
            supplement: Decimal::ZERO,
            contributions: 0,
            contributors: 0,
            status: ObsStatus::A,
            forms: Vec::new(),
            vintage: String::new(),
            synthetic: false,
        });
    };
    let out_of_range = || Error::OutOfRange { series: marked.series.key(), slot: slot.period().to_string() };
    Ok(Cell {
        series,
        slot,
        version,
        value: if measure.is_distinct() {
            Decimal::from(summed.contributors)
        } else {
            exact::from_millionths(summed.value).ok_or_else(out_of_range)?
        },
        supplement: exact::from_millionths(summed.supplement).ok_or_else(out_of_range)?,
        contributions: summed.contributions,
        contributors: summed.contributors,
        status: status_of(summed.status).ok_or_else(out_of_range)?,
        forms: summed.forms,
        vintage: summed.vintage,
        synthetic: summed.synthetic,
    })
}
