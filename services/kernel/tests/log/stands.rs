//! What the contract is tested on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use tempfile::TempDir;
use weir_kernel::log::{
    self, EventLog, Limits, NewRecord, Position, Record, Settings, Topic, embedded, kafka,
};

/// Somewhere a log lives, to be opened as often as a test likes.
pub(crate) trait Stand {
    fn settings(&self) -> Settings;

    /// Another handle of the same log, as another process would have.
    async fn open(&self) -> Arc<dyn EventLog> {
        log::open(&self.settings()).await.unwrap()
    }

    /// A new topic, kept for ever.
    async fn topic(&self, partitions: i32) -> String {
        let topic = Topic::new(unique_name(), partitions);
        self.open().await.create_topics(std::slice::from_ref(&topic)).await.unwrap();
        topic.name
    }
}

/// The embedded log in a folder of its own.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn embedded_settings(&self) -> embedded::Settings {
        let mut settings = embedded::Settings::new(self.0.path());
        settings.poll_interval = Duration::from_millis(10);
        settings
    }
}

impl Stand for Folder {
    fn settings(&self) -> Settings {
        Settings::Embedded(self.embedded_settings())
    }
}

/// librdkafka's cluster in this process.
pub(crate) struct Mock(pub(crate) MockCluster<'static, DefaultProducerContext>);

impl Mock {
    pub(crate) fn new() -> Self {
        Self(MockCluster::new(1).unwrap())
    }

    pub(crate) fn kafka_settings(&self) -> kafka::Settings {
        let mut settings = kafka::Settings::new(self.0.bootstrap_servers());
        // The mock cluster leaves some questions unanswered; the others it answers at once.
        settings.request_timeout = Duration::from_secs(2);
        settings
    }
}

impl Stand for Mock {
    fn settings(&self) -> Settings {
        Settings::Kafka(self.kafka_settings())
    }

    /// The mock cluster can't create topics when asked over the wire.
    async fn topic(&self, partitions: i32) -> String {
        let name = unique_name();
        self.0.create_topic(&name, partitions, 1).unwrap();
        name
    }
}

/// A real Apache Kafka.
pub(crate) struct Broker(String);

impl Broker {
    pub(crate) fn from_environment() -> Option<Self> {
        std::env::var("WEIR_TEST_KAFKA").ok().filter(|bootstrap| !bootstrap.is_empty()).map(Self)
    }
}

impl Stand for Broker {
    fn settings(&self) -> Settings {
        Settings::Kafka(kafka::Settings::new(&self.0))
    }
}

/// A name that no other test, and no earlier run, uses.
pub(crate) fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = jiff::Timestamp::now().as_nanosecond();
    format!("test.{}.{now}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A record whose value is its key and `n`.
pub(crate) fn numbered(key: &str, n: usize) -> NewRecord {
    NewRecord::new(key, format!("{key}#{n}"))
}

/// Appends records that must all succeed.
pub(crate) async fn append(log: &dyn EventLog, topic: &str, records: Vec<NewRecord>) -> Vec<Position> {
    log.append(topic, records).await.into_iter().map(Result::unwrap).collect()
}

/// Long enough for any record to arrive; only a failing test waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The next `count` records of a partition.
pub(crate) async fn read(
    log: &dyn EventLog,
    topic: &str,
    partition: i32,
    from: i64,
    count: usize,
) -> Vec<Record> {
    let mut reader = log.reader(topic, partition, from).await.unwrap();
    let mut records = Vec::new();
    while records.len() < count {
        let rows = count - records.len();
        let more = reader.read(Limits { rows, wait: PATIENCE, ..Limits::default() }).await.unwrap();
        assert!(!more.is_empty(), "{topic}/{partition} ends after {} of {count}", records.len());
        records.extend(more);
    }
    records
}

/// Everything in a topic, by partition.
pub(crate) async fn read_all(log: &dyn EventLog, topic: &str) -> Vec<Vec<Record>> {
    let mut partitions = Vec::new();
    for (partition, end) in (0..).zip(log.ends(topic).await.unwrap()) {
        partitions.push(read(log, topic, partition, 0, usize::try_from(end).unwrap()).await);
    }
    partitions
}
