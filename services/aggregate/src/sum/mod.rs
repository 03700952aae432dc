//! The sum: marked cells are summed anew from the contributions in force, stored and announced.
//!
//! A cell is never the sum of its history, so it cannot drift; and all marks of a cell lie in one
//! partition, so it has one writer.

mod anew;
mod select;
mod work;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use fail::fail_point;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;
use weir_kernel::clickhouse::{Generation, Position};
use weir_kernel::log::{EventLog, Reader, Record};
use weir_kernel::topics;
use weir_schemas::mark::{Marks, Touched};

use self::work::Work;
pub(crate) use self::writer::{Queue, Writer};
use crate::owner::Progress;
use crate::{Error, Settings};

/// How long no fold may say that it is far behind before a backlog is summed.
const CAUGHT_UP: Duration = Duration::from_secs(1);

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
            let Some(Read { work, next, recorded }) = read else { continue };
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
        let (begun, mut far_behind) = (Instant::now(), Instant::now());
        loop {
            let records = reader.read(limits).await?;
            let Some(last) = records.last() else { break };
            let Read { work, next, recorded } = read.get_or_insert_with(Read::default);
            (*next, *recorded) = (last.offset + 1, last.recorded);
            for (partition, offset, touched) in self.decode(&records) {
                if touched == Touched::All {
                    far_behind = Instant::now();
                }
                work.add(partition, offset, touched);
            }
            if work.marks() >= self.settings.marks_most {
                break;
            }
            let waits = work.is_of_all()
                && far_behind.elapsed() < CAUGHT_UP
                && begun.elapsed() < self.settings.backlog_wait;
            limits.wait = if waits { CAUGHT_UP } else { Duration::ZERO };
        }
        Ok(read)
    }

    /// The marks of this generation, each with its place. Those of others are theirs to sum.
    fn decode<'a>(&'a self, records: &'a [Record]) -> impl Iterator<Item = (i32, i64, Touched)> + 'a {
        let marks = |record: &Record| {
            let marks: Marks = serde_json::from_slice(&record.value).ok()?;
            let own = marks.generation == self.generation.name();
            own.then_some((record.partition, record.offset, marks.touched))
        };
        records.iter().filter_map(marks)
    }
}
