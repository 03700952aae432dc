//! Appending: everything is sent, then each delivery awaited.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};
use tokio::time::Instant;

use super::Settings;
use super::client::{self, Plain, explain};
use crate::log::{Error, NewRecord, Position, partition_of};

/// The producer, replaced when it can't go on.
#[derive(Debug)]
pub(super) struct Appender {
    config: ClientConfig,
    producer: RwLock<Arc<Closing>>,
    max_record_bytes: usize,
    /// The most that the producer itself takes.
    batch_bytes: usize,
    delivery_timeout: Duration,
}

/// A producer that is closed on a thread of its own: closing waits for the brokers.
struct Closing(Option<FutureProducer<Plain>>);

impl Appender {
    pub(super) fn new(settings: &Settings) -> Result<Self, KafkaError> {
        let config = client::producer(settings);
        let producer = RwLock::new(Arc::new(Closing::start(&config)?));
        let Settings { max_record_bytes, delivery_timeout, .. } = *settings;
        let batch_bytes = client::batch_bytes(settings);
        Ok(Self { config, producer, max_record_bytes, batch_bytes, delivery_timeout })
    }

    /// Appends to a topic of so many partitions.
    pub(super) async fn append(
        &self,
        topic: &str,
        partitions: i32,
        records: &[NewRecord],
    ) -> Vec<Result<Position, Error>> {
        let closing = Arc::clone(&self.producer.read().unwrap_or_else(PoisonError::into_inner));
        let Some(producer) = &closing.0 else {
            return vec![Err(Error::Closed); records.len()];
        };
        let deadline = Instant::now() + self.delivery_timeout;
        let mut sent = Vec::with_capacity(records.len());
        for record in records {
            sent.push(self.send(producer, topic, partitions, record, deadline).await);
        }
        let mut outcomes = Vec::with_capacity(records.len());
        for delivery in sent {
            outcomes.push(match delivery {
                Ok(delivery) => settled(delivery.await, topic),
                Err(error) => Err(error),
            });
        }
        if outcomes.iter().any(Result::is_err) {
            self.replace_fatal(&closing);
        }
        outcomes
    }

    async fn send(
        &self,
        producer: &FutureProducer<Plain>,
        topic: &str,
        partitions: i32,
        record: &NewRecord,
        deadline: Instant,
    ) -> Result<DeliveryFuture, Error> {
        let (size, limit) = (record.size(), self.max_record_bytes);
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        let mut future = FutureRecord::to(topic)
            .partition(partition_of(&record.key, partitions))
            .key(record.key.as_str())
            .payload(record.value.as_ref());
        if !record.headers.is_empty() {
            let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
            for (key, value) in &record.headers {
                headers = headers.insert(Header { key, value: Some(value.as_ref()) });
            }
            future = future.headers(headers);
        }
        // One at a time and in order: records of a key must not overtake each other while the queue is full.
        loop {
            match producer.send_result(future) {
                Ok(delivery) => return Ok(delivery),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), refused))
                    if Instant::now() < deadline =>
                {
                    future = refused;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                // It was in no batch yet, and would be in none.
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge), _)) => {
                    return Err(Error::TooLarge { size, limit: self.batch_bytes });
                }
                Err((error, _)) => return Err(explain(&error, topic)),
            }
        }
    }

    /// Starts a new producer in the place of one with a fatal error, as the idempotence of Kafka knows some.
    fn replace_fatal(&self, failed: &Arc<Closing>) {
        let Some((code, reason)) = failed.0.as_ref().and_then(|producer| producer.client().fatal_error())
        else {
            return;
        };
        let mut producer = self.producer.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&producer, failed) {
            tracing::warn!(%code, reason, "the log's producer is replaced");
            match Closing::start(&self.config) {
                Ok(fresh) => *producer = Arc::new(fresh),
                Err(error) => tracing::error!(%error, "the log's producer could not be replaced"),
            }
        }
    }
}

impl Closing {
    fn start(config: &ClientConfig) -> Result<Self, KafkaError> {
        Ok(Self(Some(config.create_with_context(Plain)?)))
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        let producer = self.0.take();
        // Without a thread to spare it is closed here.
        let _ = std::thread::Builder::new().name("log-closing".to_owned()).spawn(move || drop(producer));
    }
}

impl std::fmt::Debug for Closing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Closing").finish_non_exhaustive()
    }
}

fn settled(
    delivery: Result<
        rdkafka::producer::future_producer::OwnedDeliveryResult,
        futures::channel::oneshot::Canceled,
    >,
    topic: &str,
) -> Result<Position, Error> {
    match delivery {
        Ok(Ok(delivered)) => Ok(Position { partition: delivered.partition, offset: delivered.offset }),
        Ok(Err((error, _))) => Err(explain(&error, topic)),
        Err(_) => Err(Error::Closed),
    }
}
