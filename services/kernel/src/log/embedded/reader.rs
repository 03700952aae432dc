//! Reading a partition in order.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::blocking;
use super::file::File;
use super::headers;
use crate::log::{Error, Headers, Limits, Reader, Record};

/// Reads one partition of the embedded log.
#[derive(Debug)]
pub(super) struct PartitionReader {
    /// The log's file.
    pub(super) file: Arc<File>,
    /// The topic's name, for errors.
    pub(super) topic: String,
    /// The partition's number.
    pub(super) partition: i32,
    /// The partition's row id.
    pub(super) id: i64,
    /// The next offset to read.
    pub(super) next: i64,
    /// Signals that the partition may have grown.
    pub(super) grown: watch::Receiver<()>,
}

#[async_trait]
impl Reader for PartitionReader {
    async fn read(&mut self, limits: Limits) -> Result<Vec<Record>, Error> {
        let deadline = Instant::now() + limits.wait;
        loop {
            // Marked before looking: what grows from here on wakes the wait below.
            self.grown.borrow_and_update();
            let records = self.fetch(limits).await?;
            if let Some(last) = records.last() {
                self.next = last.offset + 1;
                return Ok(records);
            }
            match timeout_at(deadline, self.grown.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(Error::Closed),
                Err(_) => return Ok(Vec::new()),
            }
        }
    }
}

impl PartitionReader {
    async fn fetch(&self, limits: Limits) -> Result<Vec<Record>, Error> {
        let (file, partition, id, from) = (Arc::clone(&self.file), self.partition, self.id, self.next);
        let (records, bounds) = blocking(move || {
            file.read(|connection| {
                let records = fetch(connection, partition, id, from, limits)?;
                let bounds = bounds(connection, id)?;
                Ok((records, bounds))
            })
        })
        .await?;
        self.check(from, bounds)?;
        Ok(records)
    }

    /// That `offset` is one the partition holds or will give to its next record.
    pub(super) fn check(&self, offset: i64, (start, end): (i64, i64)) -> Result<(), Error> {
        if (start..=end).contains(&offset) {
            return Ok(());
        }
        Err(Error::OutOfRange { topic: self.topic.clone(), partition: self.partition, offset, start, end })
    }
}

/// A partition's first offset and the one its next record will have.
pub(super) fn bounds(connection: &Connection, id: i64) -> Result<(i64, i64), rusqlite::Error> {
    connection
        .prepare_cached("SELECT start, next FROM partition WHERE id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn fetch(
    connection: &Connection,
    partition: i32,
    id: i64,
    from: i64,
    limits: Limits,
) -> Result<Vec<Record>, rusqlite::Error> {
    let mut select = connection.prepare_cached(&format!(
        "SELECT offset, recorded, key, headers, value FROM records_{id} WHERE offset >= ? ORDER BY offset LIMIT ?"
    ))?;
    let limit = i64::try_from(limits.rows.max(1)).unwrap_or(i64::MAX);
    let mut rows = select.query(params![from, limit])?;
    let mut records = Vec::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let record = record(partition, row)?;
        bytes += record.size();
        records.push(record);
        if bytes >= limits.bytes {
            break;
        }
    }
    Ok(records)
}

fn record(partition: i32, row: &Row<'_>) -> Result<Record, rusqlite::Error> {
    let recorded = Timestamp::from_millisecond(row.get(1)?).map_err(|e| {
        rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Integer, e.into())
    })?;
    Ok(Record {
        partition,
        offset: row.get(0)?,
        recorded,
        key: row.get(2)?,
        headers: row.get_ref(3)?.as_blob_or_null()?.map_or_else(Headers::new, headers::decode),
        value: Bytes::copy_from_slice(row.get_ref(4)?.as_blob()?),
    })
}
