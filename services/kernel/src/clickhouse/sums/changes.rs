//! Leaves by what changed: each row says what the one before it of its key said, so all rows recorded up to a moment add up
//! to what stood then, whoever they are of. Finding each unit's newest row first takes ten times as long.
//!
//! That holds while no row is there twice. Rows of a repeated insert are, until they are merged: then it is said so. Of one
//! place and range of slots an event writes two rows at most, one that takes back and one that stands.

use weir_schemas::plan::{Measure, Rule};

use super::Wanted;
use super::leaf::{NO_PANEL, area, field, fields, is_placed_once, last_slot, slots};

const SELECT: &str = "
SELECT measure AS leaf_measure, AREA AS leaf_area, FIELD AS leaf_field, first_slot, LAST_SLOT AS leaf_last,
       sumIf(value, live) - sum(before_value) AS total,
       if(part = 'supplement', total, toDecimal128(0, 6)) AS added,
       sumIf(value, live AND status IN ('P', 'A')) - sumIf(before_value, before_status IN ('P', 'A')) AS checked,
       PANEL,
       toUInt64(countIf(live) - countIf(before_status != '-')) AS rows_in,
       if(part = 'supplement', toUInt64(0), rows_in) AS units, CAST([], 'Array(FixedString(16))') AS behind,
       multiIf(countIf(live AND status = 'V') != countIf(before_status = 'V'), 'V',
               countIf(live AND status = 'P') != countIf(before_status = 'P'), 'P',
               'A')::Enum8('O' = 0, 'V' = 1, 'E' = 2, 'P' = 3, 'A' = 4) AS least,
       if(part IN ('', 'supplement'), [], [toString(part)]) AS named, '' AS latest,
       countIf(live AND synthetic) != countIf(before_synthetic) AS made_up,
       count() != uniqExact(bitShiftLeft(toUInt64(version), 12) + 2 * partition + live) AS repeated
FROM contributions
WHERE measure IN ? AND SLOTS AND area BETWEEN ? AND ?FIELDS
  AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
GROUP BY leaf_measure, leaf_area, leaf_field, first_slot, leaf_last, part
HAVING rows_in > 0 OR repeated
";

/// Of revenue, what is in the comparable panel; nothing else has one.
const PANEL: &str = "
       sumIf(value, live AND prior IS NOT NULL) - sumIf(before_value, before_prior IS NOT NULL) AS current,
       sumIf(ifNull(prior, toDecimal128(0, 6)), live) - sum(ifNull(before_prior, toDecimal128(0, 6))) AS before,
       toUInt64(countIf(live AND prior IS NOT NULL) - countIf(before_prior IS NOT NULL)) AS both";

/// Whether a measure is counted so: whoever is behind it has at most one row in a slot, so that rows are contributors. Those of
/// items are of several forms.
pub(super) const fn add_up(measure: &Measure) -> bool {
    is_placed_once(measure) && !measure.is_reference() && !matches!(measure.rule, Rule::ReportItem { .. })
}

/// The statement for leaves of such a measure.
pub(super) fn statement(wanted: &Wanted<'_>) -> String {
    SELECT
        .replace("AREA AS", &format!("{} AS", area(wanted)))
        .replace("FIELD AS", &format!("{} AS", field(wanted)))
        .replace("PANEL", if wanted.measure.has_panel() { PANEL } else { NO_PANEL })
        .replace("SLOTS", slots(wanted.measure))
        .replace("LAST_SLOT", last_slot(wanted.measure))
        .replace("FIELDS", &fields(&wanted.series, wanted.measure))
}
