//! The sum: marked cells are summed anew from the contributions in force, stored and announced.
//!
//! A cell is never the sum of its history, so it cannot drift; and all marks of a cell lie in one
//! partition, so it has one writer.

mod anew;
mod select;
mod work;

use std::sync::Arc;

use fail::fail_point;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};
use weir_kernel::clickhouse::{CellRow, Generation, Position};
use weir_kernel::log::{EventLog, Limits, NewRecord, Record, partition_of};
use weir_kernel::topics;
use weir_schemas::cell::{Announcement, Cell, Mark};
use weir_schemas::plan::Plan;

use self::work::Work;
use crate::metrics::Metrics;
use crate::owner::Progress;
use crate::{Error, Settings};

/// What a sum of any partition needs.
#[derive(Clone)]
pub(crate) struct Sum {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generation: Generation,
    pub(crate) plan: Arc<Plan>,
    pub(crate) settings: Settings,
    pub(crate) metrics: Metrics,
}

impl Sum {
    /// Sums the marks of a partition from its stored position until `stop`. After an error, call it again.
    pub(crate) async fn run(
        &self,
        partition: i32,
        stop: CancellationToken,
        progress: Progress,
    ) -> Result<(), Error> {
        let mut next = self.begin(partition).await?;
        let mut reader = self.log.reader(topics::DIRTY, partition, next).await?;
        loop {
            let records = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                records = reader.read(self.settings.read) => records?,
            };
            let Some(last) = records.last() else { continue };
            next = last.offset + 1;
            let recorded = last.recorded;
            let mut work = self.plan_work(&records);
            // A backlog is summed once, not once a batch.
            while work.marks() < self.settings.marks_most {
                let at_hand = Limits { wait: std::time::Duration::ZERO, ..self.settings.read };
                let more = reader.read(at_hand).await?;
                let Some(last) = more.last() else { break };
                next = last.offset + 1;
                work.add(self.decode(&more));
            }
            self.take(work).await?;
            let position = Position { partition, next, recorded };
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
        let stored = self.generation.positions(topics::DIRTY).await?;
        let next = stored.iter().find(|stored| stored.partition == partition).map_or(0, |stored| stored.next);
        if next >= start {
            return Ok(next);
        }
        let mut work = Work::default();
        let partitions = i32::try_from(starts.len()).unwrap_or(i32::MAX);
        let marks = anew::marks(&self.generation, &self.plan).await?;
        work.add(
            marks
                .filter(|mark| partition_of(&mark.series.key(), partitions) == partition)
                .map(|mark| (start - 1, mark)),
        );
        warn!(
            partition,
            dropped = start - next,
            cells_of = work.marks(),
            "marks are gone, summing all cells"
        );
        self.take(work).await?;
        let position = Position { partition, next: start, recorded: Timestamp::UNIX_EPOCH };
        self.generation.store_position(topics::DIRTY, position).await?;
        Ok(start)
    }

    fn plan_work(&self, records: &[Record]) -> Work {
        let mut work = Work::default();
        work.add(self.decode(records));
        work
    }

    /// The marks of this generation, each with its offset. Those of others are theirs to sum.
    fn decode<'a>(&'a self, records: &'a [Record]) -> impl Iterator<Item = (i64, Mark)> + 'a {
        let mark =
            |record: &Record| Some((record.offset, serde_json::from_slice::<Mark>(&record.value).ok()?));
        records.iter().filter_map(mark).filter(|(_, mark)| mark.generation == self.generation.name())
    }

    async fn take(&self, work: Work) -> Result<(), Error> {
        for (measure, series) in work.by_measure(&self.plan) {
            let cells = select::cells(&self.generation, measure, &series).await?;
            fail_point!("sum-cells-read");
            let rows = cells.iter().map(CellRow::of).collect::<Result<Vec<_>, _>>()?;
            self.generation.insert("cells", &rows).await?;
            fail_point!("sum-cells-stored");
            let count = cells.len();
            self.announce(cells).await?;
            fail_point!("sum-cells-announced");
            self.metrics.summed(count);
            debug!(measure = %measure.id, cells = count, "cells summed");
        }
        Ok(())
    }

    /// Announces cells, those of a series together.
    async fn announce(&self, cells: Vec<Cell>) -> Result<(), Error> {
        let mut records = Vec::new();
        for cells in cells.chunk_by(|one, other| one.series == other.series) {
            let Some(first) = cells.first() else { continue };
            let announcement =
                Announcement::Cells { generation: self.generation.name().to_owned(), cells: cells.to_vec() };
            records.push(NewRecord::new(first.series.key(), serde_json::to_vec(&announcement)?));
        }
        for outcome in self.log.append(topics::CELLS, records).await {
            outcome?;
        }
        Ok(())
    }
}
