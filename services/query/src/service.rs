//! The service as a whole: the followers of cells and releases and the HTTP side, run together.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::KeyRing;
use weir_kernel::listener::Listener;
use weir_kernel::log::EventLog;
use weir_kernel::ops::{self, Readiness};
use weir_kernel::shutdown::{self, Shutdown};
use weir_kernel::telemetry;
use weir_schemas::generation::plan_hash;
use weir_schemas::plan::{Plan, PlanError};

use crate::Settings;
use crate::cells::{Follower, LiveCells, PlanStore};
use crate::http::{self, App, Streams};
use crate::metrics::Metrics;
use crate::releases::{self, Catalogue, Shelf};

/// Why the service ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The plan file is wrong.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The listener failed.
    #[error("the query service can't listen: {0}")]
    Listen(#[from] io::Error),
    /// What follows cells, releases or closed moments came to an end, which it does not by itself.
    #[error("what is answered would stand still from now on: {}", .0.as_ref().map_or("a follower ended".to_owned(), ToString::to_string))]
    Following(Option<JoinError>),
}

/// What the query service works with.
pub struct Query {
    /// The log; its topics may still be missing.
    pub log: Arc<dyn EventLog>,
    /// The store; it may still be starting.
    pub clickhouse: ClickHouse,
    /// The text of the plan file.
    pub plan: String,
    /// Who may ask.
    pub keys: KeyRing,
    /// Its limits.
    pub settings: Settings,
}

impl Query {
    /// The readiness to run with: not ready until cells are there and complete up to a moment, and the releases are known.
    pub fn readiness() -> Readiness {
        let [cells, closed] = crate::cells::NEEDS;
        Readiness::waiting_for([cells, closed, releases::NEED])
    }

    /// Answers on `listener` until `shutdown` begins, and then for at most `drain` what is under way.
    ///
    /// # Errors
    /// When the plan is wrong, the listener fails, or what follows the log dies: who starts it again has figures that go on. While
    /// the log or the store is away it answers from memory.
    pub async fn run(
        self,
        listener: impl Into<Listener>,
        readiness: Readiness,
        shutdown: Shutdown,
        drain: Duration,
    ) -> Result<(), Error> {
        let plan = Plan::parse(&self.plan)?;
        let live = Arc::new(LiveCells::default());
        let mut registry = telemetry::registry("query");
        let metrics = Metrics::register(&mut registry, live.clone());
        let catalogue = Arc::new(Catalogue::default());
        let of_releases = releases::Follower {
            log: self.log.clone(),
            plan: plan.id.clone(),
            catalogue: catalogue.clone(),
            readiness: readiness.clone(),
            retry: self.settings.retry,
        };
        let shelf = Shelf::new(self.log.clone(), &plan.id, self.settings.releases);
        let follower = Follower {
            log: self.log,
            store: PlanStore::new(self.clickhouse.clone(), &self.plan),
            live: live.clone(),
            readiness: readiness.clone(),
            metrics: metrics.clone(),
            retry: self.settings.retry,
        };
        let of_streams = (metrics.streams.clone(), shutdown.clone());
        let streams = Arc::new(Streams::new(plan.clone(), live.clone(), self.settings.clone(), of_streams));
        let listener = listener.into();
        listener.close_unread(self.settings.unread_timeout)?;
        let app = App {
            plan,
            plan_hash: plan_hash(&self.plan),
            live,
            streams: streams.clone(),
            // What the follower loads is all cells, whatever that costs.
            clickhouse: self.clickhouse.held_to(&self.settings.statement),
            keys: self.keys,
            past: Semaphore::new(self.settings.as_of_requests.get()),
            settings: self.settings,
            metrics,
            catalogue,
            shelf,
        };
        let router = ops::with_operations(http::router(app), readiness.clone(), Arc::new(registry));
        // It only reads, so it may be cut anywhere: dropping the set stops it, after the last answer.
        let mut following = JoinSet::new();
        following.spawn(follower.run());
        following.spawn(of_releases.run());
        following.spawn(async move { streams.run().await });
        tokio::select! {
            served = shutdown::serve(listener, router, &readiness, &shutdown, drain) => Ok(served?),
            ended = following.join_next() => Err(Error::Following(ended.and_then(Result::err))),
        }
    }
}

#[cfg(test)]
mod tests;
