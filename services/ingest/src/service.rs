//! The service: what it works with, its router, and how it runs.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use weir_kernel::keys::Keys;
use weir_kernel::log::{Error, EventLog};
use weir_kernel::ops::{Readiness, with_operations};
use weir_kernel::shutdown::{Shutdown, serve};
use weir_kernel::{telemetry, topics};

use crate::http;
use crate::limits::Limits;
use crate::metrics::Metrics;

/// Tells the time of receipt; a test's own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the service needs besides its own parts.
#[derive(Clone)]
pub struct Parts {
    /// Where events go.
    pub log: Arc<dyn EventLog>,
    /// Who may send them.
    pub keys: Arc<Keys>,
    /// How much at once.
    pub limits: Limits,
    /// The time of receipt.
    pub clock: Clock,
}

impl Parts {
    /// Parts with the system's clock.
    pub fn new(log: Arc<dyn EventLog>, keys: Arc<Keys>, limits: Limits) -> Self {
        Self { log, keys, limits, clock: Arc::new(Timestamp::now) }
    }
}

/// The service's state; clones share it.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) readiness: Readiness,
    /// One permit for each request that may be served.
    pub(crate) places: Arc<Semaphore>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The routes of ingestion, with the operators' beside them.
pub fn router(parts: Parts, readiness: Readiness) -> Router {
    let mut registry: Registry = telemetry::registry("ingest");
    let metrics = Metrics::new(&mut registry);
    let places = Arc::new(Semaphore::new(parts.limits.max_requests));
    let service = Service {
        log: parts.log,
        keys: parts.keys,
        limits: Arc::new(parts.limits),
        clock: parts.clock,
        metrics,
        readiness: readiness.clone(),
        places,
    };
    with_operations(http::routes(service), readiness, Arc::new(registry))
}

/// Runs ingestion on `listener` until `shutdown` begins and what is under way is answered, or `drain` has passed.
///
/// It creates the topics, with `partitions` each, before it takes anything, and waits for the log where it must.
///
/// # Errors
///
/// When the listener fails, or the log's topics are there with other partitions.
pub async fn run(
    parts: Parts,
    partitions: i32,
    listener: TcpListener,
    shutdown: &Shutdown,
    drain: Duration,
) -> io::Result<()> {
    let readiness = Readiness::waiting_for([LOG]);
    let log = Arc::clone(&parts.log);
    let router = router(parts, readiness.clone());
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "ingestion listens");
    }
    let serving = serve(listener, router, &readiness, shutdown, drain);
    let preparing = prepare(log.as_ref(), partitions, &readiness);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        served = &mut serving => return served,
        prepared = preparing => prepared.map_err(io::Error::other)?,
    }
    serving.await
}

/// What the service waits for.
const LOG: &str = "log";
const PAUSE: Duration = Duration::from_secs(1);

/// Creates the topics once the log can be reached.
async fn prepare(log: &dyn EventLog, partitions: i32, readiness: &Readiness) -> Result<(), Error> {
    loop {
        match log.create_topics(&topics::topics(partitions)).await {
            Ok(()) => {
                readiness.met(LOG);
                return Ok(());
            }
            Err(error) if error.is_retryable() => {
                tracing::warn!(%error, "the log can't be reached yet");
                readiness.lost(LOG, error.to_string());
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
        }
    }
}
