//! The sum: marked cells are summed anew from the contributions in force, stored and announced.
//!
//! A cell is never the sum of its history, so it cannot drift; and all marks of a cell lie in one
//! partition, so it has one writer.

mod anew;
mod select;
mod work;
mod writer;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use fail::fail_point;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;
use weir_kernel::clickhouse::{Generation, Position};
use weir_kernel::log::{EventLog, Reader, Record};
use weir_kernel::owner::Progress;
use weir_kernel::topics;
use weir_schemas::mark::{Marks, Touched};

use self::work::Work;
pub(crate) use self::writer::{Queue, Writer};
use crate::{Error, Settings};

/// What a sum of any partition needs.
#[derive(Clone)]
pub(crate) struct Sum {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generation: Generation,
    pub(crate) settings: Settings,
    pub(crate) writer: Queue,
}

/// Marks that were read, up to before an offset.
#[derive(Default)]
struct Read {
    work: Work,
    /// The partitions of events whose folds said last that they are far behind.
    far_behind: BTreeSet<i32>,
    next: i64,
    recorded: Timestamp,
}

impl Sum {
    /// Sums the marks of a partition from its stored position until `stop`. After an error, call it again.
    pub(crate) async fn run(
        &self,
        partition: i32,
        stop: CancellationToken,
        progress: Progress,
    ) -> Result<(), Error> {
        let next = self.begin(partition).await?;
        let mut reader = self.log.reader(topics::DIRTY, partition, next).await?;
        loop {
            let read = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                read = self.read(reader.as_mut()) => read?,
            };
            let Some(Read { work, next, recorded, .. }) = read else { continue };
            if !work.is_empty() {
                self.writer.sum(work).await?;
            }
            let position = Position { next, recorded, ..Position::begin(partition) };
            self.generation.store_position(topics::DIRTY, position).await?;
            progress.tell(partition, position.next);
            fail_point!("sum-position-stored");
        }
    }

    /// Where to begin: at the stored position. Where retention has overtaken it, the cells of the partition are summed
    /// anew first, since marks were dropped that nobody met; a new generation has none yet, and begins where the
    /// partition starts.
    async fn begin(&self, partition: i32) -> Result<i64, Error> {
        let starts = self.log.starts(topics::DIRTY).await?;
        let start = usize::try_from(partition).ok().and_then(|at| starts.get(at)).copied().unwrap_or(0);
        let next = self.generation.position(topics::DIRTY, partition).await?.next;
        let ends = self.log.ends(topics::DIRTY).await?;
        let end = usize::try_from(partition).ok().and_then(|at| ends.get(at)).copied().unwrap_or(0);
        if next > end {
            // The versions of cells are offsets: what is summed after these marks would lose to what was before.
            return Err(Error::Lost { topic: topics::DIRTY, partition, end, next });
        }
        if next >= start {
            return Ok(next);
        }
        let mut work = Work::default();
        work.add(partition, start - 1, Touched::All);
        warn!(partition, dropped = start - next, "marks are gone, summing all cells");
        self.writer.sum(work).await?;
        let position = Position { next: start, ..Position::begin(partition) };
        self.generation.store_position(topics::DIRTY, position).await?;
        Ok(start)
    }

    /// The marks at hand; a backlog is summed once, not once a batch. While a fold says that it is far behind it is
    /// waited for, as long as the settings allow, since all that is summed now would be summed again.
    async fn read(&self, reader: &mut dyn Reader) -> Result<Option<Read>, Error> {
        let (mut read, mut limits) = (None, self.settings.read);
        let begun = Instant::now();
        loop {
            let records = reader.read(limits).await?;
            if let Some(last) = records.last() {
                let read = read.get_or_insert_with(Read::default);
                (read.next, read.recorded) = (last.offset + 1, last.recorded);
                records.iter().for_each(|record| read.take(record, self.generation.name()));
            }
            let Some(read_so_far) = &read else { return Ok(None) };
            let waits = !read_so_far.far_behind.is_empty() && begun.elapsed() < self.settings.backlog_wait;
            if read_so_far.work.marks() >= self.settings.marks_most || (records.is_empty() && !waits) {
                return Ok(read);
            }
            limits.wait = if waits { self.settings.read.wait } else { Duration::ZERO };
        }
    }
}

impl Read {
    /// Takes in a record of marks. Those of other generations are theirs to sum.
    fn take(&mut self, record: &Record, generation: &str) {
        match serde_json::from_slice::<Marks>(&record.value) {
            Ok(marks) if marks.generation == generation => {
                match &marks.touched {
                    Touched::All => self.far_behind.insert(marks.folded),
                    Touched::Series(_) => self.far_behind.remove(&marks.folded),
                };
                self.work.add(record.partition, record.offset, marks.touched);
            }
            Ok(_) => {}
            // Whoever wrote it meant something to be summed.
            Err(error) => {
                warn!(partition = record.partition, offset = record.offset, %error, "unreadable marks, summing all cells");
                self.work.add(record.partition, record.offset, Touched::All);
            }
        }
    }
}
