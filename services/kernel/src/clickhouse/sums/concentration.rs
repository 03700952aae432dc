//! How protected sums are spread over their contributors: what a cell says of its confidentiality (docs/measures.md §5).
//!
//! What single units say never leaves ClickHouse but for the two largest of a sum, which are judged here and forgotten.

use std::collections::{BTreeSet, HashMap};

use clickhouse::Row;
use serde::Deserialize;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, AreaLevel, Field};
use weir_schemas::disclosure::{Concentration, PrimaryRules};
use weir_schemas::period::Slot;

use super::Wanted;
use super::leaf::{bind, fields, is_placed_once, last_slot, slots};
use crate::clickhouse::{Error, Generation};

/// A sum, and how it changed since the slot before.
#[derive(Row, Deserialize)]
pub(super) struct Spread {
    #[serde(rename = "of_measure")]
    measure: String,
    #[serde(rename = "of_area")]
    area: u32,
    #[serde(rename = "of_field")]
    field: String,
    slot: u32,
    units: u64,
    total: i128,
    largest: Vec<i128>,
    /// How many stood in the slot before.
    before: u64,
    changed: u64,
    moved: i128,
    largest_moved: Vec<i128>,
}

/// Each contribution in force enters the cells around it: in its own slots as what is said now, in the slots after them as what
/// was said before. A contributor is one in a cell, whatever the number of its contributions.
const SELECT: &str = "
SELECT toString(measure) AS of_measure, place.1 AS of_area, place.2 AS of_field, slot,
       countIf(stands > 0) AS units, sum(abs(says)) AS total,
       arraySlice(arrayReverseSort(groupArray(abs(says))), 1, 2) AS largest,
       countIf(stood > 0) AS before, countIf(says != said) AS changed, sum(abs(says - said)) AS moved,
       arraySlice(arrayReverseSort(groupArray(abs(says - said))), 1, 2) AS largest_moved
FROM
(
    SELECT measure, place, step.1 AS slot, who, sumIf(adds, step.2) AS says, sumIf(adds, NOT step.2) AS said,
           sumIf(counts, step.2) AS stands, sumIf(counts, NOT step.2) AS stood
    FROM
    (
        SELECT measure, toString(field) AS of, who, adds, counts, arrayJoin(arrayDistinct([PLACES])) AS place,
               arrayFilter(at -> at >= first_slot AND at <= last, READ) AS slots,
               arrayConcat(arrayMap(at -> (at, true), slots),
                           arrayMap(at -> (toUInt32(at + 1), false), arrayFilter(at -> at % 100 < 13, slots))) AS steps,
               arrayJoin(arrayFilter(step -> step.1 IN WANTED, steps)) AS step
        FROM (ROWS)
    )
    GROUP BY measure, place, slot, who
)
GROUP BY measure, place, slot
HAVING units > 0
";

/// Of units: each row says what the one before it said, so that all of a key add up to what stands, each once as merging would leave it.
/// Sixty-four bits tell units apart; by their codes it takes twice as long.
const OF_UNITS: &str = "
SELECT measure, area, field, first_slot, LAST_SLOT AS last, sipHash64(entity) AS who,
       if(live, value, toDecimal128(0, 6)) - before_value AS adds, toInt64(live) - (before_status != '-') AS counts
FROM contributions FINAL
WHERE measure IN ? AND SLOTS AND area BETWEEN ? AND ?FIELDS AND part != 'supplement'
  AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
";

/// Of others, who may change under one key: of each the newest row.
const OF_OTHERS: &str = "
SELECT measure, area, field, first_slot, last, sipHash64(newest.3) AS who, newest.1 AS adds, toInt64(1) AS counts
FROM
(
    SELECT measure, area, field, first_slot, LAST_SLOT AS last, entity, part, argMax((value, live, contributor), version) AS newest
    FROM contributions
    WHERE measure IN ? AND SLOTS AND area BETWEEN ? AND ?FIELDS AND part != 'supplement'
      AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
    GROUP BY measure, area, field, first_slot, LAST_SLOT, entity, part
)
WHERE newest.2
";

/// Says of cells, by how the sums of their measures are spread, whether they are confidential by these rules.
pub(super) fn judge(spreads: &[Spread], rules: &PrimaryRules, cells: &mut [Cell]) {
    let by_place: HashMap<(&str, u32, &str, u32), &Spread> = spreads
        .iter()
        .map(|spread| ((spread.measure.as_str(), spread.area, spread.field.as_str(), spread.slot), spread))
        .collect();
    for cell in cells {
        let Series { measure, area, field } = &cell.series;
        let field = field.to_string();
        let place = (&**measure, area.as_u32(), field.as_str(), cell.slot.number());
        // What is compiled without unit records alone has nobody behind it, and what is not protected has no spread.
        let Some(spread) = by_place.get(&place) else { continue };
        let level = Concentration::new(spread.units, spread.total, &spread.largest);
        let change = Concentration::new(spread.changed, spread.moved, &spread.largest_moved);
        cell.conf_status = rules.status(&level, (spread.before > 0).then_some(&change));
        cell.unchanged = spread.changed == 0;
    }
}

/// How the sums of those measures that are protected are spread, of measures that are summed alike; none where nobody asks.
pub(super) async fn spreads(generation: &Generation, alike: &[&Wanted<'_>]) -> Result<Vec<Spread>, Error> {
    let protected = || alike.iter().filter(|wanted| wanted.measure.is_protected() && wanted.rules.is_some());
    let Some(first) = protected().next().filter(|wanted| !wanted.slots.is_empty()) else {
        return Ok(Vec::new());
    };
    let ids: Vec<&str> = protected().map(|wanted| &*wanted.measure.id).collect();
    let asked: BTreeSet<Slot> = first.slots.iter().copied().collect();
    let before = asked.iter().filter_map(|slot| slot.before_in_year());
    let read: BTreeSet<Slot> = asked.iter().copied().chain(before).collect();
    let numbers = |slots: &BTreeSet<Slot>| {
        slots.iter().map(|slot| format!("toUInt32({})", slot.number())).collect::<Vec<_>>().join(", ")
    };
    let measure = first.measure;
    let statement = SELECT
        .replace("ROWS", if is_placed_once(measure) { OF_UNITS } else { OF_OTHERS })
        .replace("LAST_SLOT", last_slot(measure))
        .replace("READ", &format!("[{}]", numbers(&read)))
        .replace("WANTED", &format!("({})", numbers(&asked)))
        .replace("PLACES", &places(&first.series))
        .replace("SLOTS", slots(measure))
        .replace("FIELDS", &fields(&first.series, measure));
    let reading = Wanted { slots: read.into_iter().collect(), ..(*first).clone() };
    generation.select(&statement, |query| bind(query, &reading, &ids)).await
}

/// The places that what stands in an area and a field enters, of the levels and fields that are asked for.
fn places(series: &[(Area, Field)]) -> String {
    let levels: BTreeSet<AreaLevel> = series.iter().map(|(area, _)| area.level()).collect();
    let areas = levels.into_iter().map(|level| match level {
        AreaLevel::Province => "toUInt32(intDiv(area, 10000) * 10000)",
        AreaLevel::Prefecture => "toUInt32(intDiv(area, 100) * 100)",
        AreaLevel::County => "area",
    });
    let is_total = |(_, field): &(Area, Field)| *field == Field::Total;
    let fields = [("of", !series.iter().all(is_total)), ("'_T'", series.iter().any(is_total))];
    let fields: Vec<&str> = fields.into_iter().filter(|(_, asked)| *asked).map(|(field, _)| field).collect();
    let places = areas.flat_map(|area| fields.iter().map(move |field| format!("({area}, {field})")));
    places.collect::<Vec<_>>().join(", ")
}
