//! Appends that are written in one transaction.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use super::headers;
use crate::log::{Error, NewRecord};

/// An append on its way: records with the row ids of their partitions, and who waits for their offsets.
#[derive(Debug)]
pub(super) struct Appending {
    /// The records, each with its partition's row id.
    pub(super) records: Vec<(i64, NewRecord)>,
    /// Takes the offsets, in order.
    pub(super) answer: oneshot::Sender<Result<Vec<i64>, Error>>,
}

/// Appends to be written together.
#[derive(Debug)]
pub(super) struct Group {
    appends: Vec<Appending>,
    records: usize,
    tails: BTreeMap<i64, Tail>,
}

/// The end of a partition.
#[derive(Debug, Clone, Copy)]
struct Tail {
    next: i64,
    recorded: i64,
}

impl Group {
    /// A group of one.
    pub(super) fn new(append: Appending) -> Self {
        let mut group = Self { appends: Vec::new(), records: 0, tails: BTreeMap::new() };
        group.push(append);
        group
    }

    /// One more.
    pub(super) fn push(&mut self, append: Appending) {
        self.records += append.records.len();
        self.appends.push(append);
    }

    /// How many records there are.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// The row ids of the partitions written to.
    pub(super) fn partitions(&self) -> impl Iterator<Item = i64> {
        self.tails.keys().copied()
    }

    /// Writes the records at the ends of their partitions and answers all their offsets, in order. Nothing is written
    /// when it fails.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Vec<i64>, rusqlite::Error> {
        let mut offsets = Vec::with_capacity(self.records);
        for (partition, record) in self.appends.iter().flat_map(|append| &append.records) {
            let tail = match self.tails.get_mut(partition) {
                Some(tail) => tail,
                None => self.tails.entry(*partition).or_insert(read_tail(connection, *partition, now)?),
            };
            connection
                .prepare_cached(&format!(
                    "INSERT INTO records_{partition} (offset, recorded, key, headers, value) VALUES (?, ?, ?, ?, ?)"
                ))?
                .execute(params![
                    tail.next,
                    tail.recorded,
                    record.key,
                    headers::encode(&record.headers),
                    record.value.as_ref()
                ])?;
            offsets.push(tail.next);
            tail.next += 1;
        }
        let mut store =
            connection.prepare_cached("UPDATE partition SET next = ?, recorded = ? WHERE id = ?")?;
        for (partition, tail) in &self.tails {
            store.execute(params![tail.next, tail.recorded, partition])?;
        }
        Ok(offsets)
    }

    /// Tells each append its offsets, or the failure they share.
    pub(super) fn answer(self, outcome: Result<Vec<i64>, Error>) {
        let mut outcome = outcome.map(Vec::into_iter);
        for append in self.appends {
            let share = match &mut outcome {
                Ok(offsets) => Ok(offsets.by_ref().take(append.records.len()).collect()),
                Err(error) => Err(error.clone()),
            };
            // Who no longer waits needs no answer.
            let _ = append.answer.send(share);
        }
    }
}

/// The end of a partition, and when the records written there now are recorded: never before the last one.
fn read_tail(connection: &Connection, partition: i64, now: Timestamp) -> Result<Tail, rusqlite::Error> {
    connection.prepare_cached("SELECT next, recorded FROM partition WHERE id = ?")?.query_row(
        [partition],
        |row| {
            let recorded: i64 = row.get(1)?;
            Ok(Tail { next: row.get(0)?, recorded: recorded.max(now.as_millisecond()) })
        },
    )
}
