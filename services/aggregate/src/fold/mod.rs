//! The fold: events of one partition become contributions, and marks on the cells they touch.

mod batch;
mod cache;
mod findings;
mod load;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use fail::fail_point;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::debug;
use weir_kernel::clickhouse::{Accounts, Generation, Position};
use weir_kernel::log::{EventLog, NewRecord, Record, key_of, partition_of};
use weir_kernel::topics;
use weir_schemas::mark::{Mark, Marks, Touched};
use weir_schemas::plan::Plan;

use self::batch::Batch;
use self::cache::Cache;
use crate::metrics::GenerationMetrics;
use crate::owner::Progress;
use crate::{Error, Settings};

/// Marks in one record: some 100 kB, well below the largest record a log takes.
const MARKS_IN_RECORD: usize = 800;

/// What a fold of any partition needs.
#[derive(Clone)]
pub(crate) struct Fold {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generation: Generation,
    pub(crate) plan: Arc<Plan>,
    pub(crate) settings: Settings,
    pub(crate) metrics: GenerationMetrics,
}

impl Fold {
    /// Folds a partition from its stored position until `stop`. After an error, call it again: it starts
    /// from the position anew, and what it repeats changes nothing.
    pub(crate) async fn run(
        &self,
        partition: i32,
        stop: CancellationToken,
        progress: Progress,
    ) -> Result<(), Error> {
        let mut position = self.generation.position(topics::EVENTS, partition).await?;
        let mut reader = self.log.reader(topics::EVENTS, partition, position.next).await?;
        let mut cache = Cache::new(self.settings.cached_events);
        loop {
            let records = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                records = reader.read(self.settings.read) => records?,
            };
            if let Some(last) = records.last() {
                let next = last.offset + 1;
                let (recorded, accounts) = self.take(partition, position, &records, &mut cache).await?;
                let accounts = position.accounts.and(accounts);
                position = Position { partition, next, recorded, accounts };
                self.generation.store_position(topics::EVENTS, position).await?;
                self.metrics.reached(&position);
                progress.tell(partition, position.next);
                fail_point!("fold-position-stored");
            }
        }
    }

    /// Takes in a batch, in the order that ARCHITECTURE.md gives: events, contributions, marks; the position after them.
    async fn take(
        &self,
        partition: i32,
        position: Position,
        records: &[Record],
        cache: &mut Cache,
    ) -> Result<(Timestamp, Accounts), Error> {
        let mut batch = Batch::read(records, position.recorded);
        fail_point!("fold-batch-read");
        load::missing(&self.generation, partition, position.next, batch.subjects(), cache).await?;
        batch.apply(cache, &self.plan)?;

        self.generation.insert("set_aside", &batch.set_aside).await?;
        self.generation.insert("events", &batch.events).await?;
        fail_point!("fold-events-stored");
        self.generation.insert("contributions", &batch.contributions).await?;
        self.generation.insert("findings", &batch.findings).await?;
        fail_point!("fold-contributions-stored");
        let far_behind = self.is_far_behind(partition, records).await?;
        self.mark(&batch, far_behind).await?;
        fail_point!("fold-marks-appended");

        cache.shrink();
        self.metrics.folded(partition, &batch.accounts);
        debug!(partition, records = records.len(), contributions = batch.contributions.len(), "batch folded");
        Ok((batch.recorded, batch.accounts))
    }

    /// Marks what the batch touched: in each partition of the marks the series that lie in it. Far behind, everything.
    async fn mark(&self, batch: &Batch<'_>, far_behind: bool) -> Result<(), Error> {
        let partitions = i32::try_from(self.log.ends(topics::DIRTY).await?.len()).unwrap_or(i32::MAX);
        let mut touched: BTreeMap<i32, Vec<Mark>> = BTreeMap::new();
        for mark in batch.marks() {
            touched.entry(partition_of(&mark.series.key(), partitions)).or_default().push(mark);
        }
        let mut records = Vec::new();
        for (partition, marks) in touched {
            let key = key_of(partition, partitions);
            let record = |touched| {
                let marks = Marks { generation: self.generation.name().to_owned(), touched };
                Ok(NewRecord::new(key.clone(), serde_json::to_vec(&marks)?))
            };
            if far_behind {
                records.push(record(Touched::All));
            } else {
                let some = marks.chunks(MARKS_IN_RECORD);
                records.extend(some.map(|marks| record(Touched::Series(marks.to_vec()))));
            }
        }
        let records = records.into_iter().collect::<Result<Vec<_>, serde_json::Error>>()?;
        for outcome in self.log.append(topics::DIRTY, records).await {
            outcome?;
        }
        Ok(())
    }

    /// Whether so much of a partition is still to be folded that summing waits for it. Only a full batch can tell.
    async fn is_far_behind(&self, partition: i32, records: &[Record]) -> Result<bool, Error> {
        let (Some(last), true) = (records.last(), records.len() >= self.settings.read.rows) else {
            return Ok(false);
        };
        let ends = self.log.ends(topics::EVENTS).await?;
        let end = usize::try_from(partition).ok().and_then(|at| ends.get(at)).copied().unwrap_or(0);
        Ok(u64::try_from(end - last.offset).unwrap_or(0) > self.settings.backlog)
    }
}
