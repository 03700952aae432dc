//! The bare producer: the same bytes under the same keys, appended to the same log, with nothing read or checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::task::JoinSet;
use weir_kernel::log::{self, NewRecord};
use weir_kernel::topics;

use crate::feed::Event;
use crate::meter;

/// What the bare producer took.
pub(super) struct Bare {
    /// By the clock.
    pub(super) time: Duration,
    /// Of the processors.
    pub(super) cpu: Duration,
}

/// Appends the events, so many at a time, with so many appends under way.
pub(super) async fn append(
    settings: &log::Settings,
    partitions: i32,
    events: &[Event],
    batch: usize,
    senders: usize,
) -> anyhow::Result<Bare> {
    let log = log::open(settings).await?;
    log.create_topics(&topics::topics(partitions)).await?;
    let batches: Vec<Vec<NewRecord>> =
        events.chunks(batch).map(|events| events.iter().map(Event::record).collect()).collect();
    let (batches, next) = (Arc::new(batches), Arc::new(AtomicUsize::new(0)));
    let (begun, cpu) = (Instant::now(), meter::of_process("self")?);
    let mut appending = JoinSet::new();
    for _ in 0..senders {
        let (log, batches, next) = (Arc::clone(&log), Arc::clone(&batches), Arc::clone(&next));
        appending.spawn(async move {
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                for outcome in log.append(topics::EVENTS, batch.clone()).await {
                    outcome.context("the log refused an event")?;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(appended) = appending.join_next().await {
        appended??;
    }
    Ok(Bare { time: begun.elapsed(), cpu: meter::of_process("self")?.saturating_sub(cpu) })
}
