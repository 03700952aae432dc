//! Topics are created once, and are what they were asked to be.

use weir_kernel::log::{Error, Topic};

use crate::stands::{Stand, append, numbered, unique_name};

pub(crate) async fn creating_again_changes_nothing(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(2).await);
    append(&*log, &topic, (0..9).map(|n| numbered(&format!("{n}"), n)).collect()).await;
    let ends = log.ends(&topic).await.unwrap();
    for handle in [log, stand.open().await] {
        handle.create_topics(&[Topic::new(&topic, 2)]).await.unwrap();
        handle.create_topics(&[]).await.unwrap();
        assert_eq!(handle.ends(&topic).await.unwrap(), ends);
    }
}

pub(crate) async fn another_number_of_partitions_is_refused(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(2).await);
    let refused = log.create_topics(&[Topic::new(&topic, 3)]).await;
    assert_eq!(
        refused,
        Err(Error::Mismatch { topic, property: "partitions", actual: "2".into(), wanted: "3".into() })
    );
}

pub(crate) async fn impossible_topics_are_refused(stand: &impl Stand) {
    let log = stand.open().await;
    for (name, partitions) in [("", 1), ("a/b", 1), ("..", 1), ("四川", 1), ("a", 0), ("a", -1)] {
        let refused = log.create_topics(&[Topic::new(name, partitions)]).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{name} with {partitions}: {refused:?}");
    }
}

pub(crate) async fn unknown_topics_are_refused(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, unique_name());
    let unknown = || Error::UnknownTopic(topic.clone());
    let outcomes = log.append(&topic, vec![numbered("a", 0), numbered("b", 0)]).await;
    assert_eq!(outcomes, [Err(unknown()), Err(unknown())]);
    assert_eq!(log.ends(&topic).await, Err(unknown()));
    assert_eq!(log.starts(&topic).await, Err(unknown()));
    assert_eq!(log.reader(&topic, 0, 0).await.err(), Some(unknown()));
    assert_eq!(log.own(&topic, "group").await.err(), Some(unknown()));
}

pub(crate) async fn ends_and_starts_are_of_each_partition(stand: &impl Stand) {
    let (log, topic) = (stand.open().await, stand.topic(4).await);
    assert_eq!(log.ends(&topic).await.unwrap(), [0; 4]);
    let positions = append(&*log, &topic, (0..40).map(|n| numbered(&format!("{n}"), n)).collect()).await;
    let counted: Vec<i64> = (0..4)
        .map(|p| positions.iter().filter(|position| position.partition == p).map(|_| 1).sum())
        .collect();
    assert_eq!(log.ends(&topic).await.unwrap(), counted);
    assert_eq!(log.starts(&topic).await.unwrap(), [0; 4]);
}

pub(crate) async fn topics_are_found_by_their_beginning(stand: &impl Stand) {
    let (log, first, second) = (stand.open().await, stand.topic(1).await, stand.topic(2).await);
    assert_eq!(log.topics(&first).await, Ok(vec![first.clone()]));
    let found = log.topics("test.").await.unwrap();
    assert!(found.contains(&first) && found.contains(&second), "{found:?}");
    assert!(found.is_sorted());
    assert_eq!(log.topics(&unique_name()).await, Ok(vec![]));
    // Nothing in it stands for anything else.
    assert_eq!(log.topics("tes_.").await, Ok(vec![]));
    assert_eq!(log.topics("TEST.").await, Ok(vec![]));
}
