//! Dropping records past their topic's retention.

use jiff::Timestamp;
use rusqlite::{Connection, params};

/// Records dropped from a partition in one transaction, so that appends never wait long.
const STEP: i64 = 10_000;

/// Drops some of the records that are past their retention at `now`; answers whether there may be more.
pub(super) fn trim(connection: &Connection, now: Timestamp) -> Result<bool, rusqlite::Error> {
    let mut kept = connection.prepare_cached(
        "SELECT partition.id, topic.retention_ms FROM partition JOIN topic ON topic.id = partition.topic
         WHERE topic.retention_ms IS NOT NULL AND partition.start < partition.next",
    )?;
    let partitions = kept
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, i64)>, rusqlite::Error>>()?;
    let mut more = false;
    for (partition, retention) in partitions {
        more |=
            trim_partition(connection, partition, now.as_millisecond().saturating_sub(retention))? == STEP;
    }
    Ok(more)
}

fn trim_partition(connection: &Connection, partition: i64, before: i64) -> Result<i64, rusqlite::Error> {
    let (dropped, last): (i64, Option<i64>) = connection
        .prepare_cached(&format!(
            "SELECT count(*), max(offset) FROM (SELECT offset, recorded FROM records_{partition} ORDER BY offset LIMIT {STEP})
             WHERE recorded < ?"
        ))?
        .query_row([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if let Some(last) = last {
        connection.execute(&format!("DELETE FROM records_{partition} WHERE offset <= ?"), [last])?;
        connection.execute("UPDATE partition SET start = ? WHERE id = ?", params![last + 1, partition])?;
    }
    Ok(dropped)
}
