//! Finds the moment up to which figures are complete, and flips to a new generation once that has caught up.
//!
//! A moment is closed when every partition of the events is folded up to an end that was asked for after it, and
//! every partition of the marks is summed up to an end that was asked for after that (invariant 5).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use weir_kernel::clickhouse::Generation;
use weir_kernel::log::{EventLog, NewRecord};
use weir_kernel::topics;
use weir_schemas::cell::Announcement;

use crate::generation::Generations;
use crate::metrics::GenerationMetrics;
use crate::{Error, Settings};

/// How soon positions are looked at again while a moment is waited for; each time it takes twice as long.
const POLL: Duration = Duration::from_millis(20);
/// How long it takes at most.
const POLL_MOST: Duration = Duration::from_millis(500);

/// Closes moments, one after the other.
pub(crate) struct Closing {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generations: Generations,
    pub(crate) generation: Generation,
    /// Whether the generation is known to be live.
    pub(crate) is_live: bool,
    /// Whether any of the plan's generations was ever seen live by this process.
    pub(crate) was_live: Arc<AtomicBool>,
    pub(crate) settings: Settings,
    pub(crate) metrics: GenerationMetrics,
    /// Told when another generation is live.
    pub(crate) wake: Arc<Notify>,
    /// The ends of the events at the last moment that was stored: while none moves, a moment is announced only.
    pub(crate) stored_at: Option<Vec<i64>>,
}

impl Closing {
    /// Closes moments until `stop`.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut every = tokio::time::interval(self.settings.close_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
            }
            let closed = tokio::select! {
                () = stop.cancelled() => return,
                closed = self.close() => closed,
            };
            if let Err(error) = closed {
                warn!(%error, "no moment could be closed, trying again");
            }
        }
    }

    async fn close(&mut self) -> Result<(), Error> {
        let margin = SignedDuration::try_from(self.settings.clock_margin).unwrap_or(SignedDuration::ZERO);
        let at = Timestamp::now() - margin;
        let ends = self.reached(topics::EVENTS).await?;
        self.reached(topics::DIRTY).await?;
        if self.stored_at.as_ref() != Some(&ends) {
            self.generation.close(at).await?;
        }
        if !self.is_live {
            self.come_live().await?;
        }
        let generation = self.generation.name().to_owned();
        self.announce(Announcement::Closed { generation, at }).await?;
        self.metrics.closed(at);
        self.stored_at = Some(ends);
        Ok(())
    }

    /// Makes the generation live if it is to be, now that it has caught up.
    async fn come_live(&mut self) -> Result<(), Error> {
        let (generations, generation) = (&self.generations, &self.generation);
        let live = generations.clickhouse.live().await?;
        if live.is_none_or(|live| live.name() != generation.name()) {
            if !generations.is_to_flip(generation, !self.was_live.load(Ordering::Relaxed)).await? {
                return Ok(());
            }
            generations.clickhouse.flip(generation).await?;
            info!(generation = generation.name(), "live from now on");
            self.announce(Announcement::Live { generation: generation.name().to_owned() }).await?;
            self.wake.notify_one();
        }
        self.is_live = true;
        self.was_live.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Waits until a topic is taken in up to its present ends; answers these.
    async fn reached(&self, topic: &str) -> Result<Vec<i64>, Error> {
        let ends = self.log.ends(topic).await?;
        let mut pause = POLL;
        loop {
            let positions = self.generation.positions(topic).await?;
            let next: HashMap<i32, i64> =
                positions.iter().map(|position| (position.partition, position.next)).collect();
            let reached = |(partition, end): (i32, &i64)| next.get(&partition).copied().unwrap_or(0) >= *end;
            if (0..).zip(&ends).all(reached) {
                return Ok(ends);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(POLL_MOST);
        }
    }

    async fn announce(&self, announcement: Announcement) -> Result<(), Error> {
        let record = NewRecord::new("", serde_json::to_vec(&announcement)?);
        for outcome in self.log.append(topics::CELLS, vec![record]).await {
            outcome?;
        }
        Ok(())
    }
}
