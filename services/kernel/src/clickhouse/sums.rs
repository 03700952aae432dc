//! Sums cells of one measure in ClickHouse, from the contributions in force at a moment.

use clickhouse::Row;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::exact;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Shape};

use super::{Error, Generation, status_of};

/// The cells of one measure to be summed.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// Their areas and fields.
    pub series: Vec<(Area, Field)>,
    /// Their first slot.
    pub from: Slot,
    /// Their last slot.
    pub to: Slot,
    /// Of the events recorded up to this moment; of all if not given.
    pub as_of: Option<Timestamp>,
}

/// In force is, of each contribution, the row of the greatest version, if it is live. What entered the same leaf
/// is added up first; then each leaf is spread over the areas around it, its field and all fields, and its slots.
const SELECT: &str = "
SELECT toUInt32(cell_area) AS area, cell_field AS field, toUInt32(cell_slot) AS slot,
       sum(total) AS value, sum(added) AS supplement, sum(checked) AS accepted,
       sum(current) AS panel, sum(before) AS panel_prior, sum(both) AS panel_contributors,
       sum(rows_in) AS contributions,
       uniqExactMerge(behind) AS contributors, min(least) AS status,
       arraySort(groupUniqArrayArray(named)) AS forms, max(latest) AS vintage, max(made_up) AS synthetic
FROM
(
    SELECT area AS leaf_area, field AS leaf_field, first_slot, last_slot,
           sum(newest.1) AS total, sumIf(newest.1, part = 'supplement') AS added, count() AS rows_in,
           sumIf(newest.1, newest.3 IN ('P', 'A')) AS checked,
           -- A unit gives its revenue once, so rows are units.
           sumIf(newest.1, newest.7 IS NOT NULL) AS current, count(newest.7) AS both,
           sum(ifNull(newest.7, toDecimal128(0, 6))) AS before,
           -- A supplement has no unit behind it.
           uniqExactStateIf(newest.2, newest.2 != '') AS behind,
           groupUniqArrayIf(toString(part), part NOT IN ('', 'supplement', 'previous')) AS named,
           min(newest.3) AS least, max(newest.4) AS latest, max(newest.5) AS made_up
    FROM
    (
        SELECT area, field, first_slot, last_slot, entity, part,
               argMax((value, contributor, status, toString(vintage), synthetic, live, prior), version) AS newest
        FROM contributions
        WHERE measure = ? AND first_slot BETWEEN ? AND ? AND last_slot >= ? AND area BETWEEN ? AND ? 
          AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
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
    accepted: i128,
    panel: i128,
    panel_prior: i128,
    panel_contributors: u64,
    contributions: u64,
    contributors: u64,
    status: i8,
    forms: Vec<String>,
    vintage: String,
    synthetic: bool,
}

/// After every moment that the column holds.
const ALWAYS: i64 = 9_000_000_000_000;

impl Generation {
    /// The cells wanted in which something stands, in version 0. Others are zero, or missing.
    ///
    /// # Errors
    /// When the server can't be reached, or a sum is out of range.
    pub async fn sums(&self, wanted: &Wanted<'_>) -> Result<Vec<Cell>, Error> {
        let Wanted { measure, series, from, to, as_of } = wanted;
        let slots: Vec<u32> = from.through(*to).map(Slot::number).collect();
        let earliest = match measure.shape() {
            Shape::Point => from.number(),
            Shape::YearToDate => Slot::month(from.calendar_year(), 1).number(),
            Shape::Stock => 0,
        };
        let (low, high) = span(series);
        let (areas, fields) = if measure.is_reference() {
            ("[leaf_area]", "[toString(leaf_field)]")
        } else {
            (
                "arrayDistinct([leaf_area, intDiv(leaf_area, 100) * 100, intDiv(leaf_area, 10000) * 10000])",
                "[toString(leaf_field), '_T']",
            )
        };
        let statement = SELECT.replace("AREAS", areas).replace("FIELDS", fields);
        let until = as_of.map_or(ALWAYS, Timestamp::as_millisecond);
        let places: Vec<(u32, String)> =
            series.iter().map(|(area, field)| (area.as_u32(), field.to_string())).collect();
        let bind = |query: clickhouse::query::Query| {
            query
                .bind(measure.id.as_ref())
                .bind(earliest)
                .bind(to.number())
                .bind(from.number())
                .bind(low)
                .bind(high)
                .bind(until)
                .bind(slots)
                .bind(places)
        };
        let rows: Vec<Summed> = self.select(&statement, bind).await?;
        rows.into_iter().map(|row| row.into_cell(measure)).collect()
    }
}

/// The codes between which all facts of the areas lie.
fn span(series: &[(Area, Field)]) -> (u32, u32) {
    let reach = |area: Area| {
        let code = area.as_u32();
        match code {
            province if province % 10_000 == 0 => (code, code + 9_999),
            prefecture if prefecture % 100 == 0 => (code, code + 99),
            _ => (code, code),
        }
    };
    let spans = series.iter().map(|(area, _)| reach(*area));
    spans.fold((u32::MAX, 0), |(low, high), (from, to)| (low.min(from), high.max(to)))
}

impl Summed {
    fn into_cell(self, measure: &Measure) -> Result<Cell, Error> {
        let wrong = || Error::Row {
            table: "contributions",
            what: format!("the sum of {} in {} at {} is out of range", measure.id, self.area, self.slot),
        };
        let value = |millionths| exact::from_millionths(millionths).ok_or_else(wrong);
        // Of distinct things the rows are not the number.
        let sum = |millionths| {
            if measure.is_distinct() { Ok(Decimal::from(self.contributors)) } else { value(millionths) }
        };
        Ok(Cell {
            series: Series {
                measure: measure.id.clone(),
                area: Area::from_u32(self.area).ok_or_else(wrong)?,
                field: self.field.parse().map_err(|_| wrong())?,
            },
            slot: Slot::from_number(self.slot).ok_or_else(wrong)?,
            version: 0,
            value: sum(self.value)?,
            supplement: value(self.supplement)?,
            accepted: sum(self.accepted)?,
            panel: value(self.panel)?,
            panel_prior: value(self.panel_prior)?,
            panel_contributors: self.panel_contributors,
            contributions: self.contributions,
            contributors: self.contributors,
            status: status_of(self.status).ok_or_else(wrong)?,
            forms: self.forms.clone(),
            vintage: self.vintage.clone(),
            synthetic: self.synthetic,
        })
    }
}
