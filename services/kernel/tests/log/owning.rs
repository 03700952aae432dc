//! Each partition of a topic has one owner in a group at a time, and never none for long.

use weir_kernel::log::{Change, Ownership, Position};

use crate::stands::{PATIENCE, Stand, unique_name};

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
