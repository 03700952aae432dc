//! Reads what was said of rounds, and goes on reading.

use std::convert::Infallible;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use futures::future::{join_all, try_join_all};
use weir_kernel::log::{Error, EventLog, Limits, NewRecord, Position, Record};
use weir_kernel::ops::Readiness;
use weir_kernel::topics;
use weir_schemas::event::{Event, Form};

use super::copy::{copy, original};
use super::{ROUNDS, Rounds};

/// How long to wait before reaching for the log again.
const AGAIN: Duration = Duration::from_secs(1);

/// The key of the record that says that the topic holds a copy of every event that the log held before it.
const COMPLETE: &str = "complete";

impl Rounds {
    /// Reads all that was said and tells `readiness` of it; answers how far, by partition.
    pub(crate) async fn read(&self, log: &dyn EventLog, readiness: &Readiness) -> Vec<i64> {
        loop {
            match self.catch_up(log).await {
                Ok(next) => {
                    readiness.met(ROUNDS);
                    return next;
                }
                Err(error) => {
                    tracing::warn!(%error, "the rounds can't be read yet");
                    readiness.lost(ROUNDS, error.to_string());
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// Goes on reading what other instances take in, and tells `readiness` whether it does; never ends.
    pub(crate) async fn follow(&self, log: &dyn EventLog, next: Vec<i64>, readiness: &Readiness) {
        let next: Vec<AtomicI64> = next.into_iter().map(AtomicI64::new).collect();
        let partitions = (0..).zip(&next).map(|(partition, next)| async move {
            loop {
                let Err(error) = self.keep_up(log, partition, next).await;
                // What was read goes on holding.
                tracing::warn!(%error, partition, "the rounds can't be followed");
                tokio::time::sleep(AGAIN).await;
            }
        });
        tokio::join!(join_all(partitions), self.watch(log, &next, readiness));
    }

    /// Looks whether what the topic holds is read soon. While the log is away for a short time nothing is taken in that could be judged
    /// wrong; an instance that goes on without hearing of rounds would judge by old ones.
    async fn watch(&self, log: &dyn EventLog, next: &[AtomicI64], readiness: &Readiness) {
        let patience = self.settings.rounds_patience;
        let (mut heard, mut is_other) = (Instant::now(), false);
        let mut shrunk_since = None;
        loop {
            let before: Vec<i64> = next.iter().map(|next| next.load(Relaxed)).collect();
            let ends = log.ends(topics::ROUNDS).await;
            tokio::time::sleep(AGAIN).await;
            let missing = match ends {
                Ok(ends) => {
                    // Ends may lie before what was read for a moment, as after a change of Kafka's leader. If they do for longer it is another
                    // topic, also once it has grown.
                    let shrunk =
                        ends.len() != before.len() || ends.iter().zip(&before).any(|(end, read)| end < read);
                    shrunk_since = shrunk_since.filter(|_| shrunk).or_else(|| shrunk.then(Instant::now));
                    is_other |= shrunk_since.is_some_and(|since| since.elapsed() > patience.max(2 * AGAIN));
                    let mut read = ends.iter().zip(next).map(|(end, next)| next.load(Relaxed) >= *end);
                    if !shrunk && !is_other && read.all(|all| all) {
                        heard = Instant::now();
                        readiness.met(ROUNDS);
                        continue;
                    }
                    match is_other {
                        true => "it is another topic than was read; a restart reads it through".to_owned(),
                        false => "what other instances take in of rounds is not heard of".to_owned(),
                    }
                }
                Err(error) => {
                    shrunk_since = None;
                    error.to_string()
                }
            };
            if heard.elapsed() > patience {
                readiness.lost(ROUNDS, missing);
            }
        }
    }

    /// Reads the topic to its ends, and answers them. One that was never filled is filled first.
    async fn catch_up(&self, log: &dyn EventLog) -> Result<Vec<i64>, Error> {
        let (ends, complete) = self.read_through(log).await?;
        if complete {
            return Ok(ends);
        }
        fill(log).await?;
        Ok(self.read_through(log).await?.0)
    }

    /// Reads the topic to its ends; answers them, and whether it was filled.
    async fn read_through(&self, log: &dyn EventLog) -> Result<(Vec<i64>, bool), Error> {
        let ends = log.ends(topics::ROUNDS).await?;
        let mut complete = false;
        for (partition, end) in (0..).zip(&ends) {
            through(log, topics::ROUNDS, partition, *end, |record| {
                complete |= record.key == COMPLETE;
                self.hear(record);
            })
            .await?;
        }
        Ok((ends, complete))
    }

    /// Reads a partition on from where it is.
    async fn keep_up(
        &self,
        log: &dyn EventLog,
        partition: i32,
        next: &AtomicI64,
    ) -> Result<Infallible, Error> {
        let mut reader = log.reader(topics::ROUNDS, partition, next.load(Relaxed)).await?;
        loop {
            for record in reader.read(Limits { wait: Duration::from_secs(60), ..Limits::default() }).await? {
                self.hear(&record);
                next.store(record.offset + 1, Relaxed);
            }
        }
    }

    fn hear(&self, record: &Record) {
        if let Some((event, offset)) = original(record) {
            self.apply(&event, offset);
        } else if record.key != COMPLETE {
            tracing::warn!(partition = record.partition, offset = record.offset, "is no copy of an event");
        }
    }
}

/// Copies what the log holds already, once: it may be older than the topic, or its copies may have been lost.
async fn fill(log: &dyn EventLog) -> Result<(), Error> {
    let ends = log.ends(topics::EVENTS).await?;
    tracing::info!(
        events = ends.iter().sum::<i64>(),
        "the log is read through once for what was said of rounds"
    );
    let partitions = (0..).zip(&ends).map(|(partition, end)| async move {
        let mut copies = Vec::new();
        through(log, topics::EVENTS, partition, *end, |record| {
            // The key of what is said of a round is its form.
            if Form::from_word(&record.key).is_some()
                && let Ok(event) = Event::from_slice(&record.value)
            {
                let position = Position { partition, offset: record.offset };
                copies.extend(copy(&event, &record.value, position));
            }
        })
        .await?;
        Ok::<_, Error>(copies)
    });
    let copies = try_join_all(partitions).await?.concat();
    let count = copies.len();
    for answer in log.append(topics::ROUNDS, copies).await {
        answer?;
    }
    // Only now: a topic without it is filled again.
    for answer in log.append(topics::ROUNDS, vec![NewRecord::new(COMPLETE, "")]).await {
        answer?;
    }
    tracing::info!(count, "what was said of rounds is copied");
    Ok(())
}

/// Meets every record of a partition up to an end.
async fn through(
    log: &dyn EventLog,
    topic: &str,
    partition: i32,
    end: i64,
    mut meet: impl FnMut(&Record),
) -> Result<(), Error> {
    let start = log.starts(topic).await?.get(usize::try_from(partition).unwrap_or_default()).copied();
    let mut next = start.unwrap_or_default();
    if next >= end {
        return Ok(());
    }
    let mut reader = log.reader(topic, partition, next).await?;
    while next < end {
        for record in reader.read(Limits::default()).await? {
            meet(&record);
            next = record.offset + 1;
        }
    }
    Ok(())
}
