//! Query, and one client that asks it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::KeyRing;
use weir_kernel::shutdown::Shutdown;
use weir_query::{Query, Settings};
use weir_schemas::plan::SICHUAN_14;

use super::{Connection, System};

/// How long it may take to leave.
const DRAIN: Duration = Duration::from_secs(20);

/// As many readers of live streams as a bench wants.
const READERS: usize = 1_000_000;

/// Query at work, as a user of ClickHouse who only reads.
pub(crate) struct Answers {
    url: String,
    address: SocketAddr,
    client: reqwest::Client,
    shutdown: Shutdown,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Answers {
    /// Starts it, and waits until it has figures.
    pub(crate) async fn start(system: &System) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let url = format!("http://{address}");
        let (shutdown, readiness) = (Shutdown::new(), Query::readiness());
        let query = Query {
            log: Arc::clone(&system.log),
            clickhouse: ClickHouse::new(&system.access(system.clickhouse.reader())),
            plan: SICHUAN_14.to_owned(),
            keys: KeyRing::default(),
            settings: Settings { open: true, live_readers: READERS, ..Settings::default() },
        };
        let running = query.run(listener, readiness.clone(), shutdown.clone(), DRAIN);
        let mut task = tokio::spawn(async move { Ok(running.await?) });
        tokio::select! {
            () = readiness.ready() => {}
            ended = &mut task => {
                ended??;
                bail!("query ended by itself");
            }
        }
        Ok(Self { url, address, client: reqwest::Client::new(), shutdown, task })
    }

    /// One more connection to it.
    pub(crate) async fn connect(&self) -> anyhow::Result<Connection> {
        Connection::open(self.url.trim_start_matches("http://")).await
    }

    /// Asks for a path; the answer, and how long it took until its last byte.
    pub(crate) async fn ask(&self, path: &str) -> anyhow::Result<(Value, Duration)> {
        let begun = Instant::now();
        let response = self.client.get(format!("{}{path}", self.url)).send().await?;
        let (status, body) = (response.status(), response.bytes().await?);
        let took = begun.elapsed();
        ensure!(status == StatusCode::OK, "{path} was answered {status}: {}", String::from_utf8_lossy(&body));
        Ok((serde_json::from_slice(&body)?, took))
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.begin();
        self.task.await?
    }
}
