//! Finds the moment up to which figures are complete, and flips to a new generation once that has caught up.
//!
//! A moment is closed when every partition of the events is folded up to an end that was asked for after it, and
//! every partition of the marks is summed up to an end that was asked for after that (invariant 5).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
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

/// How often a moment is stored while nothing comes: query begins with the latest one when it starts.
const STORED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// A moment this old is as good as the ones that a generation which keeps up closes.
const FRESH: SignedDuration = SignedDuration::from_secs(2);

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
    /// Told of each moment that is closed.
    pub(crate) closed: watch::Sender<Timestamp>,
    /// Told when another generation is live.
    pub(crate) wake: Arc<Notify>,
    /// The last moment that was stored, and the ends of the events at it: while none moves, few are stored.
    pub(crate) stored: Option<(Timestamp, Vec<i64>)>,
    /// How old the last moment was when it was closed.
    pub(crate) behind: SignedDuration,
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
        let at = latest_whole(Timestamp::now() - margin);
        let ends = self.reached(topics::EVENTS).await?;
        self.reached(topics::DIRTY).await?;
        let kept = |(before, at_ends): &(Timestamp, Vec<i64>)| {
            *at_ends == ends && at.duration_since(*before) < STORED_EVERY
        };
        if !self.stored.as_ref().is_some_and(kept) {
            self.generation.close(at).await?;
            self.stored = Some((at, ends));
        }
        if !self.is_live {
            // What came in while it was being filled is taken in before it goes live, and what came in meanwhile, until
            // it keeps up: else the figures would step back by as long as filling took.
            let before = std::mem::replace(&mut self.behind, Timestamp::now().duration_since(at));
            if self.behind <= FRESH || self.behind >= before {
                self.come_live().await?;
            }
        }
        let generation = self.generation.name().to_owned();
        self.announce(Announcement::Closed { generation, at }).await?;
        self.closed.send_replace(at);
        if self.is_live {
            self.metrics.closed(at);
        }
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
    async fn reached(&self, topic: &'static str) -> Result<Vec<i64>, Error> {
        let ends = self.log.ends(topic).await?;
        let mut pause = POLL;
        loop {
            let positions = self.generation.positions(topic).await?;
            let next: HashMap<i32, i64> =
                positions.iter().map(|position| (position.partition, position.next)).collect();
            let next = |partition| next.get(&partition).copied().unwrap_or(0);
            if (0..).zip(&ends).all(|(partition, end)| next(partition) >= *end) {
                // Nothing was taken in that is not there, unless it came after the ends were asked for.
                let now = self.log.ends(topic).await?;
                let lost = (0..).zip(now).find(|(partition, end)| next(*partition) > *end);
                return match lost {
                    Some((partition, end)) => {
                        Err(Error::Lost { topic, partition, end, next: next(partition) })
                    }
                    None => Ok(ends),
                };
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

/// The latest millisecond that lies whole before a moment: logs record by milliseconds, and in the one at hand more may come.
fn latest_whole(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond() - 1).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_millisecond_is_closed_once_it_is_over() {
        let closed = |text: &str| latest_whole(text.parse().unwrap()).to_string();
        assert_eq!(closed("2024-06-30T08:00:00.005999Z"), "2024-06-30T08:00:00.004Z");
        assert_eq!(closed("2024-06-30T08:00:00.005Z"), "2024-06-30T08:00:00.004Z");
    }
}
