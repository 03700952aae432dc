//! Aggregation: folds events into contributions, sums contributions into cells, announces changed cells.
//!
//! It alone writes to ClickHouse. See ARCHITECTURE.md for the steps and why they stand in their order.

mod closing;
mod error;
mod fold;
mod generation;
mod metrics;
mod owner;
mod settings;
mod sum;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::info;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::log::EventLog;
use weir_kernel::ops::Readiness;
use weir_kernel::topics;
use weir_schemas::plan::Plan;

pub use error::Error;
pub use metrics::Metrics;
pub use settings::{Args, Settings};

use self::closing::Closing;
use self::fold::Fold;
use self::owner::Owner;
use self::sum::Sum;

/// What [`Readiness`] waits for: that the tables are there.
pub const STORE: &str = "store";

/// What aggregation works with.
pub struct Aggregate {
    /// The log; its topics are there.
    pub log: Arc<dyn EventLog>,
    /// The store.
    pub clickhouse: ClickHouse,
    /// The text of the plan file.
    pub plan: String,
    /// Its limits.
    pub settings: Settings,
    /// What it counts.
    pub metrics: Metrics,
    /// Told when the [`STORE`] is prepared.
    pub readiness: Readiness,
}

impl Aggregate {
    /// Works until `stop`, then hands its partitions on.
    ///
    /// # Errors
    /// When the plan is wrong, or the store can't be prepared. Later failures are retried.
    pub async fn run(self, stop: CancellationToken) -> Result<(), Error> {
        let Self { log, clickhouse, plan: text, settings, metrics, readiness } = self;
        let plan = Arc::new(Plan::parse(&text)?);
        let chosen = generation::choose(&clickhouse, &text).await?;
        let generation = chosen.generation.clone();
        info!(generation = generation.name(), live = chosen.is_live, "aggregating");
        let fold = Fold {
            log: log.clone(),
            generation: generation.clone(),
            plan: plan.clone(),
            settings: settings.clone(),
            metrics: metrics.clone(),
        };
        let sum = Sum {
            log: log.clone(),
            generation: generation.clone(),
            plan,
            settings: settings.clone(),
            metrics: metrics.clone(),
        };
        let closing = Closing { log: log.clone(), clickhouse, chosen, settings: settings.clone(), metrics };
        let owner = |topic, job| Owner {
            log: log.clone(),
            topic,
            group: format!("weir-{job}-{}", generation.name()),
            settings: settings.clone(),
        };
        readiness.met(STORE);
        tokio::join!(
            owner(topics::EVENTS, "fold").run(stop.clone(), move |partition, stop| {
                let fold = fold.clone();
                async move { fold.run(partition, stop).await }
            }),
            owner(topics::DIRTY, "sum").run(stop.clone(), move |partition, stop| {
                let sum = sum.clone();
                async move { sum.run(partition, stop).await }
            }),
            closing.run(stop),
        );
        Ok(())
    }
}
