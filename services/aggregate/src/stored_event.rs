//! Events as the store holds them.

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;
use weir_schemas::entity::Place;
use weir_schemas::event::Event;

use crate::Error;

/// The columns of `events` that an event is read from again.
#[derive(Row, Deserialize)]
pub(crate) struct StoredEvent {
    subject: String,
    offset: i64,
    recorded: i64,
    payload: String,
}

impl StoredEvent {
    /// The event, and its place in the log.
    ///
    /// # Errors
    /// When it does not read any more.
    pub(crate) fn read(&self) -> Result<(Event, Place), Error> {
        let event = Event::from_slice(self.payload.as_bytes()).map_err(|problems| Error::Stored {
            subject: self.subject.clone(),
            offset: self.offset,
            problem: problems.first().map(ToString::to_string).unwrap_or_default(),
        })?;
        let recorded = Timestamp::from_millisecond(self.recorded).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok((event, Place { offset: self.offset, recorded }))
    }
}
