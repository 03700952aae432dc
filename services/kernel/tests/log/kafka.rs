//! What only a cluster does: share partitions among several owners, and be away.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use weir_kernel::log::kafka::{KafkaLog, Settings};
use weir_kernel::log::{self, Change, Error, EventLog, NewRecord, Position, Topic};

use crate::owning::owns;
use crate::stands::{Broker, Mock, PATIENCE, Stand, append, numbered, read, unique_name};

async fn two_owners_share_and_take_over(stand: &impl Stand) {
    let (log, other, topic, group) =
        (stand.open().await, stand.open().await, stand.topic(4).await, unique_name());
    let mut first = log.own(&topic, &group).await.unwrap();
    assert_eq!(owns(&mut *first, vec![], 4).await, [0, 1, 2, 3]);

    let mut second = other.own(&topic, &group).await.unwrap();
    let lost = tokio::time::timeout(PATIENCE, first.changed()).await.unwrap().unwrap();
    let Change::Lost(lost) = lost else { panic!("{lost:?}") };
    assert_eq!(lost.len(), 2);
    // Not handed on while the first owner may still be writing; it shows that it is done by asking on.
    let early = tokio::time::timeout(Duration::from_millis(300), second.changed()).await;
    assert!(early.is_err(), "{early:?}");
    let gained = tokio::select! {
        gained = owns(&mut *second, vec![], 2) => gained,
        change = first.changed() => panic!("{change:?}"),
    };
    let mut expected = lost;
    expected.sort_unstable();
    assert_eq!(gained, expected);

    first.leave().await.unwrap();
    assert_eq!(owns(&mut *second, gained, 4).await, [0, 1, 2, 3]);
    second.leave().await.unwrap();
}

async fn an_owner_that_holds_on_is_overruled(stand: &impl Stand) {
    let log::Settings::Kafka(mut settings) = stand.settings() else { panic!("a Kafka") };
    settings.handover_timeout = Duration::from_millis(200);
    let log = KafkaLog::open(settings).unwrap();
    let (topic, group) = (stand.topic(2).await, unique_name());
    let mut first = log.own(&topic, &group).await.unwrap();
    owns(&mut *first, vec![], 2).await;
    let mut second = log.own(&topic, &group).await.unwrap();
    // The first is never asked again, so it never lets go.
    owns(&mut *second, vec![], 1).await;
    first.leave().await.unwrap();
}

async fn reports_show_in_the_group(stand: &impl Stand) {
    let log::Settings::Kafka(settings) = stand.settings() else { panic!("a Kafka") };
    let (log, topic, group) = (stand.open().await, stand.topic(2).await, unique_name());
    append(&*log, &topic, (0..20).map(|n| numbered(&format!("{n}"), n)).collect()).await;
    let mut owner = log.own(&topic, &group).await.unwrap();
    owns(&mut *owner, vec![], 2).await;
    for offset in [1, 2, 3] {
        owner.report(Position { partition: 1, offset });
    }
    owner.leave().await.unwrap();
    let observer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &settings.bootstrap)
        .set("group.id", &group)
        .create()
        .unwrap();
    let mut asked = TopicPartitionList::new();
    asked.add_partition(&topic, 1);
    let committed = observer.committed_offsets(asked, PATIENCE).unwrap();
    assert_eq!(committed.find_partition(&topic, 1).unwrap().offset(), Offset::Offset(3));
}

mod on_a_mock_cluster {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_owners_share_and_take_over() {
        super::two_owners_share_and_take_over(&Mock::new()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_owner_that_holds_on_is_overruled() {
        super::an_owner_that_holds_on_is_overruled(&Mock::new()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn reports_show_in_the_group() {
        super::reports_show_in_the_group(&Mock::new()).await;
    }
}

mod on_a_real_kafka {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_owners_share_and_take_over() {
        if let Some(broker) = Broker::from_environment() {
            super::two_owners_share_and_take_over(&broker).await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_owner_that_holds_on_is_overruled() {
        if let Some(broker) = Broker::from_environment() {
            super::an_owner_that_holds_on_is_overruled(&broker).await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn reports_show_in_the_group() {
        if let Some(broker) = Broker::from_environment() {
            super::reports_show_in_the_group(&broker).await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn partitions_that_others_add_are_read() {
        let Some(broker) = Broker::from_environment() else { return };
        let log::Settings::Kafka(settings) = broker.settings() else { panic!("a Kafka") };
        let (log, topic) = (broker.open().await, broker.topic(1).await);
        let unknown = Error::UnknownPartition { topic: topic.clone(), partition: 1 };
        assert_eq!(log.reader(&topic, 1, 0).await.err(), Some(unknown.clone()));
        let admin: AdminClient<DefaultClientContext> =
            ClientConfig::new().set("bootstrap.servers", &settings.bootstrap).create().unwrap();
        admin.create_partitions(&[NewPartitions::new(&topic, 2)], &AdminOptions::new()).await.unwrap();
        let read = async {
            while let Err(error) = log.reader(&topic, 1, 0).await {
                assert!(error == unknown || error.is_retryable(), "{error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_topic_that_takes_less_than_the_log_sends_is_refused() {
        let Some(broker) = Broker::from_environment() else { return };
        let narrow = narrow(&broker, 50_000).await;
        let refused = broker.open().await.create_topics(&[Topic::new(&narrow, 1)]).await;
        let said = refused.unwrap_err().to_string();
        assert_eq!(
            said,
            format!(
                "topic {narrow} exists with max.message.bytes 50000, not 1016384 or more, which is sent to it at a time \
                 (--log-record-bytes, --kafka-property)"
            )
        );
        let log::Settings::Kafka(settings) = broker.settings() else { panic!("a Kafka") };
        let log = KafkaLog::open(Settings { max_record_bytes: 30_000, ..settings }).unwrap();
        log.create_topics(&[Topic::new(&narrow, 1)]).await.unwrap();
    }

    /// Where the topic was made narrower while the log was open.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_topic_takes_no_more_is_to_be_sent_again_and_why_is_said() {
        let Some(broker) = Broker::from_environment() else { return };
        let (log, narrow) = (broker.open().await, narrow(&broker, 50_000).await);
        let outcome = log.append(&narrow, vec![NewRecord::new("k", noise(9, 60_000))]).await.remove(0);
        let Err(error) = &outcome else { panic!("{outcome:?}") };
        assert!(error.is_retryable() && error.to_string().contains("max.message.bytes"), "{error}");
        append(&*log, &narrow, vec![NewRecord::new("k", noise(0, 9_000))]).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_topic_that_would_forget_is_refused() {
        let Some(broker) = Broker::from_environment() else { return };
        let log = broker.open().await;
        let cells = Topic { retention: Some(Duration::from_secs(3_600)), ..Topic::new(unique_name(), 1) };
        log.create_topics(std::slice::from_ref(&cells)).await.unwrap();
        log.create_topics(std::slice::from_ref(&cells)).await.unwrap();
        let refused = log.create_topics(&[Topic::new(&cells.name, 1)]).await;
        let topic = cells.name;
        let mismatch = Error::Mismatch {
            topic,
            property: "retention.ms",
            actual: "3600000".into(),
            wanted: "-1".into(),
        };
        assert_eq!(refused, Err(mismatch));
    }
}

/// A new topic that takes so many bytes at a time.
async fn narrow(broker: &Broker, bytes: usize) -> String {
    let log::Settings::Kafka(settings) = broker.settings() else { panic!("a Kafka") };
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", &settings.bootstrap).create().unwrap();
    let (name, bytes) = (unique_name(), bytes.to_string());
    let topic = NewTopic::new(&name, 1, TopicReplication::Fixed(1))
        .set("max.message.bytes", &bytes)
        .set("message.timestamp.type", "LogAppendTime")
        .set("retention.ms", "-1");
    let made = admin.create_topics(&[topic], &AdminOptions::new()).await.unwrap();
    made.into_iter().for_each(|made| drop(made.unwrap()));
    name
}

/// Bytes that no compression makes smaller, by xorshift.
fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..bytes).map(|_| next()).collect()
}

/// Short timeouts, so that what fails fails soon.
fn impatient(mut settings: Settings) -> Settings {
    settings.delivery_timeout = Duration::from_millis(1_000);
    settings.request_timeout = Duration::from_millis(1_000);
    settings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_a_rebalance_refuses_is_passed_on_later() {
    let mock = Mock::new();
    let (topic, group) = (mock.topic(1).await, unique_name());
    let log = KafkaLog::open(mock.kafka_settings()).unwrap();
    append(&log, &topic, (0..9).map(|n| numbered("k", n)).collect()).await;
    let mut owner = log.own(&topic, &group).await.unwrap();
    owns(&mut *owner, vec![], 1).await;
    let refused = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS; 3];
    mock.0.request_errors(RDKafkaApiKey::OffsetCommit, &refused[..1]);
    owner.report(Position { partition: 0, offset: 3 });
    let observer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", mock.0.bootstrap_servers())
        .set("group.id", &group)
        .create()
        .unwrap();
    let committed = || {
        let mut asked = TopicPartitionList::new();
        asked.add_partition(&topic, 0);
        observer.committed_offsets(asked, PATIENCE).unwrap().find_partition(&topic, 0).unwrap().offset()
    };
    while committed() != Offset::Offset(3) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // And so is one that is made before leaving.
    mock.0.request_errors(RDKafkaApiKey::OffsetCommit, &refused);
    owner.report(Position { partition: 0, offset: 7 });
    owner.leave().await.unwrap();
    assert_eq!(committed(), Offset::Offset(7));
}

/// Other programs' records may have any number of headers, which take memory though they are empty.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_count_among_what_is_read_at_a_time() {
    let mock = Mock::new();
    let topic = mock.topic(1).await;
    let log = KafkaLog::open(mock.kafka_settings()).unwrap();
    let record = || NewRecord { headers: vec![Default::default(); 1_000], ..numbered("k", 0) };
    append(&log, &topic, (0..6).map(|_| record()).collect()).await;
    let mut reader = log.reader(&topic, 0, 0).await.unwrap();
    let limits = log::Limits { bytes: 50_000, wait: PATIENCE, ..log::Limits::default() };
    for _ in 0..6 {
        let read = reader.read(limits).await.unwrap();
        assert_eq!((read.len(), read[0].headers.len()), (1, 1_000));
    }
}

#[tokio::test]
async fn a_cluster_that_is_not_there_fails_every_record() {
    // A port that nobody can listen on.
    let log = KafkaLog::open(impatient(Settings::new("127.0.0.1:0"))).unwrap();
    let outcomes = log.append("t", vec![numbered("a", 0), numbered("b", 0)]).await;
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(Error::Unreachable(_)))), "{outcomes:?}");
    assert!(matches!(log.ends("t").await, Err(Error::Unreachable(_))));
    assert!(matches!(log.own("t", "g").await.err(), Some(Error::Unreachable(_))));
    assert!(matches!(log.create_topics(&[Topic::new("t", 1)]).await, Err(Error::Unreachable(_))));
}

#[tokio::test]
async fn a_cluster_that_goes_and_comes_is_used_again() {
    let mock = Mock::new();
    let topic = mock.topic(2).await;
    let log = KafkaLog::open(impatient(mock.kafka_settings())).unwrap();
    append(&log, &topic, vec![numbered("k", 0)]).await;
    let mut reader = log.reader(&topic, log::partition_of("k", 2), 1).await.unwrap();
    mock.0.broker_down(-1).unwrap();
    let outcomes = log.append(&topic, vec![numbered("k", 1), numbered("k", 2)]).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(Error::Unreachable(_)))), "{outcomes:?}");
    mock.0.broker_up(-1).unwrap();
    while log.append(&topic, vec![numbered("k", 3)]).await[0].is_err() {}
    let limits = log::Limits { wait: PATIENCE, ..log::Limits::default() };
    assert!(!reader.read(limits).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_producer_with_a_fatal_error_is_replaced() {
    let mock = Mock::new();
    let topic = mock.topic(1).await;
    let log = KafkaLog::open(impatient(mock.kafka_settings())).unwrap();
    append(&log, &topic, vec![numbered("k", 0)]).await;
    let fatal = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER; 1];
    mock.0.request_errors(RDKafkaApiKey::Produce, &fatal);
    while log.append(&topic, vec![numbered("k", 1)]).await[0].is_err() {}
    let end = log.ends(&topic).await.unwrap()[0];
    let records = read(&log, &topic, 0, 0, usize::try_from(end).unwrap()).await;
    assert_eq!(records.last().unwrap().value, "k#1");
}

#[test]
fn settings_that_are_none_are_refused_and_named() {
    let mut settings = Settings::new("localhost:9092");
    settings.properties.insert("no.such.property".into(), "1".into());
    let refused = KafkaLog::open(settings).unwrap_err();
    assert!(matches!(&refused, Error::Invalid(text) if text.contains("no.such.property")), "{refused}");
}

/// What the producer itself refuses was in no batch.
#[tokio::test]
async fn a_record_over_the_producers_own_limit_is_too_large() {
    let mock = Mock::new();
    let topic = mock.topic(1).await;
    let mut settings = mock.kafka_settings();
    settings.properties.insert("message.max.bytes".into(), "2000".into());
    let log = KafkaLog::open(settings).unwrap();
    let large = NewRecord::new("k", vec![b'x'; 3_000]);
    assert_eq!(log.append(&topic, vec![large]).await, [Err(Error::TooLarge { size: 3_001, limit: 2_000 })]);
}
