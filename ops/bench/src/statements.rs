//! Which of ClickHouse's statements and merges the time went into, for whoever wants to make them faster.

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;

use crate::system::System;

/// Kinds of statements that are shown.
const SHOWN: &str = "12";
/// Characters of a statement that are shown.
const WIDTH: usize = 110;

#[derive(Row, Deserialize)]
struct Kind {
    times: u64,
    milliseconds: u64,
    cpu_milliseconds: u64,
    rows_read: u64,
    memory_mib: u64,
    example: String,
}

const SELECT: &str = "
SELECT count() AS times, sum(query_duration_ms) AS milliseconds,
       intDiv(sum(ProfileEvents['UserTimeMicroseconds'] + ProfileEvents['SystemTimeMicroseconds']), 1000)
           AS cpu_milliseconds,
       sum(read_rows) AS rows_read, toUInt64(intDiv(max(memory_usage), 1048576)) AS memory_mib, any(query) AS example
FROM system.query_log
WHERE type = 'QueryFinish' AND event_time_microseconds >= fromUnixTimestamp64Micro(?)
GROUP BY normalized_query_hash
ORDER BY milliseconds DESC
LIMIT ";

#[derive(Row, Deserialize)]
struct Parts {
    table: String,
    what: String,
    times: u64,
    milliseconds: u64,
    rows: u64,
}

const PARTS: &str = "
SELECT table, toString(event_type) AS what, count() AS times, sum(duration_ms) AS milliseconds, sum(rows) AS rows
FROM system.part_log
WHERE event_type IN ('NewPart', 'MergeParts') AND event_time_microseconds >= fromUnixTimestamp64Micro(?)
GROUP BY table, what
ORDER BY milliseconds DESC
LIMIT ";

/// Prints on standard error the kinds of statements finished since a moment that took longest together, and what parts of
/// tables were written and merged.
pub(crate) async fn print(system: &System, since: Timestamp) -> anyhow::Result<()> {
    let client = system.client();
    client.query("SYSTEM FLUSH LOGS query_log").execute().await?;
    let statement = format!("{SELECT}{SHOWN}");
    let kinds: Vec<Kind> = client.query(&statement).bind(since.as_microsecond()).fetch_all().await?;
    eprintln!("{:>7} {:>9} {:>9} {:>12} {:>7}  statement", "times", "ms", "cpu ms", "rows read", "max MiB");
    for Kind { times, milliseconds, cpu_milliseconds, rows_read, memory_mib, example } in kinds {
        let words: Vec<&str> = example.split_whitespace().collect();
        let statement: String = words.join(" ").chars().take(WIDTH).collect();
        eprintln!(
            "{times:>7} {milliseconds:>9} {cpu_milliseconds:>9} {rows_read:>12} {memory_mib:>7}  {statement}"
        );
    }
    client.query("SYSTEM FLUSH LOGS part_log").execute().await?;
    let statement = format!("{PARTS}{SHOWN}");
    let parts: Vec<Parts> = client.query(&statement).bind(since.as_microsecond()).fetch_all().await?;
    eprintln!("{:>7} {:>9} {:>12}  parts of", "times", "ms", "rows");
    for Parts { table, what, times, milliseconds, rows } in parts {
        eprintln!("{times:>7} {milliseconds:>9} {rows:>12}  {table}: {what}");
    }
    Ok(())
}
