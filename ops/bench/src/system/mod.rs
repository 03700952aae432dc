//! The system that is measured: the embedded log, the embedded ClickHouse, and the services in this process.

mod aggregation;
mod answers;
mod connection;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use clickhouse::{Client, Row};
use serde::Deserialize;
use tempfile::TempDir;
use weir_engines::clickhouse::{EmbeddedClickHouse, Options, User};
use weir_kernel::clickhouse::{ClickHouse, Settings};
use weir_kernel::log::{self, EventLog};
use weir_kernel::topics;

use crate::LAUNCHER;
use crate::feed::Event;
use crate::setup::Setup;

pub(crate) use aggregation::Aggregation;
pub(crate) use answers::Answers;
pub(crate) use connection::Connection;

/// Records that are appended at a time while nothing is measured.
const AT_A_TIME: usize = 10_000;
/// How often to look whether ClickHouse has come to rest, and how often in a row it has to be seen resting.
const REST: (Duration, u32) = (Duration::from_millis(250), 4);

/// A log and a ClickHouse in a folder of their own, which goes with them.
pub(crate) struct System {
    log: Arc<dyn EventLog>,
    clickhouse: EmbeddedClickHouse,
    partitions: i32,
    folder: TempDir,
}

#[derive(Row, Deserialize)]
struct Count {
    count: u64,
}

impl System {
    /// Starts an empty one.
    pub(crate) async fn start(setup: &Setup) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let settings = log::embedded::Settings::new(folder.path().join("log"));
        let log = log::open(&log::Settings::Embedded(settings)).await.context("the event log")?;
        log.create_topics(&topics::topics(setup.partitions)).await?;
        let clickhouse = start_clickhouse(&folder).await?;
        Ok(Self { log, clickhouse, partitions: setup.partitions, folder })
    }

    /// Appends events, some at a time.
    pub(crate) async fn append(&self, events: &[Event]) -> anyhow::Result<()> {
        for events in events.chunks(AT_A_TIME) {
            self.append_at_once(events).await?;
        }
        Ok(())
    }

    /// Appends events so that readers meet them all at once.
    pub(crate) async fn append_at_once(&self, events: &[Event]) -> anyhow::Result<()> {
        let records = events.iter().map(Event::record).collect();
        for outcome in self.log.append(topics::EVENTS, records).await {
            outcome.context("the log refused an event")?;
        }
        Ok(())
    }

    /// Waits until ClickHouse has merged what it wants to merge.
    pub(crate) async fn rests(&self) -> anyhow::Result<()> {
        let mut resting = 0;
        while resting < REST.1 {
            let merges = self.client().query("SELECT count() AS count FROM system.merges");
            resting = if merges.fetch_one::<Count>().await?.count == 0 { resting + 1 } else { 0 };
            tokio::time::sleep(REST.0).await;
        }
        Ok(())
    }

    /// Whether any generation is live.
    pub(crate) async fn is_live(&self) -> anyhow::Result<bool> {
        Ok(ClickHouse::new(&self.writer()).live().await?.is_some())
    }

    /// That the live generation holds so many events, none set aside, and cells: that what was measured is the whole.
    pub(crate) async fn holds(&self, events: usize) -> anyhow::Result<()> {
        let live = ClickHouse::new(&self.writer()).live().await?.context("no generation is live")?;
        let count = async |what: &str| {
            let counted: Vec<Count> = live.select(&format!("SELECT {what}"), |query| query).await?;
            anyhow::Ok(counted.first().map_or(0, |counted| counted.count))
        };
        let stored = count("uniqExact(partition, offset) AS count FROM events").await?;
        let set_aside = count("count() AS count FROM set_aside").await?;
        let cells = count("count() AS count FROM cells").await?;
        ensure!(stored == events as u64, "{stored} events are stored of {events}");
        ensure!(set_aside == 0, "{set_aside} events are set aside");
        ensure!(cells > 0, "there are no cells");
        Ok(())
    }

    /// Ends ClickHouse and starts it again on the same folder, with none of its caches.
    pub(crate) async fn restart_clickhouse(self) -> anyhow::Result<Self> {
        self.clickhouse.stop().await?;
        let clickhouse = start_clickhouse(&self.folder).await?;
        Ok(Self { clickhouse, ..self })
    }

    /// Ends it.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        Ok(self.clickhouse.stop().await?)
    }

    /// A client of ClickHouse, as the user who writes.
    pub(crate) fn client(&self) -> Client {
        let Settings { url, user, password, .. } = self.writer();
        Client::default().with_url(url).with_user(user).with_password(password)
    }

    /// Partitions of the log.
    pub(crate) const fn partitions(&self) -> i32 {
        self.partitions
    }

    /// The group of ClickHouse's processes.
    pub(crate) fn clickhouse_group(&self) -> u32 {
        self.clickhouse.pid()
    }

    fn writer(&self) -> Settings {
        self.access(self.clickhouse.writer())
    }

    fn access(&self, user: &User) -> Settings {
        Settings {
            url: self.clickhouse.url(),
            user: user.name.clone(),
            password: user.password.clone(),
            request_timeout: Settings::REQUEST_TIMEOUT,
        }
    }
}

async fn start_clickhouse(folder: &TempDir) -> anyhow::Result<EmbeddedClickHouse> {
    let own = std::env::current_exe().context("the path of this executable")?;
    let options = Options::new(folder.path().join("clickhouse"), vec![own.into(), LAUNCHER.into()]);
    EmbeddedClickHouse::start(options).await.context("the embedded ClickHouse")
}
