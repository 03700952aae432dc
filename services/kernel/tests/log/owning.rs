//! Each partition of a topic has one owner in a group at a time, and never none for long.

use weir_kernel::log::{Change, Ownership, Position};

use crate::stands::{PATIENCE, Stand, append, numbered, unique_name};

/// Follows `owner` until it owns `count` partitions, and answers these.
pub(crate) async fn owns(owner: &mut dyn Ownership, mut owned: Vec<i32>, count: usize) -> Vec<i32> {
    while owned.len() != count {
        match tokio::time::timeout(PATIENCE, owner.changed()).await.expect("a change").unwrap() {
            Change::Gained(gained) => {
                assert!(gained.iter().all(|partition| !owned.contains(partition)));
                owned.extend(gained);
            }
            Change::Lost(lost) => {
                assert!(lost.iter().all(|partition| owned.contains(partition)));
                owned.retain(|partition| !lost.contains(partition));
            }
        }
    }
    owned.sort_unstable();
    owned
}

pub(crate) async fn an_owner_gains_every_partition(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(4).await);
    let mut owner = log.own(&topic, &unique_name()).await.unwrap();
    assert_eq!(owns(&mut *owner, vec![], 4).await, [0, 1, 2, 3]);
    owner.report(Position { partition: 0, offset: 0 });
    owner.leave().await.unwrap();
}

pub(crate) async fn what_is_left_goes_to_the_next(stand: &impl Stand) {
    let (log, other, topic, group) =
        (stand.open().await, stand.open().await, stand.topic(2).await, unique_name());
    for handle in [&log, &other] {
        let mut owner = handle.own(&topic, &group).await.unwrap();
        owns(&mut *owner, vec![], 2).await;
        owner.leave().await.unwrap();
    }
}

pub(crate) async fn what_is_dropped_goes_to_the_next(stand: &impl Stand) {
    let (log, topic, group) = (stand.open().await, stand.topic(2).await, unique_name());
    for _ in 0..2 {
        let mut owner = log.own(&topic, &group).await.unwrap();
        owns(&mut *owner, vec![], 2).await;
    }
}

pub(crate) async fn groups_do_not_disturb_each_other(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(2).await);
    let mut first = log.own(&topic, &unique_name()).await.unwrap();
    let mut second = log.own(&topic, &unique_name()).await.unwrap();
    tokio::join!(owns(&mut *first, vec![], 2), owns(&mut *second, vec![], 2));
}

pub(crate) async fn what_was_reported_is_where_the_next_goes_on(stand: &impl Stand) {
    let (log, other, topic, group) =
        (stand.open().await, stand.open().await, stand.topic(2).await, unique_name());
    append(&*log, &topic, (0..20).map(|n| numbered(&format!("{n}"), n)).collect()).await;
    let mut owner = log.own(&topic, &group).await.unwrap();
    owns(&mut *owner, vec![], 2).await;
    assert_eq!(owner.reported(1).await, Ok(None));
    for offset in [1, 3, 2] {
        owner.report(Position { partition: 1, offset });
    }
    owner.leave().await.unwrap();

    let mut next = other.own(&topic, &group).await.unwrap();
    owns(&mut *next, vec![], 2).await;
    assert_eq!(next.reported(1).await, Ok(Some(2)));
    assert_eq!(next.reported(0).await, Ok(None));
    next.report(Position { partition: 0, offset: 1 });
    next.leave().await.unwrap();

    let mut last = log.own(&topic, &group).await.unwrap();
    owns(&mut *last, vec![], 2).await;
    assert_eq!((last.reported(0).await, last.reported(1).await), (Ok(Some(1)), Ok(Some(2))));
    let mut others = log.own(&topic, &unique_name()).await.unwrap();
    owns(&mut *others, vec![], 2).await;
    assert_eq!(others.reported(1).await, Ok(None));
}
