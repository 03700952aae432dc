//! What a figure is made of: the contributions that stand in a slot, by part and one by one, and when they changed.

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;
use weir_kernel::clickhouse::{Error, Generation};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Shape};

use super::inside;

/// The cell whose contributions are asked for. One of a reference series is its own area's alone, and has no field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entering<'a> {
    pub(crate) measure: &'a Measure,
    pub(crate) area: Area,
    pub(crate) field: Field,
    pub(crate) slot: Slot,
    /// Of a reference series also the years before, which stand in for one that is missing.
    pub(crate) earlier: bool,
}

/// What one part of a cell adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct PartSum {
    /// The form of reports, `supplement`, or `previous`; mostly empty.
    #[serde(rename = "named")]
    pub(crate) part: String,
    /// In millionths of the base unit.
    #[serde(rename = "total")]
    pub(crate) value: i128,
    /// The units in it.
    pub(crate) units: u64,
}

/// One event behind one contribution.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct Behind {
    /// The measure, by its place among those asked for.
    pub(crate) rank: u8,
    pub(crate) entity: String,
    #[serde(rename = "named")]
    pub(crate) part: String,
    pub(crate) first_slot: u32,
    pub(crate) last_slot: u32,
    pub(crate) area: u32,
    #[serde(rename = "of_field")]
    pub(crate) field: String,
    #[serde(rename = "event")]
    pub(crate) offset: i64,
    #[serde(rename = "place")]
    pub(crate) partition: i32,
    /// What the contribution adds, in millionths of the base unit.
    #[serde(rename = "added")]
    pub(crate) value: i128,
    /// The unit, holder or seller; empty where there is none.
    #[serde(rename = "by")]
    pub(crate) contributor: String,
    #[serde(rename = "checked")]
    pub(crate) status: i8,
    pub(crate) made_up: bool,
}

/// What events behind a figure are ordered by.
pub(crate) type BehindKey = (u8, String, String, u32, u32, u32, String, i64);

impl Behind {
    /// Its place in the order.
    pub(crate) fn key(&self) -> BehindKey {
        let Self { rank, entity, part, first_slot, last_slot, area, field, offset, .. } = self;
        (*rank, entity.clone(), part.clone(), *first_slot, *last_slot, *area, field.clone(), *offset)
    }
}

#[derive(Row, Deserialize)]
struct MomentRow {
    at: i64,
}

/// The newest row of each contribution, if it is live.
const STANDING: &str = "
SELECT RANK AS rank, entity, toString(part) AS named, first_slot, last_slot, area, toString(field) AS of_field,
       argMax((value, status, synthetic, live, contributor, events, partition), version) AS newest
FROM contributions
WHERE (CONDITION) AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
GROUP BY measure, first_slot, area, field, entity, last_slot, part
HAVING newest.4";

impl Entering<'_> {
    /// All that it names is of the plan and of code lists, which know no quotes.
    fn condition(&self) -> String {
        let Self { measure, area, field, slot, earlier } = self;
        let slot = slot.number();
        let slots = match measure.shape() {
            Shape::Point if *earlier => format!("first_slot <= {slot}"),
            Shape::Point => format!("first_slot = {slot}"),
            _ => format!("first_slot <= {slot} AND last_slot >= {slot}"),
        };
        let place = if measure.is_reference() {
            format!("area = {}", area.as_u32())
        } else {
            let span = inside(&[*area], Area::SICHUAN).first().copied().unwrap_or_default();
            format!("area BETWEEN {} AND {}", span.0, span.1)
        };
        let field = match field {
            Field::Total => String::new(),
            _ if measure.is_reference() => String::new(),
            field => format!(" AND field = '{field}'"),
        };
        format!("(measure = '{}' AND {slots} AND {place}{field})", measure.id)
    }
}

fn any(of: &[Entering<'_>]) -> String {
    of.iter().map(Entering::condition).collect::<Vec<_>>().join(" OR ")
}

/// What the parts of a cell add up to, as of a moment.
pub(crate) async fn parts(
    generation: &Generation,
    of: Entering<'_>,
    at: Timestamp,
) -> Result<Vec<PartSum>, Error> {
    let standing = STANDING.replace("RANK", "toUInt8(0)").replace("CONDITION", &of.condition());
    let select = format!(
        "SELECT named, sum(newest.1) AS total, uniqExact(entity) AS units FROM ({standing}) GROUP BY named ORDER BY named"
    );
    generation.select(&select, |query| query.bind(at.as_millisecond())).await
}

/// The events behind cells, as of a moment: the first `most` that follow a place in the order.
pub(crate) async fn behind(
    generation: &Generation,
    of: &[Entering<'_>],
    at: Timestamp,
    after: Option<BehindKey>,
    most: usize,
) -> Result<Vec<Behind>, Error> {
    let ids: Vec<String> = of.iter().map(|one| format!("'{}'", one.measure.id)).collect();
    let rank = format!("toUInt8(indexOf([{}], measure))", ids.join(", "));
    let standing = STANDING.replace("RANK", &rank).replace("CONDITION", &any(of));
    let order = "rank, entity, named, first_slot, last_slot, area, of_field, event";
    let after_place = if after.is_some() { format!("WHERE ({order}) > ?") } else { String::new() };
    let select = format!(
        "SELECT rank, entity, named, first_slot, last_slot, area, of_field, event, newest.7 AS place, newest.1 AS added, \
         toString(newest.5) AS by, newest.2 AS checked, newest.3 AS made_up \
         FROM ({standing}) ARRAY JOIN newest.6 AS event {after_place} ORDER BY {order} LIMIT ?"
    );
    let bind = |query: clickhouse::query::Query| {
        let query = query.bind(at.as_millisecond());
        let query = match after {
            Some(after) => query.bind(after),
            None => query,
        };
        query.bind(most)
    };
    generation.select(&select, bind).await
}

/// The last `most` moments at which any of these cells got another sum, before `until`, the latest first. Each row says what stood
/// before it; rows of a repeated insert are taken once.
pub(crate) async fn moments(
    generation: &Generation,
    of: &[Entering<'_>],
    until: Timestamp,
    most: usize,
) -> Result<Vec<Timestamp>, Error> {
    let references = of.iter().filter(|one| one.measure.is_reference());
    let references: Vec<String> = references.map(|one| format!("'{}'", one.measure.id)).collect();
    // Reference values of several years are no sum.
    let apart = match references.as_slice() {
        [] => "0".to_owned(),
        ids => format!("if(measure IN ({}), first_slot, 0)", ids.join(", ")),
    };
    let select = format!(
        "SELECT DISTINCT at FROM (
             SELECT toUnixTimestamp64Milli(recorded) AS at, measure, {apart} AS apart,
                    sum(if(live, value, toDecimal128(0, 6)) - before_value) AS more
             FROM (SELECT * FROM contributions
                   WHERE ({}) AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
                   LIMIT 1 BY measure, first_slot, area, field, entity, last_slot, part, version)
             GROUP BY at, measure, apart
             HAVING more != 0)
         ORDER BY at DESC LIMIT ?",
        any(of)
    );
    let rows: Vec<MomentRow> =
        generation.select(&select, |query| query.bind(until.as_millisecond()).bind(most)).await?;
    let read = |row: &MomentRow| Timestamp::from_millisecond(row.at);
    rows.iter()
        .map(|row| read(row).map_err(|error| Error::Row { table: "contributions", what: error.to_string() }))
        .collect()
}
