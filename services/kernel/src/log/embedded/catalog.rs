//! The topics in the file: created once, then never changed but for their retention.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::{Connection, OptionalExtension, params};

use super::file::File;
use crate::log::{Error, Topic};

/// A topic's partitions in the file: their row ids, by number.
#[derive(Debug)]
pub(super) struct Partitions(Vec<i64>);

impl Partitions {
    /// How many there are.
    pub(super) fn count(&self) -> i32 {
        i32::try_from(self.0.len()).unwrap_or(i32::MAX)
    }

    /// The row ids, by number.
    pub(super) fn ids(&self) -> impl Iterator<Item = i64> {
        self.0.iter().copied()
    }

    /// The row id of a partition, if it exists.
    pub(super) fn id(&self, number: i32) -> Option<i64> {
        usize::try_from(number).ok().and_then(|number| self.0.get(number).copied())
    }
}

/// The topics seen so far. What another process creates is found when it is asked for.
#[derive(Debug, Default)]
pub(super) struct Catalog(RwLock<HashMap<String, Arc<Partitions>>>);

impl Catalog {
    /// The topic's partitions, when known without reading.
    pub(super) fn known(&self, topic: &str) -> Option<Arc<Partitions>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(topic).cloned()
    }

    /// The topic's partitions, from the file when not yet known.
    pub(super) fn find(&self, file: &File, topic: &str) -> Result<Arc<Partitions>, Error> {
        if let Some(known) = self.known(topic) {
            return Ok(known);
        }
        let ids = file.read(|connection| partition_ids(connection, topic))?;
        if ids.is_empty() {
            return Err(Error::UnknownTopic(topic.to_owned()));
        }
        let found = Arc::new(Partitions(ids));
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(topic.to_owned(), Arc::clone(&found));
        Ok(found)
    }
}

/// The names of the topics that begin with `prefix`, in order.
pub(super) fn names(connection: &Connection, prefix: &str) -> Result<Vec<String>, rusqlite::Error> {
    connection
        .prepare_cached("SELECT name FROM topic WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name")?
        .query_map([prefix], |row| row.get(0))?
        .collect()
}

fn partition_ids(connection: &Connection, topic: &str) -> Result<Vec<i64>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT partition.id FROM partition JOIN topic ON topic.id = partition.topic
             WHERE topic.name = ? ORDER BY partition.number",
        )?
        .query_map([topic], |row| row.get(0))?
        .collect()
}

/// Creates `topic` unless it is there, with the retention asked for; answers how many partitions it has.
pub(super) fn create(connection: &Connection, topic: &Topic) -> Result<i32, rusqlite::Error> {
    let retention = topic.retention.map(|kept| i64::try_from(kept.as_millis()).unwrap_or(i64::MAX));
    let existing = connection
        .query_row("SELECT partitions FROM topic WHERE name = ?", [&topic.name], |row| row.get(0))
        .optional()?;
    if let Some(partitions) = existing {
        connection
            .execute("UPDATE topic SET retention_ms = ? WHERE name = ?", params![retention, topic.name])?;
        return Ok(partitions);
    }
    connection.execute(
        "INSERT INTO topic (name, partitions, retention_ms) VALUES (?, ?, ?)",
        params![topic.name, topic.partitions, retention],
    )?;
    let id = connection.last_insert_rowid();
    for number in 0..topic.partitions {
        connection.execute("INSERT INTO partition (topic, number) VALUES (?, ?)", params![id, number])?;
        let partition = connection.last_insert_rowid();
        connection.execute_batch(&format!(
            "CREATE TABLE records_{partition} (
                offset INTEGER PRIMARY KEY, recorded INTEGER NOT NULL, key TEXT NOT NULL, headers BLOB, value BLOB NOT NULL
            )"
        ))?;
    }
    Ok(topic.partitions)
}
