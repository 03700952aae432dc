//! The statement that finds how protected sums are spread over their contributors.

use std::collections::BTreeSet;

use weir_schemas::codelist::{Area, AreaLevel, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::Shape;

use crate::clickhouse::sums::Wanted;
use crate::clickhouse::sums::leaf::{area, field, fields, is_placed_once, last_slot, slots};

/// Each contribution in force enters its own slots as what is said now, and those that follow them as what was said before: the next
/// slot, and from a quarter's end the next one's. A contributor is one in a place, whatever the number of its contributions.
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
SELECT toString(measure) AS of_measure, place.1 AS of_area, place.2 AS of_field, slot, since, moves,
       countIf(stands > 0) AS units, sum(abs(says)) AS total,
       arraySlice(arrayReverseSort(groupArray(abs(says))), 1, 2) AS largest,
       countIf(stood > 0) AS before, countIf(says != said) AS changed, sum(abs(says - said)) AS moved,
       arraySlice(arrayReverseSort(groupArray(abs(says - said))), 1, 2) AS largest_moved,
       PANEL_SPREAD
FROM
(
    SELECT measure, place, step.1 AS slot, step.2 AS since, who, moves,
           sumIf(adds, step.3) AS says, sumIf(adds, NOT step.3) AS said,
           sumIf(counts, step.3) AS stands, sumIf(counts, NOT step.3) AS stoodPANEL_SAID
    FROM
    (
        SELECT measure, toString(field) AS of, who, adds, countsPANEL_ADDS, who IN movers AS moves,
               arrayJoin(if(moves, arrayDistinct([PLACES]), [(leaf_area, leaf_field)])) AS place,
               STANDS AS slots,
               arrayConcat(arrayMap(at -> (at, 1, true), slots),
                           arrayMap(at -> (toUInt32(at + 1), 1, false), arrayFilter(at -> at % 100 < 13, slots)),
                           arrayMap(at -> (at, 3, true), arrayFilter(at -> at % 100 IN (6, 9, 12), slots)),
                           arrayMap(at -> (toUInt32(at + 3), 3, false), arrayFilter(at -> at % 100 IN (3, 6, 9), slots))) AS steps,
               arrayJoin(arrayFilter(step -> step.1 IN ASKED, steps)) AS step
        FROM words
    )
    GROUP BY measure, place, slot, since, who, moves
)
GROUP BY measure, place, slot, since, moves
";

/// Of units: each row says what the one before it said, so that all of a key add up to what stands, each once as merging would leave it.
/// Sixty-four bits tell units apart; by their codes it takes twice as long.
const OF_UNITS: &str = "
SELECT measure, area, field, LEAF_AREA AS leaf_area, toString(LEAF_FIELD) AS leaf_field, first_slot, LAST_SLOT AS last,
       sipHash64(entity) AS who, if(live, value, toDecimal128(0, 6)) - before_value AS adds,
       toInt64(live) - (before_status != '-') AS countsPANEL_WORDS
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

/// Where a comparable panel is, what is said in it is spread as well: in words, as it is carried along, as it is said now, and as it is spread.
const PANEL: [(&str, &str); 4] = [
    (
        "PANEL_WORDS",
        ",
       if(live AND prior IS NOT NULL, value, toDecimal128(0, 6))
           - if(before_prior IS NOT NULL, before_value, toDecimal128(0, 6)) AS panel_adds,
       if(live, ifNull(prior, toDecimal128(0, 6)), toDecimal128(0, 6)) - ifNull(before_prior, toDecimal128(0, 6)) AS prior_adds,
       toInt64(live AND prior IS NOT NULL) - (before_prior IS NOT NULL) AS panel_counts",
    ),
    ("PANEL_ADDS", ", panel_adds, prior_adds, panel_counts"),
    (
        "PANEL_SAID",
        ",
           sumIf(panel_adds, step.3) AS panel_says, sumIf(prior_adds, step.3) AS prior_says, sumIf(panel_counts, step.3) AS panel_stands",
    ),
    (
        "PANEL_SPREAD",
        "countIf(panel_stands > 0) AS panel_units, sum(abs(panel_says)) AS panel_total,
       arraySlice(arrayReverseSort(groupArray(abs(panel_says))), 1, 2) AS panel_largest, sum(abs(prior_says)) AS prior_total,
       arraySlice(arrayReverseSort(groupArray(abs(prior_says))), 1, 2) AS prior_largest",
    ),
];

/// Where none is.
const NO_PANEL: [(&str, &str); 4] = [
    ("PANEL_WORDS", ""),
    ("PANEL_ADDS", ""),
    ("PANEL_SAID", ""),
    (
        "PANEL_SPREAD",
        "toUInt64(0) AS panel_units, toDecimal128(0, 6) AS panel_total, CAST([], 'Array(Decimal(38, 6))') AS panel_largest,
       toDecimal128(0, 6) AS prior_total, CAST([], 'Array(Decimal(38, 6))') AS prior_largest",
    ),
];

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
    let panel = if measure.has_panel() { PANEL } else { NO_PANEL };
    let select = SELECT.replace("ROWS", if is_placed_once(measure) { OF_UNITS } else { OF_OTHERS });
    panel
        .into_iter()
        .fold(select, |select, (place, said)| select.replace(place, said))
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
