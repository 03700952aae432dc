//! Loads the states of entities from their events below a batch.

use std::collections::{BTreeSet, HashSet};

use clickhouse::query::Query;
use weir_kernel::clickhouse::Generation;
use weir_kernel::log::Record;

use super::cache::Cache;
use crate::Error;
use crate::stored_event::StoredEvent;

/// Subjects a statement asks for at a time; they are spelled out in it, and the server bounds its length.
pub(super) const SUBJECTS_AT_A_TIME: usize = 2_000;

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
        let bind = |query: Query| query.bind(some).bind(partition).bind(floor);
        let take = |row: StoredEvent| {
            let (event, place) = row.read()?;
            cache.apply(&event, place);
            Ok::<_, Error>(())
        };
        generation.each(select, bind, take).await?;
    }
    Ok(())
}

/// How many of these records, from the first on, are folded at a time: those about so many subjects that must be loaded, for
/// each is held with all of its history.
pub(super) fn at_a_time(records: &[Record], cache: &Cache, missing_most: usize) -> usize {
    let mut missing = HashSet::new();
    let mut keys = records.iter().map(|record| record.key.as_str());
    let over = keys.position(|key| !cache.holds(key) && missing.insert(key) && missing.len() > missing_most);
    over.unwrap_or(records.len())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_batch_is_cut_before_one_subject_too_many_must_be_loaded() {
        let record = |key: &str| Record {
            partition: 0,
            offset: 0,
            recorded: Timestamp::UNIX_EPOCH,
            key: key.to_owned(),
            headers: Vec::new(),
            value: Bytes::new(),
        };
        let records = ["a", "b", "a", "b", "c", "a"].map(record);
        let cold = Cache::new(0, false);
        assert_eq!([1, 2, 3].map(|most| at_a_time(&records, &cold, most)), [1, 4, 6]);
        assert_eq!(at_a_time(&records, &Cache::new(0, true), 1), 6, "none must be");
        assert_eq!(at_a_time(&[], &cold, 1), 0);
    }
}
