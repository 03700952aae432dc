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
    consumers: Mutex<Vec<Arc<Shared>>>,
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
    topic: String,
    partition: i32,
}

impl Readers {
    /// With a first consumer, which also answers what there is to know about topics.
    pub(super) fn new(config: ClientConfig) -> Result<Self, KafkaError> {
        let first = Arc::new(Shared::start(&config)?);
        Ok(Self { config, consumers: Mutex::new(vec![first]) })
    }

    /// A consumer for asking about topics.
    pub(super) fn any(&self) -> Result<Arc<BaseConsumer<Plain>>, KafkaError> {
        let consumers = locked(&self.consumers);
        let shared = consumers.first().ok_or(KafkaError::Canceled)?;
        Ok(Arc::clone(&shared.consumer))
    }

    /// Starts reading a partition from `offset`.
    pub(super) fn assign(&self, topic: &str, partition: i32, offset: i64) -> Result<Assigned, KafkaError> {
        let shared = self.take(topic, partition)?;
        let unavailable = || KafkaError::Subscription(format!("no queue for {topic}/{partition}"));
        // Before it is assigned, so that no message takes the consumer's main queue.
        let queue = shared.consumer.split_partition_queue(topic, partition).ok_or_else(unavailable)?;
        let assigned = Assigned { queue, shared, topic: topic.to_owned(), partition };
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
        locked(&self.shared.taken).remove(&(std::mem::take(&mut self.topic), self.partition));
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
