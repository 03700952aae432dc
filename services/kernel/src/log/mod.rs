//! The event log: one narrow port, [`EventLog`], and its two adapters.
//!
//! [`embedded`] keeps the log in one SQLite file, for everything on one machine; [`kafka`] keeps it in Apache Kafka, for
//! the services apart. Both number partitions and offsets alike and place a key in the same partition, and one suite of
//! contract tests (`tests/log/main.rs`) runs on both.

pub mod embedded;
mod error;
pub mod kafka;
mod partition;
mod port;

use std::sync::Arc;

pub use error::Error;
pub use partition::{key_of, partition_of};
pub use port::{
    Change, EventLog, Headers, Limits, NewRecord, Ownership, Position, Reader, Record, Topic, group_name,
};

/// Which log to open.
#[derive(Debug, Clone)]
pub enum Settings {
    /// The embedded log in a folder of this machine.
    Embedded(embedded::Settings),
    /// The log on a Kafka cluster.
    Kafka(kafka::Settings),
}

/// Opens the log that `settings` choose.
///
/// # Errors
///
/// When the embedded log's folder or file can't be used, or Kafka's settings are no settings. Kafka itself need not
/// be there yet.
pub async fn open(settings: &Settings) -> Result<Arc<dyn EventLog>, Error> {
    match settings {
        Settings::Embedded(settings) => Ok(Arc::new(embedded::EmbeddedLog::open(settings.clone()).await?)),
        Settings::Kafka(settings) => Ok(Arc::new(kafka::KafkaLog::open(settings.clone())?)),
    }
}
