//! A log that is filled before a system starts on it.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use weir_kernel::log::{self, NewRecord};
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
