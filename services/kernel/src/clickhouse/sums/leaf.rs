//! Leaves: what stands in the same place through the same slots, added up by ClickHouse.

use clickhouse::Row;
use clickhouse::query::Query;
use jiff::Timestamp;
use serde::Deserialize;
use weir_schemas::codelist::{Area, AreaLevel, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Rule, Shape};

use super::{Wanted, changes};
use crate::clickhouse::{Error, Generation};

/// A sum of contributions.
#[derive(Row, Deserialize)]
pub(super) struct Leaf {
    #[serde(rename = "leaf_measure")]
    pub(super) measure: String,
    #[serde(rename = "leaf_area")]
    pub(super) area: u32,
    #[serde(rename = "leaf_field")]
    pub(super) field: String,
    pub(super) first_slot: u32,
    #[serde(rename = "leaf_last")]
    pub(super) last_slot: u32,
    #[serde(rename = "total")]
    pub(super) value: i128,
    #[serde(rename = "added")]
    pub(super) supplement: i128,
    #[serde(rename = "checked")]
    pub(super) accepted: i128,
    #[serde(rename = "current")]
    pub(super) panel: i128,
    #[serde(rename = "before")]
    pub(super) panel_prior: i128,
    #[serde(rename = "both")]
    pub(super) panel_contributors: u64,
    #[serde(rename = "rows_in")]
    pub(super) contributions: u64,
    /// Units behind it, where each has one place in a slot.
    #[serde(rename = "units")]
    pub(super) contributors: u64,
    /// Who is behind it, hashed, where one may stand in several places.
    pub(super) behind: Vec<[u8; 16]>,
    #[serde(rename = "least")]
    pub(super) status: i8,
    #[serde(rename = "named")]
    pub(super) forms: Vec<String>,
    #[serde(rename = "latest")]
    pub(super) vintage: String,
    #[serde(rename = "made_up")]
    pub(super) synthetic: bool,
    /// Whether a row is in it twice, as after an insert that was repeated.
    pub(super) repeated: bool,
}

/// In force is, of each contribution, the row of the greatest version, if it is live.
const SELECT: &str = "
SELECT toString(measure) AS leaf_measure, AREA AS leaf_area, FIELD AS leaf_field, first_slot, LAST_SLOT AS leaf_last,
       sum(newest.1) AS total, sumIf(newest.1, part = 'supplement') AS added,
       sumIf(newest.1, newest.2 IN ('P', 'A')) AS checked,
       PANEL,
       count() AS rows_in, BEHIND,
       min(newest.2) AS least, groupUniqArrayIf(toString(part), part NOT IN ('', 'supplement', 'previous')) AS named,
       VINTAGE AS latest, max(newest.3) AS made_up, false AS repeated
FROM
(
    SELECT measure, area, field, first_slot, LAST_SLOT AS last_slot, entity, part,
           argMax((value, status, synthetic, liveMORE), version) AS newest
    FROM contributions
    WHERE measure IN ? AND SLOTS AND area BETWEEN ? AND ?FIELDS
      AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
    GROUP BY measure, area, field, first_slot, LAST_SLOT, entity, part
)
WHERE newest.4
GROUP BY leaf_measure, leaf_area, leaf_field, first_slot, leaf_last
";

/// What is in no comparable panel.
pub(super) const NO_PANEL: &str =
    "toDecimal128(0, 6) AS current, toDecimal128(0, 6) AS before, toUInt64(0) AS both";

/// After every moment that the column holds.
const ALWAYS: i64 = 9_000_000_000_000;

/// The leaves from which the cells of measures are laid that are summed alike, measure by measure.
pub(super) async fn leaves<'a, 'b>(
    generation: &Generation,
    wanted: &[&'a Wanted<'b>],
) -> Result<Vec<(&'a Wanted<'b>, Vec<Leaf>)>, Error> {
    let Some(first) = wanted.first() else { return Ok(Vec::new()) };
    let ids: Vec<&str> = wanted.iter().map(|wanted| &*wanted.measure.id).collect();
    let mut leaves = select(generation, first, &ids, &statement(first)).await?;
    if leaves.iter().any(|leaf| leaf.repeated) {
        leaves = select(generation, first, &ids, &newest(first)).await?;
    }
    let mut of_measures: Vec<_> = wanted.iter().map(|wanted| (*wanted, Vec::new())).collect();
    for leaf in leaves {
        if let Some((_, of)) = of_measures.iter_mut().find(|(wanted, _)| *wanted.measure.id == *leaf.measure)
        {
            of.push(leaf);
        }
    }
    Ok(of_measures)
}

/// The leaves of measures by a statement for what is wanted of any of them.
async fn select(
    generation: &Generation,
    wanted: &Wanted<'_>,
    ids: &[&str],
    statement: &str,
) -> Result<Vec<Leaf>, Error> {
    if wanted.slots.is_empty() {
        return Ok(Vec::new());
    }
    generation.select(statement, |query| bind(query, wanted, ids)).await
}

/// Binds what statements ask of rows: the measures, [`slots`], the codes of areas and the moment.
pub(super) fn bind(
    query: Query,
    Wanted { measure, series, slots, as_of, .. }: &Wanted<'_>,
    ids: &[&str],
) -> Query {
    let number = |slot: Option<&Slot>| slot.map_or(0, |slot| slot.number());
    let (from, to) = (number(slots.first()), number(slots.last()));
    let (low, high) = span(series);
    let until = as_of.map_or(ALWAYS, Timestamp::as_millisecond);
    let earliest = match measure.shape() {
        // Reference values are few, and asked for over many years.
        Shape::Point if measure.is_reference() => Some(from),
        // Each slot has its own, and lies by itself in the table: those between are not read.
        Shape::Point => None,
        Shape::YearToDate => {
            Some(slots.first().map_or(0, |from| Slot::month(from.calendar_year(), 1).number()))
        }
        Shape::Stock => Some(0),
    };
    let query = query.bind(ids);
    let query = match earliest {
        None => query.bind(slots.iter().map(|slot| slot.number()).collect::<Vec<_>>()),
        Some(earliest) => query.bind(earliest).bind(to).bind(from),
    };
    query.bind(low).bind(high).bind(until)
}

/// The area that a sum is of: the finest that is asked for is as fine as need be; a reference value is no sum of those
/// inside it.
pub(super) fn area(Wanted { measure, series, .. }: &Wanted<'_>) -> &'static str {
    match series.iter().map(|(area, _)| area.level()).max() {
        Some(AreaLevel::Province) if !measure.is_reference() => "toUInt32(intDiv(area, 10000) * 10000)",
        Some(AreaLevel::Prefecture) if !measure.is_reference() => "toUInt32(intDiv(area, 100) * 100)",
        _ => "area",
    }
}

/// The field that a sum is of: one for all where none else is asked for.
pub(super) fn field(Wanted { measure, series, .. }: &Wanted<'_>) -> &'static str {
    let total = series.iter().all(|(_, field)| *field == Field::Total);
    if total && !measure.is_reference() { "'_T'" } else { "field" }
}

/// The statement by which a measure is summed; its measures are bound to it.
pub(super) fn statement(wanted: &Wanted<'_>) -> String {
    if changes::add_up(wanted.measure) { changes::statement(wanted) } else { newest(wanted) }
}

/// The statement that finds the newest row of each contribution, which tells the sum also where rows are there twice.
pub(super) fn newest(wanted: &Wanted<'_>) -> String {
    let Wanted { measure, series, .. } = wanted;
    // What is compiled without unit records has no unit behind it.
    let (more, behind) = if is_placed_once(measure) {
        (
            "",
            "uniqExactIf(entity, part != 'supplement') AS units, CAST([], 'Array(FixedString(16))') AS behind",
        )
    } else {
        (
            ", contributor",
            "toUInt64(0) AS units, groupUniqArrayIf(sipHash128(newest.5), newest.5 != '') AS behind",
        )
    };
    let (more, panel) = match measure.has_panel() {
        true => (
            ", prior",
            // In the panel is a unit all of whose reports say the year before.
            "sumIf(newest.1, newest.5 IS NOT NULL) AS current, sum(ifNull(newest.5, toDecimal128(0, 6))) AS before, \
             toUInt64(uniqExactIf(entity, part != 'supplement') \
             - uniqExactIf(entity, part != 'supplement' AND newest.5 IS NULL)) AS both",
        ),
        false => (more, NO_PANEL),
    };
    let (more, vintage) =
        if measure.is_reference() { (", toString(vintage)", "max(newest.5)") } else { (more, "''") };
    let last_slot = last_slot(measure);
    SELECT
        .replace("SLOTS", slots(measure))
        .replace("AREA AS", &format!("{} AS", area(wanted)))
        .replace("FIELD AS", &format!("{} AS", field(wanted)))
        .replace("LAST_SLOT AS last_slot, ", if last_slot == "first_slot" { "" } else { "last_slot, " })
        .replace("LAST_SLOT", last_slot)
        .replace("MORE", more)
        .replace("BEHIND", behind)
        .replace("PANEL", panel)
        .replace("VINTAGE", vintage)
        .replace("FIELDS", &fields(series, measure))
}

/// A filter by slots, with as many places to bind as [`select`] binds.
pub(super) fn slots(measure: &Measure) -> &'static str {
    if measure.shape() == Shape::Point && !measure.is_reference() {
        "first_slot IN ?"
    } else {
        "first_slot BETWEEN ? AND ? AND last_slot >= ?"
    }
}

/// The last slot of a row: what has a slot by itself ends in it.
pub(super) fn last_slot(measure: &Measure) -> &'static str {
    if measure.shape() == Shape::Point { "first_slot" } else { "last_slot" }
}

/// A filter by fields, where none of all fields together is asked for.
pub(super) fn fields(series: &[(Area, Field)], measure: &Measure) -> String {
    let total = |(_, field): &(Area, Field)| *field == Field::Total;
    if measure.is_reference() || series.iter().any(total) {
        return String::new();
    }
    let mut fields: Vec<_> = series.iter().map(|(_, field)| format!("'{field}'")).collect();
    fields.sort_unstable();
    fields.dedup();
    format!(" AND field IN ({})", fields.join(", "))
}

/// Whether a contributor has one place in each slot, so that the number behind several leaves is the sum of theirs. A
/// net count has a unit where it was a year ago as well; sellers, holders and fields stand in many places.
pub(super) const fn is_placed_once(measure: &Measure) -> bool {
    !matches!(
        measure.rule,
        Rule::UnitsNet { .. } | Rule::ContractAmount | Rule::HighValuePatents | Rule::FieldsWith { .. }
    )
}

/// The codes between which all facts of the areas lie.
fn span(series: &[(Area, Field)]) -> (u32, u32) {
    let reach = |area: Area| {
        let code = area.as_u32();
        match area.level() {
            AreaLevel::Province => (code, code + 9_999),
            AreaLevel::Prefecture => (code, code + 99),
            AreaLevel::County => (code, code),
        }
    };
    let spans = series.iter().map(|(area, _)| reach(*area));
    spans.fold((u32::MAX, 0), |(low, high), (from, to)| (low.min(from), high.max(to)))
}
