//! Finds the moment up to which figures are complete, and flips to a new generation once that has caught up.
//!
//! A moment is closed when every partition of the events is folded up to an end that was asked for after it, and
//! every partition of the marks is summed up to an end that was asked for after that (invariant 5).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use weir_kernel::clickhouse::{ClickHouse, Generation};
use weir_kernel::log::{EventLog, NewRecord};
use weir_kernel::topics;
use weir_schemas::cell::Announcement;

use crate::generation::Chosen;
use crate::metrics::Metrics;
use crate::{Error, Settings};

/// How often positions are looked at while a moment is waited for.
const POLL: Duration = Duration::from_millis(50);

/// Closes moments, one after the other.
pub(crate) struct Closing {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) clickhouse: ClickHouse,
    pub(crate) chosen: Chosen,
    pub(crate) settings: Settings,
    pub(crate) metrics: Metrics,
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
        let Chosen { generation, is_live } = &self.chosen;
        let margin = SignedDuration::try_from(self.settings.clock_margin).unwrap_or(SignedDuration::ZERO);
        let at = Timestamp::now() - margin;
        let ends = self.reached(generation, topics::EVENTS).await?;
        self.reached(generation, topics::DIRTY).await?;
        if self.stored_at.as_ref() != Some(&ends) {
            generation.close(at).await?;
        }
        if !is_live {
            self.clickhouse.flip(generation).await?;
            info!(generation = generation.name(), "live from now on");
            self.announce(Announcement::Live { generation: generation.name().to_owned() }).await?;
        }
        self.announce(Announcement::Closed { generation: generation.name().to_owned(), at }).await?;
        self.metrics.closed(at);
        self.chosen.is_live = true;
        self.stored_at = Some(ends);
        Ok(())
    }

    /// Waits until a topic is taken in up to its present ends; answers these.
    async fn reached(&self, generation: &Generation, topic: &str) -> Result<Vec<i64>, Error> {
        let ends = self.log.ends(topic).await?;
        loop {
            let positions = generation.positions(topic).await?;
            let next: HashMap<i32, i64> =
                positions.iter().map(|position| (position.partition, position.next)).collect();
            let reached = |(partition, end): (i32, &i64)| next.get(&partition).copied().unwrap_or(0) >= *end;
            if (0..).zip(&ends).all(reached) {
                return Ok(ends);
            }
            tokio::time::sleep(POLL).await;
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
