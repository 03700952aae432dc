//! However appends interleave, the records of a key stay in the order they were appended.

use std::collections::BTreeMap;

use futures::future::join_all;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::stands::{Stand, append, numbered, read_all};

/// Senders at once, each with its batches one after the other, each of records with the key's number.
pub(crate) async fn random_interleavings_keep_the_order_of_a_key(stand: &impl Stand) {
    let log = stand.open().await;
    let senders = vec(vec(vec(0..5_u8, 0..20), 0..8), 1..5);
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let senders = senders.new_tree(&mut runner).unwrap().current();
        let topic = stand.topic(3).await;
        let appends = senders.iter().enumerate().map(|(sender, batches)| {
            let (log, topic) = (&log, &topic);
            async move {
                let mut counts = BTreeMap::new();
                for batch in batches {
                    let records = batch.iter().map(|key| {
                        let key = format!("{sender}/{key}");
                        let count = counts.entry(key.clone()).or_insert(0);
                        *count += 1;
                        numbered(&key, *count)
                    });
                    let records: Vec<_> = records.collect();
                    append(&**log, topic, records).await;
                }
                counts
            }
        });
        let mut expected: BTreeMap<String, usize> = join_all(appends).await.into_iter().flatten().collect();

        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for record in read_all(&*log, &topic).await.into_iter().flatten() {
            let count = seen.entry(record.key.clone()).or_default();
            *count += 1;
            assert_eq!(record.value, format!("{}#{count}", record.key), "{senders:?}");
        }
        expected.retain(|_, count| *count > 0);
        assert_eq!(seen, expected, "{senders:?}");
    }
}
