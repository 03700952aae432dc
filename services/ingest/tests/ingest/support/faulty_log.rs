//! A log that takes nothing, forgets what is reported, or is silent, while it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use weir_kernel::log::{
    Change, Error, EventLog, Limits, NewRecord, Ownership, Position, Reader, Record, Topic,
};
use weir_kernel::topics;

/// A log that, while `away`, takes neither events nor rejected records, and whose owners, while it is `forgetful`, report in vain, as
/// those that are killed. While it is `silent`, it does not say which topics there are.
pub(crate) struct FaultyLog {
    log: Arc<dyn EventLog>,
    pub(crate) away: AtomicBool,
    pub(crate) forgetful: AtomicBool,
    pub(crate) silent: AtomicBool,
    /// Whether what its readers read of rounds is kept back.
    pub(crate) deaf: Arc<AtomicBool>,
    /// How many calls it refused.
    pub(crate) refused: AtomicUsize,
    /// Readers that there are, and the most that there ever were.
    readers: Arc<(AtomicUsize, AtomicUsize)>,
}

impl FaultyLog {
    pub(crate) fn new(log: Arc<dyn EventLog>) -> Self {
        let told = || AtomicBool::new(false);
        let (refused, readers) = (AtomicUsize::new(0), Arc::default());
        Self { log, away: told(), forgetful: told(), silent: told(), deaf: Arc::default(), refused, readers }
    }

    /// The most readers that there were at a time.
    pub(crate) fn most_readers(&self) -> usize {
        self.readers.1.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl EventLog for FaultyLog {
    async fn create_topics(&self, topics: &[Topic]) -> Result<(), Error> {
        self.log.create_topics(topics).await
    }

    async fn topics(&self, prefix: &str) -> Result<Vec<String>, Error> {
        if self.silent.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<()>().await;
        }
        self.log.topics(prefix).await
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        if [topics::EVENTS, topics::REJECTED].contains(&topic) && self.away.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return vec![Err(Error::Unreachable("no broker answers".into())); records.len()];
        }
        self.log.append(topic, records).await
    }

    async fn ends(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.log.ends(topic).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.log.starts(topic).await
    }

    async fn reader(&self, topic: &str, partition: i32, from: i64) -> Result<Box<dyn Reader>, Error> {
        let reader = self.log.reader(topic, partition, from).await?;
        let readers = Arc::clone(&self.readers);
        let deaf = if topic == topics::ROUNDS { Arc::clone(&self.deaf) } else { Arc::default() };
        readers.1.fetch_max(readers.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        Ok(Box::new(Counted { reader, readers, deaf }))
    }

    async fn own(&self, topic: &str, group: &str) -> Result<Box<dyn Ownership>, Error> {
        let ownership = self.log.own(topic, group).await?;
        Ok(if self.forgetful.load(Ordering::SeqCst) { Box::new(Forgetful(ownership)) } else { ownership })
    }
}

struct Counted {
    reader: Box<dyn Reader>,
    readers: Arc<(AtomicUsize, AtomicUsize)>,
    deaf: Arc<AtomicBool>,
}

#[async_trait]
impl Reader for Counted {
    async fn read(&mut self, limits: Limits) -> Result<Vec<Record>, Error> {
        let read = self.reader.read(limits).await;
        while self.deaf.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        read
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.readers.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Forgetful(Box<dyn Ownership>);

#[async_trait]
impl Ownership for Forgetful {
    async fn changed(&mut self) -> Result<Change, Error> {
        self.0.changed().await
    }

    fn report(&self, _: Position) {}

    async fn reported(&mut self, partition: i32) -> Result<Option<i64>, Error> {
        self.0.reported(partition).await
    }

    async fn leave(self: Box<Self>) -> Result<(), Error> {
        self.0.leave().await
    }
}
