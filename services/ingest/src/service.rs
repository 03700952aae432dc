//! The service: what it works with, its router, and how it runs.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use weir_kernel::keys::KeyRing;
use weir_kernel::log::{self, EventLog};
use weir_kernel::ops::{Readiness, with_operations};
use weir_kernel::shutdown::{Shutdown, serve};
use weir_kernel::telemetry;
use weir_kernel::topics::{LOG, prepare};

use crate::http;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::shares::Shares;

/// Tells the time of receipt; a test's own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why the service ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log's topics are there with other partitions, or it refuses them.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// The listener failed.
    #[error("the ingestion service can't listen: {0}")]
    Listen(#[from] io::Error),
}

/// What ingestion works with.
#[derive(Clone)]
pub struct Ingest {
    /// Where events go.
    pub log: Arc<dyn EventLog>,
    /// How many partitions the log's topics have, where they are made.
    pub partitions: i32,
    /// Who may send events.
    pub keys: KeyRing,
    /// How much at once.
    pub limits: Limits,
    /// The time of receipt.
    pub clock: Clock,
}

/// The service's state; clones share it.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) keys: KeyRing,
    pub(crate) limits: Arc<Limits>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) readiness: Readiness,
    /// Begins when the service is to leave.
    pub(crate) shutdown: Shutdown,
    /// What each key may take of places and memory.
    pub(crate) shares: Shares,
    /// How much each key has sent lately.
    pub(crate) rates: Rates,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Ingest {
    /// The readiness to run with: not ready until the log's topics are there.
    pub fn readiness() -> Readiness {
        Readiness::waiting_for([LOG])
    }

    /// The routes, with the operators' beside them. Once `shutdown` begins, streams under way end with their totals.
    pub fn router(self, readiness: Readiness, shutdown: Shutdown) -> Router {
        let mut registry: Registry = telemetry::registry("ingest");
        let metrics = Metrics::new(&mut registry);
        let rates = Rates::new(&self.limits);
        let limits = Arc::new(self.limits);
        let shares = Shares::new(&limits);
        let service = Service {
            log: self.log,
            keys: self.keys,
            limits,
            clock: self.clock,
            metrics,
            readiness: readiness.clone(),
            shutdown,
            shares,
            rates,
        };
        with_operations(http::routes(service), readiness, Arc::new(registry))
    }

    /// Takes events on `listener` until `shutdown` begins and what is under way is answered, or `drain` has passed.
    ///
    /// # Errors
    /// When the listener fails, or the log's topics are there with other partitions. While the log can't be reached
    /// it answers that, and waits.
    pub async fn run(
        self,
        listener: TcpListener,
        readiness: Readiness,
        shutdown: Shutdown,
        drain: Duration,
    ) -> Result<(), Error> {
        let (log, partitions) = (Arc::clone(&self.log), self.partitions);
        let router = self.router(readiness.clone(), shutdown.clone());
        let mut serving = std::pin::pin!(serve(listener, router, &readiness, &shutdown, drain));
        tokio::select! {
            served = &mut serving => return Ok(served?),
            prepared = prepare(log.as_ref(), partitions, &readiness) => prepared?,
        }
        Ok(serving.await?)
    }
}
