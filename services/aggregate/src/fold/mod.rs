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
use weir_kernel::owner::Progress;
use weir_kernel::topics;
use weir_schemas::mark::{Mark, Marks, Touched};
use weir_schemas::plan::Plan;
use weir_schemas::release::{self, Asked};

use self::batch::Batch;
use self::cache::Cache;
use crate::metrics::GenerationMetrics;
use crate::{Error, Settings};

/// Marks in one record: some 100 kB, well below the largest record a log takes.
const MARKS_IN_RECORD: usize = 800;

/// A fold that was far behind has caught up once what is left is so small a part of a backlog.
const CAUGHT_UP: u64 = 10;

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
        let mut cache = Cache::new(self.settings.cached_events, position.next == 0);
        let marked = self.log.ends(topics::DIRTY).await?.len();
        // What an attempt before this one said last is not known.
        let mut marking = Marking { partitions: i32::try_from(marked).unwrap_or(i32::MAX), far_behind: true };
        self.metrics.reached(&position);
        loop {
            let records = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                records = reader.read(self.settings.read) => records?,
            };
            let mut rest = records.as_slice();
            while !rest.is_empty() {
                let at_a_time = load::at_a_time(rest, &cache, load::SUBJECTS_AT_A_TIME);
                let (records, later) = rest.split_at(at_a_time);
                rest = later;
                let Some(last) = records.last() else { break };
                let next = last.offset + 1;
                let (recorded, accounts) =
                    self.take(partition, position, records, &mut cache, &mut marking).await?;
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
        marking: &mut Marking,
    ) -> Result<(Timestamp, Accounts), Error> {
        let mut batch = Batch::read(records, position.recorded);
        fail_point!("fold-batch-read");
        load::missing(&self.generation, partition, position.next, batch.subjects(), cache).await?;
        batch.apply(cache, &self.plan)?;

        self.generation.insert("set_aside", &batch.set_aside).await?;
        self.generation.insert("events", &batch.events).await?;
        fail_point!("fold-events-stored");
        self.generation.insert("contributions", &batch.contributions).await?;
        fail_point!("fold-contributions-stored");
        self.generation.insert("findings", &batch.findings).await?;
        fail_point!("fold-findings-stored");
        self.mark(partition, &batch, records, marking).await?;
        fail_point!("fold-marks-appended");
        self.ask(&batch).await?;

        cache.shrink();
        self.metrics.folded(partition, &batch.accounts);
        debug!(partition, records = records.len(), contributions = batch.contributions.len(), "batch folded");
        Ok((batch.recorded, batch.accounts))
    }

    /// Marks what the batch touched: in each partition of the marks the series that lie in it. Far behind, everything; and
    /// caught up, each partition is told so.
    async fn mark(
        &self,
        partition: i32,
        batch: &Batch<'_>,
        records: &[Record],
        marking: &mut Marking,
    ) -> Result<(), Error> {
        let was_far_behind = marking.far_behind;
        let behind = self.behind(partition, records).await?;
        marking.far_behind = if was_far_behind {
            // The last of a backlog is worth waiting for: what is summed before it is summed again.
            behind > self.settings.backlog / CAUGHT_UP
        } else {
            behind > self.settings.backlog
        };
        let mut touched: BTreeMap<i32, Vec<Mark>> = BTreeMap::new();
        if was_far_behind || marking.far_behind {
            touched.extend((0..marking.partitions).map(|partition| (partition, Vec::new())));
        }
        if !marking.far_behind {
            for mark in batch.marks(&self.plan) {
                let partition = partition_of(&mark.series.key(), marking.partitions);
                touched.entry(partition).or_default().push(mark);
            }
        }
        let mut said = Vec::new();
        for (at, marks) in touched {
            let key = key_of(at, marking.partitions);
            let mut say = |touched| {
                let marks =
                    Marks { generation: self.generation.name().to_owned(), folded: partition, touched };
                said.push(NewRecord::new(key.clone(), serde_json::to_vec(&marks)?));
                Ok::<_, Error>(())
            };
            if marking.far_behind {
                say(Touched::All)?;
            } else if marks.is_empty() {
                say(Touched::Series(marks))?;
            } else {
                marks.chunks(MARKS_IN_RECORD).try_for_each(|marks| say(Touched::Series(marks.to_vec())))?;
            }
        }
        for outcome in self.log.append(topics::DIRTY, said).await {
            outcome?;
        }
        Ok(())
    }

    /// Asks for the releases that the batch's events ask for. One that was asked for before, or is cut, is not cut again.
    async fn ask(&self, batch: &Batch<'_>) -> Result<(), Error> {
        let record = |asked: &Asked| {
            let asked = serde_json::to_vec(&release::Record::Asked(asked.clone()))?;
            Ok::<_, Error>(NewRecord::new(self.plan.id.clone(), asked))
        };
        let records = batch.releases.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        if !records.is_empty() {
            for outcome in self.log.append(topics::RELEASES, records).await {
                outcome?;
            }
        }
        Ok(())
    }

    /// How many records of a partition are still to be folded after these.
    async fn behind(&self, partition: i32, records: &[Record]) -> Result<u64, Error> {
        let Some(last) = records.last() else { return Ok(0) };
        let ends = self.log.ends(topics::EVENTS).await?;
        let end = usize::try_from(partition).ok().and_then(|at| ends.get(at)).copied().unwrap_or(0);
        Ok(u64::try_from(end - last.offset - 1).unwrap_or(0))
    }
}

/// How a fold marks what it touches.
struct Marking {
    /// Partitions of the marks.
    partitions: i32,
    /// Whether it said last that it is far behind.
    far_behind: bool,
}
