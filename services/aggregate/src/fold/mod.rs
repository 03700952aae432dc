//! The fold: events of one partition become contributions, and marks on the cells they touch.

mod batch;
mod cache;
mod load;
mod rows;

use std::sync::Arc;

use fail::fail_point;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::debug;
use weir_kernel::clickhouse::{Generation, Position};
use weir_kernel::log::{EventLog, NewRecord, Record};
use weir_kernel::topics;
use weir_schemas::plan::Plan;

use self::batch::Batch;
pub(crate) use self::batch::Counts;
use self::cache::Cache;
use crate::metrics::Metrics;
use crate::owner::Progress;
use crate::{Error, Settings};

/// What a fold of any partition needs.
#[derive(Clone)]
pub(crate) struct Fold {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generation: Generation,
    pub(crate) plan: Arc<Plan>,
    pub(crate) settings: Settings,
    pub(crate) metrics: Metrics,
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
        let positions = self.generation.positions(topics::EVENTS).await?;
        let begin = Position { partition, next: 0, recorded: Timestamp::UNIX_EPOCH };
        let mut position =
            positions.into_iter().find(|stored| stored.partition == partition).unwrap_or(begin);
        let mut reader = self.log.reader(topics::EVENTS, partition, position.next).await?;
        let mut cache = Cache::new(self.settings.cached_events);
        loop {
            let records = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                records = reader.read(self.settings.read) => records?,
            };
            if let Some(last) = records.last() {
                let next = last.offset + 1;
                let recorded = self.take(partition, position, &records, &mut cache).await?;
                position = Position { partition, next, recorded };
                self.generation.store_position(topics::EVENTS, position).await?;
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
    ) -> Result<Timestamp, Error> {
        let mut batch = Batch::read(records, position.recorded);
        fail_point!("fold-batch-read");
        load::missing(&self.generation, partition, position.next, batch.subjects(), cache).await?;
        batch.apply(cache, &self.plan)?;

        self.generation.insert("set_aside", &batch.set_aside).await?;
        self.generation.insert("events", &batch.events).await?;
        fail_point!("fold-events-stored");
        self.generation.insert("contributions", &batch.contributions).await?;
        fail_point!("fold-contributions-stored");
        self.mark(&batch).await?;
        fail_point!("fold-marks-appended");

        cache.shrink();
        self.metrics.folded(partition, &batch.counts);
        debug!(partition, records = records.len(), contributions = batch.contributions.len(), "batch folded");
        Ok(batch.recorded)
    }

    async fn mark(&self, batch: &Batch<'_>) -> Result<(), Error> {
        let marks = batch.marks(self.generation.name());
        let record = |mark: &weir_schemas::cell::Mark| {
            Ok(NewRecord::new(mark.series.key(), serde_json::to_vec(mark)?))
        };
        let records = marks.iter().map(record).collect::<Result<Vec<_>, serde_json::Error>>()?;
        for outcome in self.log.append(topics::DIRTY, records).await {
            outcome?;
        }
        Ok(())
    }
}
