//! What is appended is there, once, where the log said.

use bytes::Bytes;
use futures::future::join_all;
use weir_kernel::log::{Error, NewRecord, partition_of};

use crate::stands::{Stand, append, numbered, read, read_all};

pub(crate) async fn records_come_back_as_they_were_appended(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    let mut sent: Vec<NewRecord> = (0..300).map(|n| numbered(&format!("键{}", n % 7), n)).collect();
    sent[3].headers = vec![("ce_type".into(), Bytes::from_static(b"t")), ("empty".into(), Bytes::new())];
    sent[4].value = Bytes::new();
    sent[5].value = Bytes::from_static(&[0, 255, 13, 10]);
    let mut positions = append(&*log, &topic, sent[..200].to_vec()).await;
    positions.extend(append(&*log, &topic, sent[200..].to_vec()).await);

    let offsets: Vec<i64> = positions.iter().map(|position| position.offset).collect();
    assert_eq!(offsets, (0..300).collect::<Vec<i64>>(), "offsets are dense from 0, in input order");
    let records = read(&*log, &topic, 0, 0, 300).await;
    for ((record, sent), offset) in records.iter().zip(&sent).zip(0..) {
        assert_eq!((record.partition, record.offset), (0, offset));
        assert_eq!((&record.key, &record.headers, &record.value), (&sent.key, &sent.headers, &sent.value));
        assert_eq!(record.size(), sent.size());
    }
}

pub(crate) async fn a_key_keeps_to_its_partition(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(5).await);
    let keys: Vec<String> = (0..100).map(|n| format!("91510100MA{n:08}")).collect();
    for n in 0..2 {
        let records = keys.iter().map(|key| numbered(key, n)).collect();
        for (key, position) in keys.iter().zip(append(&*log, &topic, records).await) {
            assert_eq!(position.partition, partition_of(key, 5));
        }
    }
    let partitions = read_all(&*log, &topic).await;
    assert!(partitions.iter().all(|records| !records.is_empty()), "100 keys meet all of 5 partitions");
    for record in partitions.iter().flatten() {
        assert_eq!(record.partition, partition_of(&record.key, 5));
    }
}

pub(crate) async fn concurrent_appends_all_have_a_place_of_their_own(stand: &impl Stand) {
    let (first, second, topic) = (stand.open().await, stand.open().await, stand.topic(3).await);
    let appends = (0..40).map(|task| {
        let (log, topic) = (if task % 2 == 0 { &first } else { &second }, &topic);
        async move {
            let sent: Vec<_> = (0..25).map(|n| numbered(&format!("{task}-{}", n % 4), n)).collect();
            let positions = append(&**log, topic, sent.clone()).await;
            sent.into_iter().zip(positions).collect::<Vec<_>>()
        }
    });
    let mut written = join_all(appends).await.concat();
    written.sort_by_key(|(_, position)| *position);

    let read = read_all(&*first, &topic).await.concat();
    assert_eq!(read.len(), 1_000);
    for ((sent, position), record) in written.iter().zip(&read) {
        assert_eq!((position.partition, position.offset), (record.partition, record.offset));
        assert_eq!((&sent.key, &sent.value), (&record.key, &record.value));
    }
}

pub(crate) async fn large_records_fit_and_too_large_ones_fail_alone(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    let large = NewRecord::new("large", vec![b'x'; 999_000]);
    let too_large = NewRecord::new("too large", vec![b'x'; 1_000_001]);
    let outcomes =
        log.append(&topic, vec![numbered("a", 0), too_large, large.clone(), numbered("b", 0)]).await;
    let offsets: Vec<Option<i64>> =
        outcomes.iter().map(|outcome| outcome.as_ref().ok().map(|position| position.offset)).collect();
    assert_eq!(offsets, [Some(0), None, Some(1), Some(2)]);
    assert_eq!(outcomes[1], Err(Error::TooLarge { size: 1_000_010, limit: 1_000_000 }));
    assert_eq!(read(&*log, &topic, 0, 1, 1).await[0].value, large.value);
}

pub(crate) async fn nothing_to_append_is_no_failure(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(1).await);
    assert_eq!(log.append(&topic, Vec::new()).await, []);
    assert_eq!(log.ends(&topic).await.unwrap(), [0]);
}

pub(crate) async fn records_are_recorded_in_order(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(2).await);
    for n in 0..20 {
        append(&*log, &topic, (0..10).map(|key| numbered(&format!("{key}"), n)).collect()).await;
    }
    for records in read_all(&*log, &topic).await {
        assert!(records.is_sorted_by_key(|record| record.recorded));
        assert!(records.iter().all(|record| record.recorded.as_millisecond() > 0));
    }
}

pub(crate) async fn the_log_is_there_when_opened_again(stand: &impl Stand) {
    let topic = stand.topic(2).await;
    let before = {
        let log = stand.open().await;
        append(&*log, &topic, (0..50).map(|n| numbered(&format!("{n}"), n)).collect()).await;
        read_all(&*log, &topic).await
    };
    let log = stand.open().await;
    assert_eq!(read_all(&*log, &topic).await, before);
    let position = append(&*log, &topic, vec![numbered("0", 1)]).await[0];
    let partition = usize::try_from(position.partition).unwrap();
    assert_eq!(position.offset, i64::try_from(before[partition].len()).unwrap());
}
