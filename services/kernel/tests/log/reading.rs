//! Readers see every record from where they start, in order, and only those.

use std::pin::pin;
use std::time::Duration;

use futures::poll;
use weir_kernel::log::{Error, Limits};

use crate::stands::{PATIENCE, Stand, append, numbered, read};

const NOW: Limits = Limits { rows: 10_000, bytes: 1 << 20, wait: Duration::ZERO };
const PATIENT: Limits = Limits { rows: 10_000, bytes: 1 << 20, wait: PATIENCE };

pub(crate) async fn a_reader_starts_where_it_is_told(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    append(&*log, &topic, (0..50).map(|n| numbered("k", n)).collect()).await;
    for from in [0, 1, 17, 49] {
        let count = usize::try_from(50 - from).unwrap();
        let records = read(&*log, &topic, 0, from, count).await;
        assert_eq!(records[0].offset, from);
        assert_eq!(records[count - 1].offset, 49);
    }
}

pub(crate) async fn a_reader_at_the_end_waits_and_wakes(stand: &impl Stand) {
    let (log, other, topic) = (stand.open().await, stand.open().await, stand.topic(1).await);
    let mut reader = log.reader(&topic, 0, 0).await.unwrap();
    assert_eq!(reader.read(NOW).await.unwrap(), [], "nothing there, no wait");
    for (n, writer) in [&log, &other].into_iter().enumerate() {
        let mut waiting = pin!(reader.read(PATIENT));
        assert!(poll!(&mut waiting).is_pending());
        append(&**writer, &topic, vec![numbered("k", n)]).await;
        let records = waiting.await.unwrap();
        assert_eq!(records.len(), 1, "the record of the {n}th append, by this handle or another");
        assert_eq!(records[0].value, format!("k#{n}"));
    }
}

pub(crate) async fn a_cancelled_read_loses_nothing(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    let mut reader = log.reader(&topic, 0, 0).await.unwrap();
    let mut offsets = Vec::new();
    for n in 0..30 {
        append(&*log, &topic, vec![numbered("k", n)]).await;
        // Dropped at its first or a later wait, or done.
        let read = tokio::time::timeout(Duration::from_micros(n as u64 * 50), reader.read(PATIENT)).await;
        offsets.extend(read.into_iter().flat_map(Result::unwrap).map(|record| record.offset));
    }
    while offsets.len() < 30 {
        offsets.extend(reader.read(PATIENT).await.unwrap().iter().map(|record| record.offset));
    }
    assert_eq!(offsets, (0..30).collect::<Vec<i64>>());
}

pub(crate) async fn a_reader_keeps_to_its_limits(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    append(&*log, &topic, (0..20).map(|n| numbered("key", n)).collect()).await;
    let mut reader = log.reader(&topic, 0, 0).await.unwrap();
    assert_eq!(reader.read(Limits { rows: 1, ..PATIENT }).await.unwrap().len(), 1);
    let limited = reader.read(Limits { rows: 3, ..PATIENT }).await.unwrap();
    assert!((1..=3).contains(&limited.len()));
    let one = reader.read(Limits { bytes: 1, ..PATIENT }).await.unwrap();
    assert_eq!(one.len(), 1, "the first record is read whatever its size");
    let next = one[0].offset + 1;
    assert_eq!(reader.read(PATIENT).await.unwrap()[0].offset, next);
}

pub(crate) async fn readers_of_a_partition_do_not_disturb_each_other(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    append(&*log, &topic, (0..10).map(|n| numbered("k", n)).collect()).await;
    let mut first = log.reader(&topic, 0, 0).await.unwrap();
    let one_row = Limits { rows: 1, ..PATIENT };
    assert_eq!(first.read(one_row).await.unwrap()[0].offset, 0);
    let mut second = log.reader(&topic, 0, 5).await.unwrap();
    assert_eq!(second.read(one_row).await.unwrap()[0].offset, 5);
    assert_eq!(first.read(one_row).await.unwrap()[0].offset, 1);
    drop(first);
    assert_eq!(second.read(one_row).await.unwrap()[0].offset, 6);
    let mut third = log.reader(&topic, 0, 2).await.unwrap();
    assert_eq!(third.read(one_row).await.unwrap()[0].offset, 2);
    assert_eq!(second.read(one_row).await.unwrap()[0].offset, 7);
}

pub(crate) async fn readers_are_opened_and_dropped_at_will(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(2).await);
    append(&*log, &topic, (0..200).map(|n| numbered(&format!("{n}"), n)).collect()).await;
    let ends = log.ends(&topic).await.unwrap();
    for from in 0..20 {
        for partition in 0..2 {
            // Dropped with most of what it fetched unread, or with nothing arrived.
            let mut unread = log.reader(&topic, partition, 0).await.unwrap();
            if from % 2 == 0 {
                unread.read(Limits { rows: 1, ..PATIENT }).await.unwrap();
            }
            drop(unread);
            let count = usize::try_from(ends[usize::try_from(partition).unwrap()] - from).unwrap();
            let records = read(&*log, &topic, partition, from, count).await;
            assert!(
                records.iter().map(|record| record.offset).eq(from..from + i64::try_from(count).unwrap())
            );
        }
    }
}

pub(crate) async fn a_reader_outside_the_log_is_refused(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    append(&*log, &topic, (0..3).map(|n| numbered("k", n)).collect()).await;
    for offset in [-1, 4] {
        let refused = log.reader(&topic, 0, offset).await.err();
        let topic = topic.clone();
        assert_eq!(refused, Some(Error::OutOfRange { topic, partition: 0, offset, start: 0, end: 3 }));
    }
    for partition in [-1, 1] {
        let refused = log.reader(&topic, partition, 0).await.err();
        assert_eq!(refused, Some(Error::UnknownPartition { topic: topic.clone(), partition }));
    }
}
