//! What there is to know about topics: their partitions, where these start and end.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::metadata::MetadataTopic;
use rdkafka::{Offset, TopicPartitionList};

use super::client::{Plain, explain};
use super::readers::Readers;
use crate::log::Error;

/// How long to wait before asking again.
const AGAIN: Duration = Duration::from_millis(50);

/// Asks about topics. The log's own have a fixed number of partitions, so it is asked for once.
#[derive(Debug)]
pub(super) struct Topics {
    /// Asked through a consumer: it never creates a topic by asking for it.
    readers: Arc<Readers>,
    timeout: Duration,
    partitions: RwLock<HashMap<String, i32>>,
}

impl Topics {
    pub(super) fn new(readers: Arc<Readers>, timeout: Duration) -> Self {
        Self { readers, timeout, partitions: RwLock::default() }
    }

    /// How many partitions the topic has.
    pub(super) async fn partitions(&self, topic: &str) -> Result<i32, Error> {
        if let Some(known) = self.partitions.read().unwrap_or_else(PoisonError::into_inner).get(topic) {
            return Ok(*known);
        }
        self.partitions_now(topic).await
    }

    /// How many partitions the topic has at this moment.
    pub(super) async fn partitions_now(&self, topic: &str) -> Result<i32, Error> {
        let found = self
            .ask(topic, |consumer, topic, timeout| {
                let metadata =
                    consumer.fetch_metadata(Some(topic), timeout).map_err(|e| explain(&e, topic))?;
                let found = metadata.topics().iter().find(|found| found.name() == topic);
                match found.map(|found| (found.error(), found.partitions().len())) {
                    None | Some((None, 0)) => Err(Error::UnknownTopic(topic.to_owned())),
                    Some((None, partitions)) => Ok(i32::try_from(partitions).unwrap_or(i32::MAX)),
                    Some((Some(error), _)) => {
                        Err(explain(&rdkafka::error::KafkaError::MetadataFetch(error.into()), topic))
                    }
                }
            })
            .await?;
        self.partitions.write().unwrap_or_else(PoisonError::into_inner).insert(topic.to_owned(), found);
        Ok(found)
    }

    /// The topics whose names begin with `prefix`, in order: those that this client may know of.
    pub(super) async fn names(&self, prefix: &str) -> Result<Vec<String>, Error> {
        self.ask(prefix, |consumer, prefix, timeout| {
            let metadata = consumer.fetch_metadata(None, timeout).map_err(|e| explain(&e, prefix))?;
            let begin = |name: &&str| name.starts_with(prefix);
            let names = metadata.topics().iter().map(MetadataTopic::name).filter(begin);
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort_unstable();
            Ok(names)
        })
        .await
    }

    /// The first offset of a partition and the one its next record will have.
    pub(super) async fn bounds(&self, topic: &str, partition: i32) -> Result<(i64, i64), Error> {
        self.ask(topic, move |consumer, topic, timeout| {
            consumer.fetch_watermarks(topic, partition, timeout).map_err(|e| explain(&e, topic))
        })
        .await
    }

    /// The first ([`Offset::Beginning`]) or next ([`Offset::End`]) offset of every partition.
    pub(super) async fn offsets(&self, topic: &str, which: Offset) -> Result<Vec<i64>, Error> {
        let partitions = self.partitions(topic).await?;
        self.ask(topic, move |consumer, topic, timeout| {
            let mut wanted = TopicPartitionList::new();
            wanted.add_partition_range(topic, 0, partitions - 1);
            wanted.set_all_offsets(which).map_err(|e| explain(&e, topic))?;
            // One request a broker, where asking for watermarks would be two a partition.
            let answer = consumer.offsets_for_times(wanted, timeout).map_err(|e| explain(&e, topic))?;
            let mut offsets = Vec::new();
            for partition in 0..partitions {
                let element = answer.find_partition(topic, partition);
                let element =
                    element.ok_or_else(|| Error::UnknownPartition { topic: topic.to_owned(), partition })?;
                element.error().map_err(|e| explain(&e, topic))?;
                match element.offset() {
                    Offset::Offset(offset) => offsets.push(offset),
                    other => {
                        return Err(Error::Failed(format!(
                            "{topic}/{partition} answered {other:?} for an offset"
                        )));
                    }
                }
            }
            Ok(offsets)
        })
        .await
    }

    /// Runs a question, which blocks, away from the runtime's own threads; and again while the answer is on its
    /// way: a topic just created, or one whose leader has gone, has no leader for a moment.
    async fn ask<T: Send + 'static>(
        &self,
        topic: &str,
        question: impl Fn(&BaseConsumer<Plain>, &str, Duration) -> Result<T, Error> + Clone + Send + 'static,
    ) -> Result<T, Error> {
        let (consumer, timeout) = (self.readers.any().map_err(|e| explain(&e, topic))?, self.timeout);
        let deadline = Instant::now() + timeout;
        loop {
            let (consumer, topic, question) = (Arc::clone(&consumer), topic.to_owned(), question.clone());
            match super::blocking(move || question(&consumer, &topic, timeout)).await {
                Err(Error::Unreachable(_)) if Instant::now() < deadline => tokio::time::sleep(AGAIN).await,
                answer => return answer,
            }
        }
    }
}
