//! The service: what it works with, its router, and how it runs.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;
use weir_kernel::keys::KeyRing;
use weir_kernel::listener::Listener;
use weir_kernel::log::{self, EventLog};
use weir_kernel::ops::{Readiness, with_operations};
use weir_kernel::shutdown::{Shutdown, serve};
use weir_kernel::telemetry;
use weir_kernel::topics::{LOG, prepare};

use crate::http;
use crate::inbox::{Inboxes, Taking};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::quotas::Quotas;
use crate::rates::Rates;
use crate::rounds::{ROUNDS, RoundSettings, Rounds};
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
    /// What becomes of reports that come after their round was closed.
    pub rounds: RoundSettings,
    /// What is taken from the topics that bureaus write to.
    pub inboxes: Inboxes,
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
    pub(crate) rounds: Rounds,
    pub(crate) metrics: Metrics,
    pub(crate) readiness: Readiness,
    /// Begins when the service is to leave.
    pub(crate) shutdown: Shutdown,
    /// What each key may take of places and memory.
    pub(crate) shares: Shares,
    /// Room for pages of rejected records that are read: each is a reader of the log of its own.
    pub(crate) pages: Arc<Semaphore>,
    /// How much each key has sent lately.
    pub(crate) rates: Rates,
    /// How much each key has sent today.
    pub(crate) quotas: Quotas,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Ingest {
    /// The readiness to run with: not ready until the log's topics are there, and what was said of rounds is read.
    pub fn readiness() -> Readiness {
        Readiness::waiting_for([LOG, ROUNDS])
    }

    /// The routes, with the operators' beside them. Once `shutdown` begins, streams under way end with their totals.
    /// What is said of rounds they learn from what they take in alone.
    pub fn router(self, readiness: Readiness, shutdown: Shutdown) -> Router {
        let rounds = Rounds::new(self.rounds.clone());
        let mut registry = telemetry::registry("ingest");
        let service = self.service(rounds, readiness.clone(), shutdown, &mut registry);
        with_operations(http::routes(service), readiness, Arc::new(registry))
    }

    fn service(
        self,
        rounds: Rounds,
        readiness: Readiness,
        shutdown: Shutdown,
        registry: &mut Registry,
    ) -> Service {
        let metrics = Metrics::new(registry);
        let (rates, quotas) = (Rates::new(&self.limits), Quotas::new(&self.limits));
        let limits = Arc::new(self.limits);
        let shares = Shares::new(&limits);
        let pages = Arc::new(Semaphore::new(limits.rejected_requests.max(1)));
        Service {
            log: self.log,
            keys: self.keys,
            limits,
            clock: self.clock,
            rounds,
            metrics,
            readiness,
            shutdown,
            shares,
            pages,
            rates,
            quotas,
        }
    }

    /// Takes events on `listener` and from inboxes until `shutdown` begins and what is under way is answered and settled, or `drain`
    /// has passed.
    ///
    /// # Errors
    /// When the listener fails, or the log's topics are there with other partitions. While the log can't be reached
    /// it answers that, and waits.
    pub async fn run(
        self,
        listener: impl Into<Listener>,
        readiness: Readiness,
        shutdown: Shutdown,
        drain: Duration,
    ) -> Result<(), Error> {
        let (log, partitions, inboxes) = (Arc::clone(&self.log), self.partitions, self.inboxes.clone());
        let listener = listener.into();
        // What is held for an answer would be held as long as nobody reads it.
        listener.close_unread(self.limits.body_timeout)?;
        let rounds = Rounds::new(self.rounds.clone());
        let mut registry = telemetry::registry("ingest");
        let service = self.service(rounds.clone(), readiness.clone(), shutdown.clone(), &mut registry);
        let taking = Taking::new(service.clone(), inboxes, &mut registry);
        let router = with_operations(http::routes(service), readiness.clone(), Arc::new(registry));
        let mut serving = std::pin::pin!(serve(listener, router, &readiness, &shutdown, drain));
        let beginning = async {
            prepare(log.as_ref(), partitions, &readiness).await?;
            Ok::<_, log::Error>(rounds.read(log.as_ref(), &readiness).await)
        };
        let heard = tokio::select! {
            served = &mut serving => return Ok(served?),
            begun = beginning => begun?,
        };
        let taken = async {
            taking.run(&shutdown, drain).await;
            Ok(())
        };
        tokio::select! {
            done = async { tokio::try_join!(serving, taken) } => done.map(|_| ()).map_err(Error::from),
            () = rounds.follow(log.as_ref(), heard, &readiness) => Ok(()),
        }
    }
}
