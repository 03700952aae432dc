//! Releases: cuts those that events ask for, one after the other, and writes them into the log.
//!
//! What a cut wrote is never computed again: whoever shows releases reads them from the log.

mod cells;
mod cutting;
mod history;
mod record;

use std::sync::Arc;
use std::time::Duration;

use fail::fail_point;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use weir_kernel::clickhouse::Generation;
use weir_kernel::log::{EventLog, Limits, NewRecord, partition_of};
use weir_kernel::owner::Progress;
use weir_kernel::topics;
use weir_schemas::plan::Plan;
use weir_schemas::release::{Asked, Header, Record, Refused, Releases};

use self::cutting::Cutting;
pub(crate) use self::record::asked;
use crate::generation::Generations;
use crate::{Error, Settings};

/// How long the log is waited for before what it holds is looked at: as soon after the event a release is begun.
const WAIT: Duration = Duration::from_millis(500);

/// What cutting releases needs.
#[derive(Clone)]
pub(crate) struct Releasing {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generations: Generations,
    pub(crate) generation: Generation,
    pub(crate) plan: Arc<Plan>,
    /// SHA-256 of the plan file, hexadecimal.
    pub(crate) plan_hash: Arc<str>,
    pub(crate) settings: Settings,
    /// The latest moment that was closed.
    pub(crate) closed: watch::Receiver<Timestamp>,
}

impl Releasing {
    /// Cuts what is asked for, until `stop`. Releases of a plan lie in one partition, so that each is cut by one process.
    pub(crate) async fn run(
        &self,
        partition: i32,
        stop: CancellationToken,
        _progress: Progress,
    ) -> Result<(), Error> {
        let partitions = self.log.ends(topics::RELEASES).await?.len();
        if partition != partition_of(&self.plan.id, i32::try_from(partitions).unwrap_or(i32::MAX)) {
            stop.cancelled().await;
            return Ok(());
        }
        let mut releases = Releases::default();
        let mut reader = self.log.reader(topics::RELEASES, partition, 0).await?;
        loop {
            let records = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                records = reader.read(Limits { wait: WAIT, ..self.settings.read }) => records?,
            };
            for record in &records {
                // Another plan's are passed over. What does not read may be a release: none is cut that does not know of it.
                if record.key == self.plan.id {
                    releases.take(serde_json::from_slice(&record.value)?, record.offset);
                }
            }
            // All that is there is read first: it may hold what was asked for.
            if !records.is_empty() {
                continue;
            }
            if let Some(asked) = releases.waiting().cloned()
                && self.is_time(&asked).await?
            {
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    outcome = self.cut(partition, &releases, asked) => outcome?,
                }
            }
        }
    }

    /// Whether the moment is closed, in the generation that answers.
    async fn is_time(&self, asked: &Asked) -> Result<bool, Error> {
        if *self.closed.borrow() < asked.cut {
            return Ok(false);
        }
        let live = self.generations.clickhouse.live().await?;
        Ok(live.is_some_and(|live| live.name() == self.generation.name()))
    }

    /// Cuts one release, or refuses to.
    async fn cut(&self, partition: i32, releases: &Releases, asked: Asked) -> Result<(), Error> {
        if let Some(last) = releases.cut().last().filter(|last| last.header.asked.cut >= asked.cut) {
            let Asked { name, cut, .. } = &last.header.asked;
            let reason =
                format!("{name:?} was cut as of {cut}, which is no earlier: releases follow one another");
            warn!(release = asked.name, reason, "a release is refused");
            return self.refuse(asked, reason).await;
        }
        info!(release = asked.name, cut = %asked.cut, "cutting a release");
        let (name, again) = (asked.name.clone(), asked.clone());
        let cutting = Cutting { releasing: self, partition, releases, asked };
        let (header, parts) = match cutting.parts().await {
            // Again it would be the same, and those after it would wait for it.
            Err(error @ (Error::Amount(_) | Error::Undecided | Error::TooLong(_))) => {
                // The log may tell of whom; what everybody reads names nobody.
                error!(release = name, ?error, "a release can't be cut");
                return self.refuse(again, error.to_string()).await;
            }
            cut => cut?,
        };
        fail_point!("release-cut");
        self.append(parts).await?;
        let Header { protected, suppressed, .. } = header;
        info!(release = name, protected, suppressed, "a release is cut");
        Ok(())
    }

    async fn refuse(&self, asked: Asked, reason: String) -> Result<(), Error> {
        self.append(vec![Record::Refused(Refused { asked, reason })]).await
    }

    /// Appends records. Where one fails some may be missing: an attempt that is not whole is none.
    async fn append(&self, records: Vec<Record>) -> Result<(), Error> {
        let written = records.iter().map(|record| {
            Ok::<_, serde_json::Error>(NewRecord::new(self.plan.id.clone(), serde_json::to_vec(record)?))
        });
        let written = written.collect::<Result<Vec<_>, _>>()?;
        for outcome in self.log.append(topics::RELEASES, written).await {
            outcome?;
        }
        Ok(())
    }
}
