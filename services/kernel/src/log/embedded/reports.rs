//! How far the owners of topics say that they have come.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

/// Positions of a group that are to be stored: the next offset, by the partition's row id.
#[derive(Debug, Clone, Default)]
pub(super) struct Reports(BTreeMap<(String, i64), i64>);

impl Reports {
    /// One more, or another of the same partition.
    pub(super) fn note(&mut self, group: &str, partition: i64, next: i64) {
        self.0.insert((group.to_owned(), partition), next);
    }

    /// What was noted for a partition.
    pub(super) fn noted(&self, group: &str, partition: i64) -> Option<i64> {
        self.0.get(&(group.to_owned(), partition)).copied()
    }

    /// Those of `others` too.
    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Writes all of them.
    pub(super) fn store(&self, connection: &Connection) -> Result<(), rusqlite::Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut store = connection
            .prepare_cached("INSERT OR REPLACE INTO reported (owners, partition, next) VALUES (?, ?, ?)")?;
        for ((group, partition), next) in &self.0 {
            store.execute(params![group, partition, next])?;
        }
        Ok(())
    }
}

/// What is stored for a partition.
pub(super) fn stored(
    connection: &Connection,
    group: &str,
    partition: i64,
) -> Result<Option<i64>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT next FROM reported WHERE owners = ? AND partition = ?")?
        .query_row(params![group, partition], |row| row.get(0))
        .optional()
}
