//! Records that changed nothing: conflicts, and those that were set aside.

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;
use weir_kernel::clickhouse::{Error, Generation};

/// A record that is no event.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct SetAside {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// In milliseconds.
    pub(crate) recorded: i64,
    pub(crate) code: String,
    pub(crate) reason: String,
}

/// An event with the identity of an earlier one and other content, and where the earlier one is.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct Conflict {
    pub(crate) subject: String,
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) r#type: String,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// In milliseconds.
    pub(crate) recorded: i64,
    pub(crate) first_type: String,
    pub(crate) first_offset: i64,
    /// In milliseconds.
    pub(crate) first_recorded: i64,
}

/// What lists of records are ordered by: recorded time in milliseconds, partition and offset.
pub(crate) type Key = (i64, i32, i64);

/// Before everything.
const BEGIN: Key = (-1, -1, -1);

#[derive(Row, Deserialize)]
struct CountRow {
    records: u64,
}

const SET_ASIDE: &str = "
SELECT ?fields FROM set_aside
WHERE recorded <= fromUnixTimestamp64Milli(?, 'UTC') AND (toUnixTimestamp64Milli(recorded), partition, offset) > ?
ORDER BY recorded, partition, offset LIMIT 1 BY partition, offset LIMIT ?";

/// Of the areas around it, a conflict lies in that of its bureau.
const CONFLICTS: &str = "
FROM events
WHERE disposition = 'conflict' AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')
  AND arrayExists(span -> toUInt32OrZero(substring(source, length('/bureaus/') + 1)) BETWEEN span.1 AND span.2, ?)
  AND (toUnixTimestamp64Milli(recorded), partition, offset) > ?";

/// The records set aside up to a moment that follow a key: at most `most`, in order.
pub(crate) async fn set_aside(
    generation: &Generation,
    until: Timestamp,
    after: Option<Key>,
    most: usize,
) -> Result<Vec<SetAside>, Error> {
    let bind = |query: clickhouse::query::Query| {
        query.bind(until.as_millisecond()).bind(after.unwrap_or(BEGIN)).bind(most)
    };
    generation.select(SET_ASIDE, bind).await
}

/// How many were set aside up to a moment.
pub(crate) async fn count_set_aside(generation: &Generation, until: Timestamp) -> Result<u64, Error> {
    let select = "SELECT uniqExact(partition, offset) AS records FROM set_aside \
                  WHERE recorded <= fromUnixTimestamp64Milli(?, 'UTC')";
    let rows: Vec<CountRow> = generation.select(select, |query| query.bind(until.as_millisecond())).await?;
    Ok(rows.first().map_or(0, |row| row.records))
}

/// The conflicts up to a moment of bureaus inside some areas that follow a key: at most `most`, in order.
pub(crate) async fn conflicts(
    generation: &Generation,
    until: Timestamp,
    inside: &[(u32, u32)],
    after: Option<Key>,
    most: usize,
) -> Result<Vec<Conflict>, Error> {
    // The page first: what they conflict with is then a short read by subject.
    let select = format!(
        "WITH page AS (SELECT subject, source, id, type, partition, offset, recorded {CONFLICTS} \
         ORDER BY recorded, partition, offset LIMIT 1 BY partition, offset LIMIT ?) \
         SELECT page.subject AS subject, page.source AS source, page.id AS id, page.type AS type, \
         page.partition AS partition, page.offset AS offset, page.recorded AS recorded, \
         toString(first.type) AS first_type, first.offset AS first_offset, first.recorded AS first_recorded \
         FROM page INNER JOIN (SELECT subject, source, id, type, offset, recorded FROM events \
         WHERE disposition = 'stored' AND subject IN (SELECT subject FROM page) \
         LIMIT 1 BY subject, source, id) AS first USING (subject, source, id) \
         ORDER BY recorded, partition, offset"
    );
    let bind = |query: clickhouse::query::Query| {
        query.bind(until.as_millisecond()).bind(inside).bind(after.unwrap_or(BEGIN)).bind(most)
    };
    generation.select(&select, bind).await
}

/// How many conflicts there are up to a moment of bureaus inside some areas.
pub(crate) async fn count_conflicts(
    generation: &Generation,
    until: Timestamp,
    inside: &[(u32, u32)],
) -> Result<u64, Error> {
    let select = format!("SELECT uniqExact(partition, offset) AS records {CONFLICTS}");
    let bind = |query: clickhouse::query::Query| query.bind(until.as_millisecond()).bind(inside).bind(BEGIN);
    let rows: Vec<CountRow> = generation.select(&select, bind).await?;
    Ok(rows.first().map_or(0, |row| row.records))
}
