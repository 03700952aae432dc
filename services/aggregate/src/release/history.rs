//! Reads what contributors said from the events that the store holds.

use jiff::Timestamp;
use weir_kernel::clickhouse::Generation;
use weir_release::{Reading, Said};
use weir_schemas::plan::Plan;

use crate::Error;
use crate::stored_event::StoredEvent;

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
        let (event, place) = row.read()?;
        Ok::<_, Error>(reading.take(&event, place)?)
    };
    generation.each(select, |query| query.bind(last.as_millisecond()), take).await?;
    Ok(reading.finish()?)
}
