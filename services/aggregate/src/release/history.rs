//! Reads what contributors said from the events that the store holds.

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;
use weir_kernel::clickhouse::Generation;
use weir_release::{Reading, Said};
use weir_schemas::entity::Place;
use weir_schemas::event::Event;
use weir_schemas::plan::Plan;

use crate::Error;

#[derive(Row, Deserialize)]
struct StoredEvent {
    subject: String,
    offset: i64,
    recorded: i64,
    payload: String,
}

/// All that the protected measures of a plan are made of, at each of these moments, which are in order.
pub(super) async fn said(generation: &Generation, plan: &Plan, moments: &[Timestamp]) -> Result<Said, Error> {
    let Some(last) = moments.last() else { return Ok(Said::default()) };
    // Of patents, registers, references and rounds nothing is protected.
    let select = "SELECT ?fields FROM events WHERE disposition = 'stored' AND recorded <= fromUnixTimestamp64Milli(?, 'UTC') \
                  AND type NOT LIKE 'weir.patent.%' AND type NOT LIKE 'weir.register.%' \
                  AND type NOT LIKE 'weir.reference.%' AND type NOT LIKE 'weir.period.%' \
                  ORDER BY subject, offset LIMIT 1 BY subject, offset";
    let mut reading = Reading::new(plan, moments);
    let take = |row: StoredEvent| {
        let event = Event::from_slice(row.payload.as_bytes()).map_err(|problems| Error::Stored {
            subject: row.subject.clone(),
            offset: row.offset,
            problem: problems.first().map(ToString::to_string).unwrap_or_default(),
        })?;
        let recorded = Timestamp::from_millisecond(row.recorded).unwrap_or(Timestamp::UNIX_EPOCH);
        Ok::<_, Error>(reading.take(&event, Place { offset: row.offset, recorded })?)
    };
    generation.each(select, |query| query.bind(last.as_millisecond()), take).await?;
    Ok(reading.finish()?)
}
