//! Aggregation, started and stopped, and when its cells are current.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use weir_aggregate::{Aggregate, Settings};
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::KeyRing;
use weir_kernel::log::{EventLog, Limits, partition_of};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics;
use weir_schemas::cell::Announcement;
use weir_schemas::plan::SICHUAN_14;

use super::System;

/// How long it may take to leave.
const DRAIN: Duration = Duration::from_secs(20);

/// Aggregation at work.
pub(crate) struct Aggregation {
    log: Arc<dyn EventLog>,
    partitions: i32,
    shutdown: Shutdown,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Aggregation {
    /// Starts it.
    pub(crate) async fn start(system: &System, settings: Settings) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let shutdown = Shutdown::new();
        let aggregate = Aggregate {
            log: Arc::clone(&system.log),
            partitions: system.partitions,
            clickhouse: ClickHouse::new(&system.writer()),
            plan: SICHUAN_14.to_owned(),
            keys: KeyRing::default(),
            settings,
        };
        let running = aggregate.run(listener, Aggregate::readiness(), shutdown.clone(), DRAIN);
        let task = tokio::spawn(async move { Ok(running.await?) });
        Ok(Self { log: Arc::clone(&system.log), partitions: system.partitions, shutdown, task })
    }

    /// Starts it, and waits until its cells are current and live.
    pub(crate) async fn start_current(system: &System, settings: Settings) -> anyhow::Result<Self> {
        let is_live = system.is_live().await?;
        let mut aggregation = Self::start(system, settings).await?;
        if !is_live {
            aggregation.announces(|announced| matches!(announced, Announcement::Live { .. })).await?;
        }
        aggregation.current().await?;
        Ok(aggregation)
    }

    /// Waits until the cells reflect every event that is in the log now.
    pub(crate) async fn current(&mut self) -> anyhow::Result<()> {
        let now = Timestamp::now();
        self.announces(|announced| matches!(announced, Announcement::Closed { at, .. } if *at >= now)).await
    }

    /// Waits for an announcement.
    async fn announces(&mut self, awaited: impl Fn(&Announcement) -> bool) -> anyhow::Result<()> {
        let announced = announced(self.log.as_ref(), self.partitions, awaited);
        tokio::select! {
            announced = announced => announced,
            ended = &mut self.task => {
                ended??;
                bail!("aggregation ended by itself")
            }
        }
    }

    /// Lets it finish the batches at hand, and ends it.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.begin();
        self.task.await?
    }
}

/// Waits for an announcement that is none of cells. To look into ClickHouse for what it tells would cost what is being
/// measured.
async fn announced(
    log: &dyn EventLog,
    partitions: i32,
    awaited: impl Fn(&Announcement) -> bool,
) -> anyhow::Result<()> {
    let partition = partition_of("", partitions);
    let ends = log.ends(topics::CELLS).await?;
    let end = usize::try_from(partition).ok().and_then(|at| ends.get(at)).copied().unwrap_or(0);
    let mut reader = log.reader(topics::CELLS, partition, end).await?;
    loop {
        for record in reader.read(Limits::default()).await?.iter().filter(|record| record.key.is_empty()) {
            if awaited(&serde_json::from_slice(&record.value)?) {
                return Ok(());
            }
        }
    }
}
