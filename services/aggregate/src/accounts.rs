//! What became of the records of a partition, counted in the tables.

use clickhouse::Row;
use serde::Deserialize;
use weir_kernel::clickhouse::{Accounts, Generation};

use crate::Error;

#[derive(Row, Deserialize)]
struct Counted {
    stored: u64,
    duplicates: u64,
    conflicts: u64,
    set_aside: u64,
}

/// A replayed batch has written its rows again, so offsets are counted and not rows.
const SELECT: &str = "
SELECT uniqExactIf(offset, disposition = 'stored') AS stored,
       uniqExactIf(offset, disposition = 'duplicate') AS duplicates,
       uniqExactIf(offset, disposition = 'conflict') AS conflicts,
       uniqExactIf(offset, disposition = 'set_aside') AS set_aside
FROM
(
    SELECT offset, disposition FROM events WHERE partition = ? AND offset < ?
    UNION ALL
    SELECT offset, 'set_aside' AS disposition FROM set_aside WHERE partition = ? AND offset < ?
)
";

/// What became of the records of a partition before an offset, as the tables say.
pub(crate) async fn recounted(generation: &Generation, partition: i32, next: i64) -> Result<Accounts, Error> {
    let bind = |query: clickhouse::query::Query| query.bind(partition).bind(next).bind(partition).bind(next);
    let rows: Vec<Counted> = generation.select(SELECT, bind).await?;
    let counted = rows.into_iter().next();
    Ok(counted.map_or_else(Accounts::default, |row| Accounts {
        stored: row.stored,
        duplicates: row.duplicates,
        conflicts: row.conflicts,
        set_aside: row.set_aside,
    }))
}
