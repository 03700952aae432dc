//! How the clients of librdkafka are configured, what they log, and what their errors mean.

use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::Settings;
use crate::log::Error;

/// The context of clients that need no callbacks: it only logs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain;

impl ClientContext for Plain {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        log_error(&error, reason);
    }
}

impl ConsumerContext for Plain {}

/// What librdkafka logs, at our levels.
pub(super) fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => tracing::error!(facility, "{message}"),
        RDKafkaLogLevel::Warning => tracing::warn!(facility, "{message}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => tracing::info!(facility, "{message}"),
        RDKafkaLogLevel::Debug => tracing::debug!(facility, "{message}"),
    }
}

/// What went wrong with a client as a whole: it goes on trying, so this is a warning.
pub(super) fn log_error(error: &KafkaError, reason: &str) {
    tracing::warn!(%error, "{reason}");
}

/// What all clients have in common.
fn common(settings: &Settings) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &settings.bootstrap)
        .set("client.id", &settings.client_id)
        // Back within seconds of a broker that was away.
        .set("reconnect.backoff.max.ms", "2000")
        .set_log_level(RDKafkaLogLevel::Warning);
    config
}

/// For administering topics.
pub(super) fn admin(settings: &Settings) -> ClientConfig {
    finish(common(settings), settings)
}

/// For appending: acknowledged by all replicas in sync, never twice, in order.
pub(super) fn producer(settings: &Settings) -> ClientConfig {
    let mut config = common(settings);
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("message.timeout.ms", millis(settings.delivery_timeout))
        .set(BATCH_BYTES, (settings.max_record_bytes + OVERHEAD).to_string())
        .set("linger.ms", millis(settings.linger))
        .set("compression.type", &settings.compression)
        .set("queue.buffering.max.kbytes", kilobytes(settings.send_buffer));
    finish(config, settings)
}

/// For reading: from explicit positions only, so that a position outside the log is an error and never a jump.
///
/// librdkafka assigns partitions by its group's machinery, so a group has to be named; it is never joined.
pub(super) fn reader(settings: &Settings) -> ClientConfig {
    let mut config = common(settings);
    config
        .set("group.id", format!("{}-readers", settings.client_id))
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("allow.auto.create.topics", "false")
        .set("auto.offset.reset", "error")
        .set("fetch.wait.max.ms", millis(settings.fetch_wait))
        .set("fetch.error.backoff.ms", "100")
        .set("fetch.queue.backoff.ms", "20")
        .set("queued.max.messages.kbytes", kilobytes(settings.read_ahead));
    finish(config, settings)
}

/// For being a member of a group, which fetches nothing.
pub(super) fn member(settings: &Settings, group: &str) -> ClientConfig {
    let mut config = common(settings);
    config
        .set("group.id", group)
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", millis(settings.session_timeout))
        .set("heartbeat.interval.ms", millis(settings.heartbeat))
        .set("max.poll.interval.ms", millis(settings.handover_timeout.max(settings.session_timeout)))
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("allow.auto.create.topics", "false");
    finish(config, settings)
}

fn finish(mut config: ClientConfig, settings: &Settings) -> ClientConfig {
    for (name, value) in &settings.properties {
        config.set(name, value);
    }
    config
}

/// The property of topics that limits the batches that they take.
pub(super) const TOPIC_BYTES: &str = "max.message.bytes";

/// The property of producers that limits a record, and a batch of several.
const BATCH_BYTES: &str = "message.max.bytes";

/// The property of producers after which bytes a batch of several is closed, and what it is where nobody says.
const BATCH_SIZE: (&str, usize) = ("batch.size", 1_000_000);

/// The most bytes that the producer sends to a partition at a time, and so what topics must take.
pub(super) fn batch_bytes(settings: &Settings) -> usize {
    let said = |name: &str| settings.properties.get(name).and_then(|bytes| bytes.parse::<usize>().ok());
    let largest = settings.max_record_bytes + OVERHEAD;
    let several = said(BATCH_SIZE.0).unwrap_or(BATCH_SIZE.1);
    said(BATCH_BYTES).unwrap_or(largest).min(several.max(largest))
}

/// What Kafka's own framing may add to a record, in bytes.
pub(super) const OVERHEAD: usize = 16 << 10;

pub(super) fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

fn kilobytes(bytes: usize) -> String {
    (bytes >> 10).max(1).to_string()
}

/// Says what an error of Kafka means for this log.
pub(super) fn explain(error: &KafkaError, topic: &str) -> Error {
    let code = match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    };
    match code {
        Some(
            RDKafkaErrorCode::UnknownTopic
            | RDKafkaErrorCode::UnknownTopicOrPartition
            | RDKafkaErrorCode::UnknownPartition,
        ) => Error::UnknownTopic(topic.to_owned()),
        Some(
            RDKafkaErrorCode::AllBrokersDown
            | RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::CoordinatorNotAvailable
            | RDKafkaErrorCode::LeaderNotAvailable
            | RDKafkaErrorCode::MessageTimedOut
            | RDKafkaErrorCode::NotEnoughReplicas
            | RDKafkaErrorCode::NotEnoughReplicasAfterAppend
            | RDKafkaErrorCode::NotLeaderForPartition
            | RDKafkaErrorCode::OperationTimedOut
            | RDKafkaErrorCode::PurgeInflight
            | RDKafkaErrorCode::PurgeQueue
            | RDKafkaErrorCode::QueueFull
            | RDKafkaErrorCode::RequestTimedOut
            | RDKafkaErrorCode::Resolve
            | RDKafkaErrorCode::TimedOutQueue,
        ) => Error::Unreachable(error.to_string()),
        // The brokers refuse a batch as a whole, and compressed: that says of none of its records that it is too large.
        Some(RDKafkaErrorCode::MessageSizeTooLarge) => Error::Failed(format!(
            "{error}: topic {topic} takes less at a time ({TOPIC_BYTES}) than is sent to it (--log-record-bytes)"
        )),
        _ => Error::Failed(error.to_string()),
    }
}
