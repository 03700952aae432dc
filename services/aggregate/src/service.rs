//! The service as a whole: fold, sum and closing, and the routes for operators, run together.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::info;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::log::EventLog;
use weir_kernel::ops::{Readiness, with_operations};
use weir_kernel::shutdown::{Shutdown, serve};
use weir_kernel::telemetry;
use weir_kernel::topics::{self, LOG, prepare};
use weir_schemas::plan::Plan;

use crate::closing::Closing;
use crate::fold::Fold;
use crate::generation::{self, Chosen};
use crate::metrics::Metrics;
use crate::owner::Owner;
use crate::sum::{Sum, Writer};
use crate::{Error, Settings};

/// What readiness waits for besides the log: that the tables are there.
const STORE: &str = "store";

/// What aggregation works with.
pub struct Aggregate {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// How many partitions the log's topics have, where they are made.
    pub partitions: i32,
    /// The store.
    pub clickhouse: ClickHouse,
    /// The text of the plan file.
    pub plan: String,
    /// Its limits.
    pub settings: Settings,
}

impl Aggregate {
    /// The readiness to run with: not ready until the log's topics and the tables are there.
    pub fn readiness() -> Readiness {
        Readiness::waiting_for([LOG, STORE])
    }

    /// Works, and answers operators on `listener`, until `shutdown` begins; then finishes the batches at hand and
    /// hands its partitions on.
    ///
    /// # Errors
    /// When the plan is wrong, or the listener fails. Failures of the log and the store are retried.
    pub async fn run(
        self,
        listener: TcpListener,
        readiness: Readiness,
        shutdown: Shutdown,
        drain: Duration,
    ) -> Result<(), Error> {
        let plan = Arc::new(Plan::parse(&self.plan)?);
        let mut registry = telemetry::registry("aggregate");
        let metrics = Metrics::new(&mut registry);
        let operations = with_operations(axum::Router::new(), readiness.clone(), Arc::new(registry));
        let stop = CancellationToken::new();
        let stopped = async {
            shutdown.begun().await;
            stop.cancel();
            Ok(())
        };
        let served = async { Ok(serve(listener, operations, &readiness, &shutdown, drain).await?) };
        let worked = async {
            tokio::select! {
                prepared = prepare(self.log.as_ref(), self.partitions, &readiness) => prepared?,
                () = stop.cancelled() => return Ok(()),
            }
            if let Some(chosen) = self.choose(&readiness, &stop).await {
                readiness.met(STORE);
                self.work(plan, chosen, metrics, &stop).await;
            }
            Ok(())
        };
        tokio::try_join!(served, worked, stopped).map(|_| ())
    }

    /// Prepares the store, again and again until it answers.
    async fn choose(&self, readiness: &Readiness, stop: &CancellationToken) -> Option<Chosen> {
        while !stop.is_cancelled() {
            match generation::choose(&self.clickhouse, &self.plan).await {
                Ok(chosen) => return Some(chosen),
                Err(error) => readiness.lost(STORE, error.to_string()),
            }
            self.settings.pause(stop).await;
        }
        None
    }

    async fn work(&self, plan: Arc<Plan>, chosen: Chosen, metrics: Metrics, stop: &CancellationToken) {
        let (log, settings, generation) = (&self.log, &self.settings, chosen.generation.clone());
        info!(generation = generation.name(), live = chosen.is_live, "aggregating");
        let fold = Fold {
            log: log.clone(),
            generation: generation.clone(),
            plan: plan.clone(),
            settings: settings.clone(),
            metrics: metrics.clone(),
        };
        let writer =
            Writer { log: log.clone(), generation: generation.clone(), plan, metrics: metrics.clone() };
        let sum = Sum {
            log: log.clone(),
            generation: generation.clone(),
            settings: settings.clone(),
            writer: writer.start(),
        };
        let owner = |topic, job| Owner {
            log: log.clone(),
            topic,
            group: format!("weir-{job}-{}", generation.name()),
            settings: settings.clone(),
        };
        let closing = Closing {
            log: log.clone(),
            clickhouse: self.clickhouse.clone(),
            chosen,
            settings: settings.clone(),
            metrics,
            stored_at: None,
        };
        tokio::join!(
            owner(topics::EVENTS, "fold").run(stop.clone(), move |partition, stop, progress| {
                let fold = fold.clone();
                async move { fold.run(partition, stop, progress).await }
            }),
            owner(topics::DIRTY, "sum").run(stop.clone(), move |partition, stop, progress| {
                let sum = sum.clone();
                async move { sum.run(partition, stop, progress).await }
            }),
            closing.run(stop.clone()),
        );
    }
}
