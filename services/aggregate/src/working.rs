//! Works on generations: on each a fold, a sum and the closing of moments.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use weir_kernel::clickhouse::Generation;
use weir_kernel::log::EventLog;
use weir_kernel::ops::Readiness;
use weir_kernel::owner::Owner;
use weir_kernel::topics;
use weir_schemas::plan::Plan;

use crate::closing::Closing;
use crate::fold::Fold;
use crate::generation::Generations;
use crate::metrics::Metrics;
use crate::release::Releasing;
use crate::service::STORE;
use crate::sum::{Sum, Writer};
use crate::{Error, Settings};

/// All work of a process.
pub(crate) struct Working {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generations: Generations,
    pub(crate) plan: Arc<Plan>,
    /// What tells the plan file from others.
    pub(crate) plan_hash: Arc<str>,
    pub(crate) settings: Settings,
    pub(crate) metrics: Metrics,
    /// Told when a generation is to be looked for at once.
    pub(crate) wake: Arc<Notify>,
}

/// Work on one generation.
struct Work {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Working {
    /// Works on the generations there are to work on, looking again and again which these are, until `stop`.
    pub(crate) async fn run(self, readiness: &Readiness, stop: &CancellationToken) {
        let mut works: HashMap<String, Work> = HashMap::new();
        let was_live = Arc::new(AtomicBool::new(false));
        while !stop.is_cancelled() {
            match self.turn_to_wanted(&mut works, &was_live).await {
                Ok(()) => readiness.met(STORE),
                // What is worked on goes on; what is not there yet waits.
                Err(error) if works.is_empty() => readiness.lost(STORE, error.to_string()),
                Err(error) => warn!(%error, "the generations can't be looked at"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = self.settings.pause(stop) => {}
            }
        }
        for work in works.into_values() {
            work.end().await;
        }
    }

    /// Ends work on what is superseded, and begins work on what is new, and anew on what broke off.
    async fn turn_to_wanted(
        &self,
        works: &mut HashMap<String, Work>,
        was_live: &Arc<AtomicBool>,
    ) -> Result<(), Error> {
        if works.is_empty() {
            self.generations.clickhouse.prepare().await?;
        }
        let wanted = self.generations.to_work_on().await?;
        let is_wanted = |name: &String| wanted.iter().any(|generation| generation.name() == name);
        let over = |name: &String, work: &mut Work| !is_wanted(name) || work.task.is_finished();
        for (name, work) in works.extract_if(over).collect::<Vec<_>>() {
            info!(generation = name, "work on a generation is over");
            work.end().await;
        }
        for generation in wanted {
            if !works.contains_key(generation.name()) {
                generation.create().await?;
                works.insert(generation.name().to_owned(), self.begin(&generation, was_live));
            }
        }
        Ok(())
    }

    fn begin(&self, generation: &Generation, was_live: &Arc<AtomicBool>) -> Work {
        info!(generation = generation.name(), "aggregating");
        let stop = CancellationToken::new();
        let (log, settings, metrics) = (&self.log, &self.settings, self.metrics.of(generation.name()));
        let fold = Fold {
            log: log.clone(),
            generation: generation.clone(),
            plan: self.plan.clone(),
            settings: settings.clone(),
            metrics: metrics.clone(),
        };
        let writer = Writer {
            log: log.clone(),
            clickhouse: self.generations.clickhouse.clone(),
            generation: generation.clone(),
            plan: self.plan.clone(),
            metrics: metrics.clone(),
            was_live: AtomicBool::new(false),
        };
        let sum = Sum {
            log: log.clone(),
            generation: generation.clone(),
            settings: settings.clone(),
            writer: writer.start(),
        };
        let closed = watch::Sender::new(Timestamp::MIN);
        let releasing = Releasing {
            closed: closed.subscribe(),
            log: log.clone(),
            generations: self.generations.clone(),
            generation: generation.clone(),
            plan: self.plan.clone(),
            plan_hash: self.plan_hash.clone(),
            settings: settings.clone(),
        };
        let owner = |topic: &str, job| Owner {
            log: log.clone(),
            topic: topic.to_owned(),
            group: format!("weir-{job}-{}", generation.name()),
            retry_after: settings.retry_after,
        };
        let closing = Closing {
            log: log.clone(),
            generations: self.generations.clone(),
            generation: generation.clone(),
            is_live: false,
            was_live: was_live.clone(),
            settings: settings.clone(),
            metrics,
            closed,
            wake: self.wake.clone(),
            stored: None,
            behind: SignedDuration::MAX,
        };
        let folding = owner(topics::EVENTS, "fold").run(stop.clone(), move |partition, stop, progress| {
            let fold = fold.clone();
            async move {
                let outcome = fold.run(partition, stop, progress).await;
                fold.metrics.left(partition);
                outcome
            }
        });
        let summing = owner(topics::DIRTY, "sum").run(stop.clone(), move |partition, stop, progress| {
            let sum = sum.clone();
            async move { sum.run(partition, stop, progress).await }
        });
        let releasing =
            owner(topics::RELEASES, "release").run(stop.clone(), move |partition, stop, progress| {
                let releasing = releasing.clone();
                async move { releasing.run(partition, stop, progress).await }
            });
        let closing = closing.run(stop.clone());
        let task = tokio::spawn(async move {
            tokio::join!(folding, summing, releasing, closing);
        });
        Work { stop, task }
    }
}

impl Work {
    /// Finishes the batches at hand and hands the partitions on.
    async fn end(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            warn!(%error, "work on a generation failed");
        }
    }
}
