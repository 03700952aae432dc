//! The port: what the services ask of a log, and nothing else.
//!
//! Positions are the callers' to keep, beside what they vouch for. The log learns them too: to show lag, and for who has no other
//! place to keep them in and may take in again what came after the last one it learned.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

use super::Error;

/// A topic to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name: letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// How many partitions, fixed at creation.
    pub partitions: i32,
    /// How long records are kept; `None`: for ever.
    pub retention: Option<Duration>,
}

impl Topic {
    /// A topic kept for ever.
    pub fn new(name: impl Into<String>, partitions: i32) -> Self {
        Self { name: name.into(), partitions, retention: None }
    }

    /// That it can be created: its name and number of partitions are possible ones.
    pub(super) fn check(&self) -> Result<(), Error> {
        check_name("topic", &self.name)?;
        if self.partitions < 1 {
            let (name, partitions) = (&self.name, self.partitions);
            return Err(Error::Invalid(format!(
                "topic {name} can't have {partitions} partitions, at least 1"
            )));
        }
        Ok(())
    }

    /// That the existing topic has as many partitions as this one.
    pub(super) fn check_partitions(&self, actual: i32) -> Result<(), Error> {
        if self.partitions == actual {
            return Ok(());
        }
        Err(Error::Mismatch {
            topic: self.name.clone(),
            property: "partitions",
            actual: actual.to_string(),
            wanted: self.partitions.to_string(),
        })
    }
}

/// That a topic's or group's name is one that Kafka and a file system take.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), Error> {
    let possible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if (1..=200).contains(&name.len()) && name.chars().all(possible) && name != "." && name != ".." {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "{name:?} is no name for a {what}: 1 to 200 letters, digits, '.', '_' and '-'"
    )))
}

/// That a text can name a group.
///
/// # Errors
///
/// When it can't, and how names are written.
pub fn group_name(text: &str) -> Result<String, Error> {
    check_name("group", text).map(|()| text.to_owned())
}

/// Headers of a record, in order; empty for most.
pub type Headers = Vec<(String, Bytes)>;

/// A record to append.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRecord {
    /// Chooses the partition ([`partition_of`](super::partition_of)); the records of a key keep their order.
    pub key: String,
    /// Headers; usually none.
    pub headers: Headers,
    /// The payload.
    pub value: Bytes,
}

impl NewRecord {
    /// A record without headers.
    pub fn new(key: impl Into<String>, value: impl Into<Bytes>) -> Self {
        Self { key: key.into(), headers: Headers::new(), value: value.into() }
    }

    /// Bytes of key, headers and value, as the limits count them.
    #[must_use]
    pub fn size(&self) -> usize {
        size(&self.key, &self.headers, &self.value)
    }
}

/// A record as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its partition.
    pub partition: i32,
    /// Its place in the partition.
    pub offset: i64,
    /// When the log appended it, in milliseconds. Kafka may step back within a partition when a leader with a slower
    /// clock takes over; who needs order keeps the running maximum.
    pub recorded: Timestamp,
    /// Its key; empty when it has none (another program's record); what is not UTF-8 is replaced.
    pub key: String,
    /// Its headers; one whose name is not UTF-8 is named U+FFFD and has no value, and after some such the rest are left out.
    pub headers: Headers,
    /// Its payload; empty when it has none.
    pub value: Bytes,
}

impl Record {
    /// Bytes of key, headers and value, as the limits count them.
    #[must_use]
    pub fn size(&self) -> usize {
        size(&self.key, &self.headers, &self.value)
    }
}

fn size(key: &str, headers: &Headers, value: &Bytes) -> usize {
    key.len() + value.len() + headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
}

/// A record's place in its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The partition.
    pub partition: i32,
    /// The offset in it.
    pub offset: i64,
}

/// How much one read takes, whichever is reached first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// At most so many records, at least 1.
    pub rows: usize,
    /// Stop once so many bytes are read; the first record is read whatever its size.
    pub bytes: usize,
    /// How long to wait for the first record.
    pub wait: Duration,
}

impl Default for Limits {
    /// 10,000 records, 16 MiB, 100 ms.
    fn default() -> Self {
        Self { rows: 10_000, bytes: 16 << 20, wait: Duration::from_millis(100) }
    }
}

/// A change in what an owner owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These partitions are now this owner's.
    Gained(Vec<i32>),
    /// These no longer are, or are about to go: stop writing for them, then call
    /// [`changed`](Ownership::changed) again, which lets the next owner have them. Who takes too long loses them all the same.
    Lost(Vec<i32>),
}

/// A partitioned log of records: the truth that everything else is computed from.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Creates the topics that are missing. To those that exist the embedded log gives the retention asked for; Kafka
    /// changes nothing, and refuses those that don't keep what is to be kept for ever.
    ///
    /// # Errors
    ///
    /// When a topic exists with another number of partitions or refused properties, or the log can't do it.
    async fn create_topics(&self, topics: &[Topic]) -> Result<(), Error>;

    /// The topics whose names begin with `prefix`, as far as the log shows them, in order: also those that others made.
    ///
    /// # Errors
    ///
    /// When the log can't be read.
    async fn topics(&self, prefix: &str) -> Result<Vec<String>, Error>;

    /// Appends records and answers once all are settled: for each, in input order, its position, durable, or its failure.
    ///
    /// Records of one key are written in input order; a failed one does not hold back those after it. A record that
    /// failed as [`Unreachable`](Error::Unreachable) may have been written all the same, and so may those of a call
    /// that was cancelled.
    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>>;

    /// Of each partition, in order, the offset its next record will have.
    ///
    /// In the embedded log a record at or after the end is recorded no earlier than the end was asked for, as far as
    /// the clock does not step back. Kafka stamps a record before its replicas have it and the end moves past it, so
    /// there a margin has to be allowed.
    ///
    /// # Errors
    ///
    /// When the topic is not known or the log can't be read.
    async fn ends(&self, topic: &str) -> Result<Vec<i64>, Error>;

    /// Of each partition, in order, the first offset it still holds (its end when it holds nothing).
    ///
    /// # Errors
    ///
    /// When the topic is not known or the log can't be read.
    async fn starts(&self, topic: &str) -> Result<Vec<i64>, Error>;

    /// Reads a partition from offset `from` on. Readers don't disturb each other.
    ///
    /// # Errors
    ///
    /// When there is no such partition, or `from` is not between its start and its end.
    async fn reader(&self, topic: &str, partition: i32, from: i64) -> Result<Box<dyn Reader>, Error>;

    /// Joins `group`, whose members share the partitions of `topic`: each partition has one owner at a time.
    ///
    /// # Errors
    ///
    /// When the topic is not known or the log can't be reached.
    async fn own(&self, topic: &str, group: &str) -> Result<Box<dyn Ownership>, Error>;
}

/// Reads one partition in order.
#[async_trait]
pub trait Reader: Send {
    /// The next records: at least one, or none after `limits.wait`. Cancel-safe: no record is lost with the call.
    ///
    /// # Errors
    ///
    /// When the log can't be read; [`OutOfRange`](Error::OutOfRange) when retention overtook the reader. After an error
    /// open a new reader.
    async fn read(&mut self, limits: Limits) -> Result<Vec<Record>, Error>;
}

/// Membership in a group that shares a topic's partitions. Dropping it leaves too, without waiting.
#[async_trait]
pub trait Ownership: Send {
    /// The next change. Calling it again says that the last one is done with: the partitions of a
    /// [`Lost`](Change::Lost) are only then handed on. Cancel-safe.
    ///
    /// # Errors
    ///
    /// When membership ended for good; then join anew.
    async fn changed(&mut self) -> Result<Change, Error>;

    /// Tells the log how far this owner has come: the next offset it will read. Takes effect later, or never; what is reported
    /// before [`leave`](Self::leave), of partitions still owned, takes effect with it.
    fn report(&self, position: Position);

    /// The position that the group's owners reported last of a partition, as far as it took effect; `None` when none did.
    /// It never lies after what was reported, and may have been forgotten.
    ///
    /// # Errors
    ///
    /// When the log can't be asked.
    async fn reported(&mut self, partition: i32) -> Result<Option<i64>, Error>;

    /// Leaves the group and hands its partitions on; answers once the group knows.
    ///
    /// # Errors
    ///
    /// When the group could not be told; it will find out.
    async fn leave(self: Box<Self>) -> Result<(), Error>;
}
