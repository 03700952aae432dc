//! A log that is filled before a system starts on it, or read once it has left.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use weir_kernel::log::{self, EventLog, Limits, NewRecord, Record};
use weir_kernel::topics;

/// The record of an event, as ingestion writes it.
///
/// # Errors
/// When it has no subject.
pub fn record(event: &Value) -> Result<NewRecord> {
    let subject = event["subject"].as_str().context("an event without a subject")?;
    Ok(NewRecord::new(subject, event.to_string().into_bytes()))
}

/// Appends records to the log of a data folder, whose topics have so many partitions.
///
/// # Errors
/// When the log can't be opened, or refuses one.
pub async fn append(data: &Path, partitions: i32, records: Vec<NewRecord>) -> Result<()> {
    let log = log::open(&log::Settings::Embedded(log::embedded::Settings::new(data.join("log")))).await?;
    log.create_topics(&topics::topics(partitions)).await?;
    for outcome in log.append(topics::EVENTS, records).await {
        outcome?;
    }
    Ok(())
}

/// Everything that a topic holds, by partition and offset.
///
/// # Errors
/// When it can't be read.
pub async fn records(log: &dyn EventLog, topic: &str) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for (partition, end) in (0..).zip(log.ends(topic).await?) {
        let mut reader = log.reader(topic, partition, 0).await?;
        let mut next = 0;
        while next < end {
            for record in reader.read(Limits::default()).await? {
                next = record.offset + 1;
                records.push(record);
            }
        }
    }
    Ok(records)
}
