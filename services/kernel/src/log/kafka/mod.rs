//! The log on Apache Kafka.
//!
//! Appends are idempotent and acknowledged by all replicas in sync. Reading, owning and administering are clients of
//! their own, so that none waits for another.

mod appender;
mod client;
mod creation;
mod membership;
mod owner;
mod reader;
mod readers;
mod reports;
mod settings;
mod topics;

use std::sync::Arc;

use async_trait::async_trait;
use rdkafka::Offset;
use rdkafka::error::KafkaError;
use tokio::sync::mpsc;

use self::appender::Appender;
use self::membership::Member;
use self::owner::Owner;
use self::reader::PartitionReader;
use self::readers::Readers;
pub use self::settings::Settings;
use self::topics::Topics;
use super::{Error, EventLog, NewRecord, Ownership, Position, Reader, Topic};

/// The log on Kafka.
#[derive(Debug)]
pub struct KafkaLog {
    settings: Settings,
    appender: Appender,
    readers: Arc<Readers>,
    topics: Arc<Topics>,
}

impl KafkaLog {
    /// Starts the clients. Brokers need not be there yet: the calls that need them fail until they are.
    ///
    /// # Errors
    ///
    /// When librdkafka does not take the settings.
    pub fn open(settings: Settings) -> Result<Self, Error> {
        let refused = |error: KafkaError| Error::Invalid(format!("Kafka settings: {error}"));
        let readers =
            Arc::new(Readers::new(client::reader(&settings), settings.idle_readers).map_err(refused)?);
        let appender = Appender::new(&settings).map_err(refused)?;
        let topics = Arc::new(Topics::new(Arc::clone(&readers), settings.request_timeout));
        Ok(Self { settings, appender, readers, topics })
    }
}

#[async_trait]
impl EventLog for KafkaLog {
    async fn create_topics(&self, topics: &[Topic]) -> Result<(), Error> {
        creation::create(&self.settings, &self.topics, topics).await
    }

    async fn topics(&self, prefix: &str) -> Result<Vec<String>, Error> {
        self.topics.names(prefix).await
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        match self.topics.partitions(topic).await {
            Ok(partitions) => self.appender.append(topic, partitions, &records).await,
            Err(error) => vec![Err(error); records.len()],
        }
    }

    async fn ends(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.topics.offsets(topic, Offset::End).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.topics.offsets(topic, Offset::Beginning).await
    }

    async fn reader(&self, topic: &str, partition: i32, from: i64) -> Result<Box<dyn Reader>, Error> {
        let mut partitions = self.topics.partitions(topic).await?;
        if partition >= partitions {
            // A topic that others made may have grown.
            partitions = self.topics.partitions_now(topic).await?;
        }
        if !(0..partitions).contains(&partition) {
            return Err(Error::UnknownPartition { topic: topic.to_owned(), partition });
        }
        let (start, end) = self.topics.bounds(topic, partition).await?;
        let topic = topic.to_owned();
        if !(start..=end).contains(&from) {
            return Err(Error::OutOfRange { topic, partition, offset: from, start, end });
        }
        let (readers, topics) = (Arc::clone(&self.readers), Arc::clone(&self.topics));
        blocking(move || {
            let assigned =
                readers.assign(&topic, partition, from).map_err(|error| client::explain(&error, &topic))?;
            let reader: Box<dyn Reader> =
                Box::new(PartitionReader::new(assigned, topics, topic, partition, from));
            Ok(reader)
        })
        .await
    }

    async fn own(&self, topic: &str, group: &str) -> Result<Box<dyn Ownership>, Error> {
        super::port::check_name("group", group)?;
        self.topics.partitions(topic).await?;
        let (settings, topic, group) = (self.settings.clone(), topic.to_owned(), group.to_owned());
        blocking(move || {
            let (sender, changes) = mpsc::unbounded_channel();
            let member = Member::join(&settings, &topic, &group, sender)
                .map_err(|error| Error::Invalid(format!("Kafka settings: {error}")))?;
            let owner: Box<dyn Ownership> = Box::new(Owner::start(member, changes)?);
            Ok(owner)
        })
        .await
    }
}

/// Runs what blocks away from the runtime's own threads.
async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(run).await.unwrap_or(Err(Error::Closed))
}
