//! Writes cells: the marked ones are summed, stored and announced. One for all partitions of the process.
//!
//! What costs in a sum is reading the contributions to a measure, whatever the number of cells. So what several
//! partitions ask for while it is busy is summed together.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fail::fail_point;
use futures::{FutureExt, TryStreamExt, stream};
use tokio::sync::{mpsc, oneshot};
use tracing::{debug, error, warn};
use weir_kernel::clickhouse::{CellRow, ClickHouse, Generation};
use weir_kernel::log::{EventLog, NewRecord, partition_of};
use weir_kernel::topics;
use weir_schemas::cell::{Announcement, Cell, Series};
use weir_schemas::plan::{Measure, Plan};

use super::work::{Marked, Work};
use super::{anew, select};
use crate::Error;
use crate::metrics::GenerationMetrics;

/// Cells stored at a time: a year of every series of a large measure.
const CELLS_AT_A_TIME: usize = 100_000;
/// Measures that are summed side by side: while one is read, another is stored.
const MEASURES_AT_A_TIME: usize = 2;
/// Cells in one announcement: some 100 kB, well below the largest record a log takes.
const CELLS_ANNOUNCED: usize = 400;
/// How long the sum of a backlog waits for the other partitions.
const TOGETHER: Duration = Duration::from_millis(250);
/// A sum that took less is not followed by a rest: at a low load figures come as soon as they can.
const SHORT: Duration = Duration::from_millis(250);
/// How many times as long as a long sum took is rested after it.
const REST_TIMES: u32 = 2;
/// The longest rest after a sum.
const REST_MOST: Duration = Duration::from_secs(5);
/// How often it looks meanwhile whether all is folded.
const LOOK: Duration = Duration::from_millis(50);

/// What a partition asks for, and where to tell it that its cells are there.
struct Asked {
    work: Work,
    done: oneshot::Sender<Result<(), Error>>,
}

/// Where partitions ask for sums.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Asked>);

impl Queue {
    /// Sums work; when it answers, its cells are stored and announced.
    pub(super) async fn sum(&self, work: Work) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.0.send(Asked { work, done }).await.map_err(|_| Error::Stopped)?;
        answer.await.map_err(|_| Error::Stopped)?
    }
}

/// The writer of cells.
pub(crate) struct Writer {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) clickhouse: ClickHouse,
    pub(crate) generation: Generation,
    pub(crate) plan: Arc<Plan>,
    pub(crate) metrics: GenerationMetrics,
    /// Whether the generation is known to be live, or to have been.
    pub(crate) was_live: AtomicBool,
}

impl Writer {
    /// Starts it; it ends when the last queue to it is dropped.
    pub(crate) fn start(self) -> Queue {
        let (queue, asked) = mpsc::channel(64);
        tokio::spawn(self.run(asked));
        Queue(queue)
    }

    async fn run(self, mut asked: mpsc::Receiver<Asked>) {
        while let Some(first) = asked.recv().await {
            if first.work.is_of_all() {
                // Folds that have caught up say so to every partition at once.
                tokio::time::sleep(TOGETHER).await;
            }
            let mut all = vec![first];
            while let Ok(more) = asked.try_recv() {
                all.push(more);
            }
            let begun = Instant::now();
            // Whoever asked finds its question dropped and asks again.
            if AssertUnwindSafe(self.answer(all)).catch_unwind().await.is_err() {
                error!("summing panicked");
            }
            let took = begun.elapsed();
            if took > SHORT {
                self.rest((took * REST_TIMES).min(REST_MOST)).await;
            }
        }
    }

    /// Under load folding goes first: the longer marks wait, the more of them are one sum. So for `most` at most it waits until
    /// all events at hand are folded.
    async fn rest(&self, most: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < most {
            match self.is_all_folded().await {
                Ok(true) => return,
                Ok(false) => tokio::time::sleep(LOOK).await,
                Err(error) => {
                    warn!(%error, "how far folding is can't be told");
                    return;
                }
            }
        }
    }

    async fn is_all_folded(&self) -> Result<bool, Error> {
        let ends = self.log.ends(topics::EVENTS).await?;
        let positions = self.generation.positions(topics::EVENTS).await?;
        let next =
            |partition| positions.iter().find(|one| one.partition == partition).map_or(0, |one| one.next);
        Ok((0..).zip(ends).all(|(partition, end)| next(partition) >= end))
    }

    /// Sums what was asked for together; if that fails, each by itself, so that none fails for another's sake.
    async fn answer(&self, asked: Vec<Asked>) {
        let mut together = Work::default();
        asked.iter().for_each(|asked| together.join(asked.work.clone()));
        let outcome = self.take(together).await;
        let alone = outcome.is_err() && asked.len() > 1;
        let mut outcome = Some(outcome);
        for Asked { work, done } in asked {
            let outcome = match &outcome {
                Some(Ok(())) => Ok(()),
                _ if alone => self.take(work).await,
                _ => outcome.take().unwrap_or(Ok(())),
            };
            // A partition that was lost meanwhile does not wait any more.
            let _ = done.send(outcome);
        }
    }

    async fn take(&self, mut work: Work) -> Result<(), Error> {
        let all = work.take_all();
        if !all.is_empty() {
            let partitions = i32::try_from(self.log.ends(topics::DIRTY).await?.len()).unwrap_or(i32::MAX);
            for mark in anew::marks(&self.generation, &self.plan).await? {
                if let Some(version) = all.get(&partition_of(&mark.series.key(), partitions)) {
                    work.mark(*version, mark);
                }
            }
        }
        let measures = stream::iter(work.by_measure(&self.plan).into_iter().map(Ok));
        measures
            .try_for_each_concurrent(MEASURES_AT_A_TIME, |(measure, series)| self.sum(measure, series))
            .await
    }

    /// Sums marked series of a measure, stores their cells and announces them.
    async fn sum(&self, measure: &Measure, series: Vec<(Series, Marked)>) -> Result<(), Error> {
        let cells =
            select::cells(&self.generation, measure, &self.plan.disclosure.primary(), &series).await?;
        fail_point!("sum-cells-read");
        for cells in cells.chunks(CELLS_AT_A_TIME) {
            let rows = cells.iter().map(CellRow::of).collect::<Result<Vec<_>, _>>()?;
            self.generation.insert("cells", &rows).await?;
        }
        fail_point!("sum-cells-stored");
        if self.is_followed().await? {
            self.announce(&cells).await?;
        }
        fail_point!("sum-cells-announced");
        self.metrics.summed(cells.len());
        debug!(measure = %measure.id, cells = cells.len(), "cells summed");
        Ok(())
    }

    /// Whether anyone may hold the generation's cells already. Before it is live for the first time nobody does: query loads
    /// them once it is, and finds there what was stored before. Asked after cells are stored, so that between the two
    /// none is missed. Later a query of its plan may hold them whatever is live.
    async fn is_followed(&self) -> Result<bool, Error> {
        if !self.was_live.load(Ordering::Relaxed) {
            self.was_live.store(self.clickhouse.was_live(&self.generation).await?, Ordering::Relaxed);
        }
        Ok(self.was_live.load(Ordering::Relaxed))
    }

    /// Announces cells. Whoever follows keeps the greatest version, so it matters not in which partition.
    async fn announce(&self, cells: &[Cell]) -> Result<(), Error> {
        let mut records = Vec::new();
        for cells in cells.chunks(CELLS_ANNOUNCED) {
            let key = cells.first().map(|cell| cell.series.key()).unwrap_or_default();
            let generation = self.generation.name().to_owned();
            let announcement = Announcement::Cells { generation, cells: cells.to_vec() };
            records.push(NewRecord::new(key, serde_json::to_vec(&announcement)?));
        }
        for outcome in self.log.append(topics::CELLS, records).await {
            outcome?;
        }
        Ok(())
    }
}
