//! Logs that fail on purpose.

use std::collections::HashSet;

use async_trait::async_trait;
use weir_kernel::log::{Error, EventLog, NewRecord, Ownership, Position, Reader, Topic};

/// A log that can append to none of `topics`, and takes no record whose key is in `keys`; the others it forgets.
#[derive(Default)]
pub(crate) struct BrokenLog {
    pub(crate) topics: HashSet<&'static str>,
    pub(crate) unreachable: HashSet<&'static str>,
    pub(crate) too_large: HashSet<&'static str>,
}

fn away<T>() -> Result<T, Error> {
    Err(Error::Unreachable("no broker answers".into()))
}

#[async_trait]
impl EventLog for BrokenLog {
    async fn create_topics(&self, _: &[Topic]) -> Result<(), Error> {
        away()
    }

    async fn topics(&self, _: &str) -> Result<Vec<String>, Error> {
        away()
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        let broken = self.topics.contains(topic);
        let place = |(offset, record): (i64, NewRecord)| {
            if broken || self.unreachable.contains(record.key.as_str()) {
                return away();
            }
            if self.too_large.contains(record.key.as_str()) {
                return Err(Error::TooLarge { size: record.size(), limit: 100 });
            }
            Ok(Position { partition: 0, offset })
        };
        (0..).zip(records).map(place).collect()
    }

    async fn ends(&self, _: &str) -> Result<Vec<i64>, Error> {
        away()
    }

    async fn starts(&self, _: &str) -> Result<Vec<i64>, Error> {
        away()
    }

    async fn reader(&self, _: &str, _: i32, _: i64) -> Result<Box<dyn Reader>, Error> {
        away()
    }

    async fn own(&self, _: &str, _: &str) -> Result<Box<dyn Ownership>, Error> {
        away()
    }
}
