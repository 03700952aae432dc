//! When something that cells are summed from was recorded.

use clickhouse::Row;
use clickhouse::query::Query;
use jiff::Timestamp;
use serde::Deserialize;

use super::Wanted;
use super::leaf;
use crate::clickhouse::generation::timestamp;
use crate::clickhouse::{Error, Generation};

/// Every row, also one that takes back another or that changes nothing in the sum.
const SELECT: &str = "
SELECT DISTINCT toUnixTimestamp64Milli(recorded) AS at
FROM contributions
WHERE measure IN ? AND SLOTS AND area BETWEEN ? AND ?FIELDS
  AND recorded <= fromUnixTimestamp64Milli(?, 'UTC') AND recorded > fromUnixTimestamp64Milli(?, 'UTC')
ORDER BY at
LIMIT ?
";

/// Before every moment that the column holds.
const NEVER: i64 = -1;

#[derive(Row, Deserialize)]
struct Moment {
    at: i64,
}

/// The moments of the measures of `alike`, which one statement finds, in order and at most `most`.
pub(super) async fn of(
    generation: &Generation,
    alike: &[&Wanted<'_>],
    after: Option<Timestamp>,
    most: usize,
) -> Result<Vec<Timestamp>, Error> {
    let Some(first) = alike.first().filter(|wanted| !wanted.slots.is_empty()) else { return Ok(Vec::new()) };
    let ids: Vec<&str> = alike.iter().map(|wanted| &*wanted.measure.id).collect();
    let statement = SELECT
        .replace("SLOTS", leaf::slots(first.measure))
        .replace("FIELDS", &leaf::fields(&first.series, first.measure));
    let after = after.map_or(NEVER, Timestamp::as_millisecond);
    let bind = |query: Query| leaf::bind(query, first, &ids).bind(after).bind(most);
    let moments: Vec<Moment> = generation.select(&statement, bind).await?;
    moments.iter().map(|moment| timestamp("contributions", moment.at)).collect()
}
