//! Reading a partition in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use rdkafka::Message;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Headers as _};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::client::explain;
use super::readers::Assigned;
use super::topics::Topics;
use crate::log::{Error, Headers, Limits, Reader, Record};

/// What a header takes in memory besides its name and value: other programs may write any number of empty ones.
const HEADER: usize = size_of::<(String, Bytes)>();

/// How many headers whose name is not UTF-8 are met in one record.
const UNREADABLE_MOST: usize = 10;

/// Reads one partition of the Kafka log.
pub(super) struct PartitionReader {
    assigned: Assigned,
    arrived: Arc<Notify>,
    topics: Arc<Topics>,
    topic: String,
    partition: i32,
    /// The next offset to read.
    next: i64,
    /// A failure met after records that had to be answered first.
    failure: Option<KafkaError>,
}

impl PartitionReader {
    /// Reads from where `assigned` starts, `next`.
    pub(super) fn new(
        mut assigned: Assigned,
        topics: Arc<Topics>,
        topic: String,
        partition: i32,
        next: i64,
    ) -> Self {
        let arrived = Arc::new(Notify::new());
        let notify = Arc::clone(&arrived);
        assigned.queue.set_nonempty_callback(move || notify.notify_one());
        Self { assigned, arrived, topics, topic, partition, next, failure: None }
    }

    /// What has arrived, within the limits, without waiting.
    fn take(&mut self, limits: Limits) -> Result<Vec<Record>, KafkaError> {
        let mut records = Vec::new();
        let mut bytes = 0;
        while self.failure.is_none() && records.len() < limits.rows.max(1) && bytes < limits.bytes.max(1) {
            match self.assigned.queue.poll(Duration::ZERO) {
                None => break,
                Some(Ok(message)) if message.offset() < self.next => {}
                Some(Ok(message)) => {
                    let record = record(&message);
                    self.next = record.offset + 1;
                    bytes += record.size() + record.headers.len() * HEADER;
                    records.push(record);
                }
                Some(Err(error)) => self.failure = Some(error),
            }
        }
        match self.failure.take() {
            Some(failure) if records.is_empty() => Err(failure),
            failure => {
                self.failure = failure;
                Ok(records)
            }
        }
    }

    async fn explain(&self, failure: KafkaError) -> Error {
        let outside = matches!(
            failure.rdkafka_error_code(),
            Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange)
        );
        if !outside {
            return explain(&failure, &self.topic);
        }
        let (topic, partition, offset) = (self.topic.clone(), self.partition, self.next);
        match self.topics.bounds(&self.topic, partition).await {
            Ok((start, end)) => Error::OutOfRange { topic, partition, offset, start, end },
            Err(error) => error,
        }
    }
}

#[async_trait]
impl Reader for PartitionReader {
    async fn read(&mut self, limits: Limits) -> Result<Vec<Record>, Error> {
        let deadline = Instant::now() + limits.wait;
        loop {
            match self.take(limits) {
                Ok(records) if records.is_empty() => {}
                Ok(records) => return Ok(records),
                Err(failure) => return Err(self.explain(failure).await),
            }
            if timeout_at(deadline, self.arrived.notified()).await.is_err() {
                return Ok(Vec::new());
            }
        }
    }
}

fn record(message: &BorrowedMessage<'_>) -> Record {
    let millis = message.timestamp().to_millis().unwrap_or_default();
    Record {
        partition: message.partition(),
        offset: message.offset(),
        recorded: Timestamp::from_millisecond(millis).unwrap_or_default(),
        key: message.key().map(|key| String::from_utf8_lossy(key).into_owned()).unwrap_or_default(),
        headers: message
            .headers()
            .map_or_else(Headers::new, |all| headers(all.count(), |index| all.get(index))),
        value: message.payload().map_or_else(Bytes::new, Bytes::copy_from_slice),
    }
}

/// So many headers, each with its value. rdkafka panics at a name that is not UTF-8, and other programs may write any: such a header is
/// named by the replacement character and has no value, and the record can be read. Each panic costs time and a line of the logs, so
/// that of a record with many such names no more is read.
fn headers<'a>(count: usize, get: impl Fn(usize) -> Header<'a, &'a [u8]>) -> Headers {
    let mut headers = Headers::new();
    let mut unreadable = 0;
    for index in 0..count {
        if let Ok(Header { key, value }) = catch_unwind(AssertUnwindSafe(|| get(index))) {
            headers.push((key.to_owned(), value.map_or_else(Bytes::new, Bytes::copy_from_slice)));
            continue;
        }
        headers.push((char::REPLACEMENT_CHARACTER.to_string(), Bytes::new()));
        unreadable += 1;
        if unreadable == UNREADABLE_MOST {
            break;
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_rdkafka_panics_at_is_none() {
        let read = headers(3, |index| match index {
            0 => Header { key: "a", value: Some(b"b") },
            1 => panic!("not UTF-8"),
            _ => Header { key: "c", value: None },
        });
        let none = Bytes::new();
        assert_eq!(
            read,
            [("a".into(), Bytes::from_static(b"b")), ("\u{fffd}".into(), none.clone()), ("c".into(), none)]
        );
    }

    #[test]
    fn of_many_unreadable_headers_few_are_met() {
        assert_eq!(headers(1_000, |_| panic!("not UTF-8")).len(), UNREADABLE_MOST);
    }
}
