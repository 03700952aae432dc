//! The statement that finds how protected sums are spread over their contributors.

use std::collections::BTreeSet;

use weir_schemas::codelist::{Area, AreaLevel, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Shape};

use crate::clickhouse::sums::Wanted;
use crate::clickhouse::sums::leaf::{area, field, fields, is_placed_once, last_slot, slots};

/// Each contribution in force enters its own slots as what is said now, and the slots after them as what was said before. A
/// contributor is one in a place, whatever the number of its contributions.
///
/// Nearly all stand in one place and are summed there alone: sums of places without a contributor in common add up. Only
/// those that are in several, or moved, enter each place around by themselves; to let all of them takes four times as long.
const SELECT: &str = "
WITH words AS (ROWS),
     movers AS
     (
         SELECT who FROM words GROUP BY who
         HAVING min(leaf_area) != max(leaf_area) OR min(leaf_field) != max(leaf_field)
     )
SELECT toString(measure) AS of_measure, place.1 AS of_area, place.2 AS of_field, slot, moves,
       countIf(stands > 0) AS units, sum(abs(says)) AS total,
       arraySlice(arrayReverseSort(groupArray(abs(says))), 1, 2) AS largest,
       countIf(stood > 0) AS before, countIf(says != said) AS changed, sum(abs(says - said)) AS moved,
       arraySlice(arrayReverseSort(groupArray(abs(says - said))), 1, 2) AS largest_moved
FROM
(
    SELECT measure, place, step.1 AS slot, who, moves, sumIf(adds, step.2) AS says, sumIf(adds, NOT step.2) AS said,
           sumIf(counts, step.2) AS stands, sumIf(counts, NOT step.2) AS stood
    FROM
    (
        SELECT measure, toString(field) AS of, who, adds, counts, who IN movers AS moves,
               arrayJoin(if(moves, arrayDistinct([PLACES]), [(leaf_area, leaf_field)])) AS place,
               STANDS AS slots,
               arrayConcat(arrayMap(at -> (at, true), slots),
                           arrayMap(at -> (toUInt32(at + 1), false), arrayFilter(at -> at % 100 < 13, slots))) AS steps,
               arrayJoin(arrayFilter(step -> step.1 IN ASKED, steps)) AS step
        FROM words
    )
    GROUP BY measure, place, slot, who, moves
)
GROUP BY measure, place, slot, moves
";

/// Of units: each row says what the one before it said, so that all of a key add up to what stands, each once as merging would leave it.
/// Sixty-four bits tell units apart; by their codes it takes twice as long.
const OF_UNITS: &str = "
SELECT measure, area, field, LEAF_AREA AS leaf_area, toString(LEAF_FIELD) AS leaf_field, first_slot, LAST_SLOT AS last,
       sipHash64(entity) AS who, if(live, value, toDecimal128(0, 6)) - before_value AS adds,
       toInt64(live) - (before_status != '-') AS counts
FROM contributions FINAL
WHERE measure IN ? AND SLOTS AND area BETWEEN ? AND ?FIELDS AND part != 'supplement'
  AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
";

/// Of others, who may change under one key: of each the newest row.
const OF_OTHERS: &str = "
SELECT measure, area, field, LEAF_AREA AS leaf_area, toString(LEAF_FIELD) AS leaf_field, first_slot, last,
       sipHash64(newest.3) AS who, newest.1 AS adds, toInt64(1) AS counts
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

/// The statement for what is wanted in these slots, reading those and the ones before; what it binds is bound to it.
pub(super) fn statement(wanted: &Wanted<'_>, asked: &BTreeSet<Slot>, read: &[Slot]) -> String {
    let measure = wanted.measure;
    let asked: Vec<String> = asked.iter().map(|slot| number(*slot)).collect();
    let stands = match measure.shape() {
        Shape::Point => "[first_slot]".to_owned(),
        Shape::YearToDate | Shape::Stock => {
            let read: Vec<String> = read.iter().map(|slot| number(*slot)).collect();
            format!("arrayFilter(at -> at >= first_slot AND at <= last, [{}])", read.join(", "))
        }
    };
    SELECT
        .replace("ROWS", if is_placed_once(measure) { OF_UNITS } else { OF_OTHERS })
        .replace("LAST_SLOT", last_slot(measure))
        .replace("LEAF_AREA", area(wanted))
        .replace("LEAF_FIELD", field(wanted))
        .replace("STANDS", &stands)
        .replace("ASKED", &format!("({})", asked.join(", ")))
        .replace("PLACES", &places(&wanted.series))
        .replace("SLOTS", slots(measure))
        .replace("FIELDS", &fields(&wanted.series, measure))
}

fn number(slot: Slot) -> String {
    format!("toUInt32({})", slot.number())
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
