//! Dropping records past their topic's retention.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Most records that are dropped in one transaction: appends wait no longer than for that.
const STEP: i64 = 10_000;

/// Drops records of one partition that are past their retention at `now`, at most [`STEP`]; answers whether there may be
/// more, there or in another.
pub(super) fn trim(connection: &Connection, now: Timestamp) -> Result<bool, rusqlite::Error> {
    let mut kept = connection.prepare_cached(
        "SELECT partition.id, topic.retention_ms FROM partition JOIN topic ON topic.id = partition.topic
         WHERE topic.retention_ms IS NOT NULL AND partition.start < partition.next",
    )?;
    let partitions = kept
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, i64)>, rusqlite::Error>>()?;
    for (partition, retention) in partitions {
        if trim_partition(connection, partition, now.as_millisecond().saturating_sub(retention))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Drops the oldest records of a partition that were recorded before a moment; answers whether there were any.
fn trim_partition(connection: &Connection, partition: i64, before: i64) -> Result<bool, rusqlite::Error> {
    let oldest: Option<i64> = connection
        .prepare_cached(&format!("SELECT recorded FROM records_{partition} ORDER BY offset LIMIT 1"))?
        .query_row([], |row| row.get(0))
        .optional()?;
    if oldest.is_none_or(|oldest| oldest >= before) {
        return Ok(false);
    }
    let last: Option<i64> = connection
        .prepare_cached(&format!(
            "SELECT max(offset) FROM (SELECT offset, recorded FROM records_{partition} ORDER BY offset LIMIT {STEP})
             WHERE recorded < ?"
        ))?
        .query_row([before], |row| row.get(0))?;
    let Some(last) = last else { return Ok(false) };
    connection.execute(&format!("DELETE FROM records_{partition} WHERE offset <= ?"), [last])?;
    connection.execute("UPDATE partition SET start = ? WHERE id = ?", params![last + 1, partition])?;
    Ok(true)
}
