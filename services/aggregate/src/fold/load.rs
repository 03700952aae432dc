//! Loads the states of entities from their events below a batch.

use std::collections::BTreeSet;

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;
use weir_kernel::clickhouse::Generation;
use weir_schemas::entity::Place;
use weir_schemas::event::Event;

use super::cache::Cache;
use crate::Error;

/// Subjects a statement asks for at a time; they are spelled out in it, and the server bounds its length.
const SUBJECTS_AT_A_TIME: usize = 2_000;

#[derive(Row, Deserialize)]
struct StoredEvent {
    subject: String,
    offset: i64,
    recorded: i64,
    payload: String,
}

/// Loads the subjects that are not in the cache, from events below `floor`: what a crashed attempt at the
/// batch may have stored from there on is met again.
pub(super) async fn missing(
    generation: &Generation,
    partition: i32,
    floor: i64,
    subjects: impl Iterator<Item = &str>,
    cache: &mut Cache,
) -> Result<(), Error> {
    let missing: BTreeSet<&str> = subjects.filter(|subject| !cache.holds(subject)).collect();
    let missing: Vec<&str> = missing.into_iter().collect();
    for some in missing.chunks(SUBJECTS_AT_A_TIME) {
        let select = "SELECT ?fields FROM events WHERE subject IN ? AND partition = ? AND offset < ? \
                      AND disposition = 'stored' ORDER BY subject, offset LIMIT 1 BY subject, offset";
        let rows: Vec<StoredEvent> =
            generation.select(select, |query| query.bind(some).bind(partition).bind(floor)).await?;
        for row in rows {
            let event = Event::from_slice(row.payload.as_bytes()).map_err(|problems| Error::Stored {
                subject: row.subject.clone(),
                offset: row.offset,
                problem: problems.first().map(ToString::to_string).unwrap_or_default(),
            })?;
            let recorded = Timestamp::from_millisecond(row.recorded).unwrap_or(Timestamp::UNIX_EPOCH);
            cache.apply(&event, Place { offset: row.offset, recorded });
        }
    }
    Ok(())
}
