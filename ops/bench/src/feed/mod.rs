//! The events that benches feed: made before any clock starts.

mod monthly;
mod province;

use anyhow::Context;
use bytes::Bytes;
use serde::Deserialize;
use weir_kernel::log::NewRecord;

pub(crate) use monthly::{LARGEST, LAST_MONTH, Monthly};
pub(crate) use province::Province;

/// An event as it is sent, and what of its envelope becomes a column.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) subject: String,
    pub(crate) kind: String,
    pub(crate) source: String,
    pub(crate) id: String,
    /// One line of JSON.
    pub(crate) json: Bytes,
}

#[derive(Deserialize)]
struct Envelope {
    subject: String,
    r#type: String,
    source: String,
    id: String,
}

impl Event {
    /// Reads the envelope.
    pub(crate) fn read(json: String) -> anyhow::Result<Self> {
        let Envelope { subject, r#type: kind, source, id } =
            serde_json::from_str(&json).context("an event of the feed")?;
        Ok(Self { subject, kind, source, id, json: json.into() })
    }

    /// The event as a record of the log.
    pub(crate) fn record(&self) -> NewRecord {
        NewRecord::new(self.subject.clone(), self.json.clone())
    }
}
