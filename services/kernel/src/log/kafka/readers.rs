//! The consumers that all readers share, as few as possible: each runs a thread per broker.
//!
//! A consumer reads a partition from one place only, so a second reader of the same partition gets another consumer.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::{Offset, TopicPartitionList};

use super::client::Plain;

/// All consumers that read.
#[derive(Debug)]
pub(super) struct Readers {
    config: ClientConfig,
    /// The first is kept for ever.
    consumers: Mutex<Vec<Arc<Shared>>>,
    /// How many others that read nothing are kept for who reads next.
    idle_most: usize,
}

/// A consumer and the partitions it reads.
pub(super) struct Shared {
    consumer: Arc<BaseConsumer<Plain>>,
    taken: Mutex<HashSet<(String, i32)>>,
}

/// A partition being read, until it is dropped.
pub(super) struct Assigned {
    /// Where the partition's messages arrive.
    pub(super) queue: PartitionQueue<Plain>,
    shared: Arc<Shared>,
    readers: Arc<Readers>,
    topic: String,
    partition: i32,
}

impl Readers {
    /// With a first consumer, which also answers what there is to know about topics, and at most so many others that read nothing.
    pub(super) fn new(config: ClientConfig, idle_most: usize) -> Result<Self, KafkaError> {
        let first = Arc::new(Shared::start(&config)?);
        Ok(Self { config, consumers: Mutex::new(vec![first]), idle_most })
    }

    /// A consumer for asking about topics.
    pub(super) fn any(&self) -> Result<Arc<BaseConsumer<Plain>>, KafkaError> {
        let consumers = locked(&self.consumers);
        let shared = consumers.first().ok_or(KafkaError::Canceled)?;
        Ok(Arc::clone(&shared.consumer))
    }

    /// Starts reading a partition from `offset`.
    pub(super) fn assign(
        self: &Arc<Self>,
        topic: &str,
        partition: i32,
        offset: i64,
    ) -> Result<Assigned, KafkaError> {
        let shared = self.take(topic, partition)?;
        let unavailable = || KafkaError::Subscription(format!("no queue for {topic}/{partition}"));
        // Before it is assigned, so that no message takes the consumer's main queue.
        let queue = shared.consumer.split_partition_queue(topic, partition).ok_or_else(unavailable)?;
        let readers = Arc::clone(self);
        let assigned = Assigned { queue, shared, readers, topic: topic.to_owned(), partition };
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(offset))?;
        assigned.shared.consumer.incremental_assign(&list)?;
        Ok(assigned)
    }

    /// A consumer that does not read this partition yet, and now does.
    fn take(&self, topic: &str, partition: i32) -> Result<Arc<Shared>, KafkaError> {
        let place = (topic.to_owned(), partition);
        let mut consumers = locked(&self.consumers);
        for shared in consumers.iter() {
            if locked(&shared.taken).insert(place.clone()) {
                return Ok(Arc::clone(shared));
            }
        }
        let shared = Arc::new(Shared::start(&self.config)?);
        locked(&shared.taken).insert(place);
        consumers.push(Arc::clone(&shared));
        Ok(shared)
    }

    /// A consumer reads a partition no more. If it reads nothing then, and enough others do not either, it is let go.
    fn give_back(&self, shared: &Arc<Shared>, place: &(String, i32)) {
        let mut consumers = locked(&self.consumers);
        locked(&shared.taken).remove(place);
        let is_idle = |one: &Arc<Shared>| locked(&one.taken).is_empty();
        let idle = consumers.iter().skip(1).filter(|one| is_idle(one)).count();
        if idle > self.idle_most
            && let Some(at) = consumers.iter().skip(1).position(is_idle)
        {
            consumers.remove(at + 1);
        }
    }
}

impl Shared {
    fn start(config: &ClientConfig) -> Result<Self, KafkaError> {
        let consumer: Arc<BaseConsumer<Plain>> = Arc::new(config.create_with_context(Plain)?);
        let served = Arc::clone(&consumer);
        // Serves the consumer's own events, and outlives all its other users: closing a consumer blocks.
        std::thread::Builder::new()
            .name("log-readers".to_owned())
            .spawn(move || {
                while Arc::strong_count(&served) > 1 {
                    if let Some(Err(error)) = served.poll(Duration::from_millis(100)) {
                        tracing::debug!(%error, "a reading consumer reports");
                    }
                }
            })
            .map_err(|error| KafkaError::ClientCreation(error.to_string()))?;
        Ok(Self { consumer, taken: Mutex::default() })
    }
}

impl Drop for Assigned {
    fn drop(&mut self) {
        let mut list = TopicPartitionList::new();
        list.add_partition(&self.topic, self.partition);
        if let Err(error) = self.shared.consumer.incremental_unassign(&list) {
            // It stays taken, so that no later reader gets what this one left.
            tracing::warn!(%error, topic = self.topic, partition = self.partition, "a reader could not be ended");
            return;
        }
        self.readers.give_back(&self.shared, &(std::mem::take(&mut self.topic), self.partition));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("taken", &self.taken).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, client};
    use super::*;

    #[test]
    fn of_consumers_that_read_nothing_few_are_kept() {
        let config = client::reader(&Settings::new("127.0.0.1:1"));
        let readers = Arc::new(Readers::new(config, 2).unwrap());
        let count = || locked(&readers.consumers).len();
        let mut assigned: Vec<Assigned> =
            (0..6).map(|_| readers.assign("weir.rejected", 0, 0).unwrap()).collect();
        assert_eq!(count(), 6, "each reads the partition from a place of its own");
        let gone = Arc::downgrade(&assigned[1].shared);
        assigned.truncate(1);
        assert_eq!(count(), 3);
        assert!(gone.upgrade().is_none(), "it is closed");
        assigned.clear();
        assert_eq!(count(), 3);
        let again =
            [readers.assign("weir.rejected", 0, 0).unwrap(), readers.assign("weir.rejected", 0, 0).unwrap()];
        assert_eq!(count(), 3, "those that are kept are used");
        drop(again);
    }
}
