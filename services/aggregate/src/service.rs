//! The service as a whole: fold, sum and closing, and the routes for operators, run together.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::KeyRing;
use weir_kernel::listener::Listener;
use weir_kernel::log::EventLog;
use weir_kernel::ops::{Readiness, with_operations};
use weir_kernel::shutdown::{Shutdown, serve};
use weir_kernel::telemetry;
use weir_kernel::topics::{LOG, prepare};
use weir_schemas::generation::plan_hash;
use weir_schemas::plan::Plan;

use crate::generation::Generations;
use crate::http::{self, App};
use crate::metrics::Metrics;
use crate::working::Working;
use crate::{Error, Settings};

/// What readiness waits for besides the log: that the tables are there.
pub(crate) const STORE: &str = "store";

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
    /// Who may see how far it is, and ask for a rebuild.
    pub keys: KeyRing,
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
        listener: impl Into<Listener>,
        readiness: Readiness,
        shutdown: Shutdown,
        drain: Duration,
    ) -> Result<(), Error> {
        let plan = Arc::new(Plan::parse(&self.plan)?);
        let mut registry = telemetry::registry("aggregate");
        let metrics = Metrics::new(&mut registry);
        let plan_hash = plan_hash(&self.plan).into();
        let generations = Generations::of(self.clickhouse, &self.plan);
        let wake = Arc::new(Notify::new());
        let app = App {
            log: self.log.clone(),
            generations: generations.clone(),
            keys: self.keys,
            wake: wake.clone(),
        };
        let working = Working {
            log: self.log.clone(),
            generations,
            plan,
            plan_hash,
            settings: self.settings,
            metrics,
            wake,
        };
        let operations = with_operations(http::router(app), readiness.clone(), Arc::new(registry));
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
            working.run(&readiness, &stop).await;
            Ok(())
        };
        tokio::try_join!(served, worked, stopped).map(|_| ())
    }
}
