//! Keeps the cells up to date: subscribes to the announcements, loads the cells, applies what was announced since.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use weir_kernel::log::{EventLog, Limits, Reader, Record};
use weir_kernel::ops::Readiness;
use weir_kernel::{clickhouse, log, topics};
use weir_schemas::cell::Announcement;

use super::LiveCells;
use super::store::Store;
use super::watermark::Watermark;
use crate::metrics::Metrics;

/// A need of readiness: cells that are kept up to date.
const CELLS: &str = "cells";
/// A need of readiness: a moment up to which they are complete.
const CLOSED: &str = "closed";
/// All that readiness waits for.
pub(crate) const NEEDS: [&str; 2] = [CELLS, CLOSED];

/// Why the announcements can't be followed for now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Lost {
    /// The log, or that retention overtook the reader.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] clickhouse::Error),
}

/// Follows the announcements into [`LiveCells`].
pub(crate) struct Follower<S> {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) store: S,
    pub(crate) live: Arc<LiveCells>,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Metrics,
    /// The longest pause between two tries.
    pub(crate) retry: Duration,
}

impl<S: Store> Follower<S> {
    /// Follows for ever. What is held goes on answering while the log or the store is away.
    pub(crate) async fn run(self) {
        let first = self.retry / 100;
        let mut pause = first;
        loop {
            let mut caught_up = false;
            let Err(lost) = self.follow(&mut caught_up).await;
            if caught_up {
                pause = first;
            }
            tracing::warn!(%lost, ?pause, "the cells are not kept up to date, trying again");
            self.readiness.lost(CELLS, lost.to_string());
            tokio::time::sleep(pause).await;
            pause = (pause * 2).clamp(first, self.retry);
        }
    }

    /// Everything is loaded again whenever this begins, so it never needs to know how much it missed.
    async fn follow(&self, caught_up: &mut bool) -> Result<std::convert::Infallible, Lost> {
        let ends = self.log.ends(topics::CELLS).await?;
        self.load(None).await?;
        self.readiness.met(CELLS);
        *caught_up = true;
        let mut reads = FuturesUnordered::new();
        for (partition, from) in (0..).zip(&ends) {
            let reader = self.log.reader(topics::CELLS, partition, *from).await?;
            reads.push(read(partition, reader));
        }
        let mut watermark = Watermark::from(ends);
        loop {
            let Some((partition, reader, records)) = reads.next().await else {
                return Err(log::Error::UnknownTopic(topics::CELLS.to_owned()).into());
            };
            self.apply(&records?, &mut watermark).await?;
            reads.push(read(partition, reader));
        }
    }

    async fn apply(&self, records: &[Record], watermark: &mut Watermark) -> Result<(), Lost> {
        for record in records {
            match serde_json::from_slice(&record.value) {
                Ok(announcement) => self.take(announcement, watermark).await?,
                Err(error) => {
                    let (partition, offset) = (record.partition, record.offset);
                    tracing::warn!(partition, offset, %error, "a record is no announcement");
                    self.metrics.announced("unreadable");
                }
            }
            watermark.read_to(record.partition, record.offset + 1);
        }
        if watermark.wants_ends() {
            watermark.wait_for(self.log.ends(topics::CELLS).await?);
        }
        if let Some(at) = watermark.reached() {
            self.live.close(at);
            self.readiness.met(CLOSED);
        }
        Ok(())
    }

    async fn take(&self, announcement: Announcement, watermark: &mut Watermark) -> Result<(), Lost> {
        match announcement {
            Announcement::Cells { generation, cells } => {
                self.metrics.announced("cells");
                self.metrics.replaced(self.live.put(&generation, cells));
            }
            Announcement::Closed { generation, at } => {
                self.metrics.announced("closed");
                if self.holds(&generation) {
                    watermark.hear(at);
                } else if self.live.closed() <= Some(at) && self.load(Some((&generation, at))).await? {
                    watermark.forget();
                }
            }
            Announcement::Live { generation } => {
                self.metrics.announced("live");
                // The one that is held answers on until this one has closed a moment as late as its last.
                if self.live.generation().is_none() {
                    self.load(None).await?;
                }
                tracing::info!(generation, "another generation is live");
            }
        }
        Ok(())
    }

    fn holds(&self, generation: &str) -> bool {
        self.live.read(|held| held.generation == generation).unwrap_or_default()
    }

    /// Loads the generation that the store says is live; an announcement alone may be old, or never come. What is stored of
    /// one that announced a moment is complete up to it. Says whether it answers now.
    async fn load(&self, announced: Option<(&str, Timestamp)>) -> Result<bool, Lost> {
        let Some(generation) = self.store.live().await? else { return Ok(false) };
        if announced.is_some_and(|(announced, _)| announced != generation) {
            return Ok(false);
        }
        let mut projection = self.store.load(&generation).await?;
        projection.closed = projection.closed.max(announced.map(|(_, at)| at));
        tracing::info!(generation, cells = projection.cells.len(), "cells loaded");
        let answers = self.live.swap(projection);
        match self.live.closed() {
            Some(_) => self.readiness.met(CLOSED),
            None => self.readiness.lost(CLOSED, "no moment is closed yet"),
        }
        Ok(answers)
    }
}

/// Reads on from where the reader is, and hands it back for the next time.
async fn read(
    partition: i32,
    mut reader: Box<dyn Reader>,
) -> (i32, Box<dyn Reader>, Result<Vec<Record>, log::Error>) {
    let records = reader.read(Limits::default()).await;
    (partition, reader, records)
}

#[cfg(test)]
mod tests;
