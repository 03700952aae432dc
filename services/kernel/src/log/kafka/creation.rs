//! Creating topics as the log needs them, and refusing those that are otherwise.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;
use tokio::time::Instant;

use super::Settings;
use super::client::{self, Plain, TOPIC_BYTES, explain};
use super::topics::Topics;
use crate::log::{Error, Topic};

/// Creates the topics that are missing and checks those that exist.
pub(super) async fn create(settings: &Settings, topics: &Topics, wanted: &[Topic]) -> Result<(), Error> {
    wanted.iter().try_for_each(Topic::check)?;
    let mut missing = Vec::new();
    let mut existing = Vec::new();
    for topic in wanted {
        match topics.partitions(&topic.name).await {
            Ok(actual) => {
                topic.check_partitions(actual)?;
                existing.push(topic);
            }
            Err(Error::UnknownTopic(_)) => missing.push(topic),
            Err(error) => return Err(error),
        }
    }
    let admin: AdminClient<Plain> = client::admin(settings)
        .create_with_context(Plain)
        .map_err(|error| Error::Failed(error.to_string()))?;
    check(settings, &admin, &existing).await?;
    if missing.is_empty() {
        return Ok(());
    }
    request(settings, &admin, &missing).await?;
    for topic in missing {
        topic.check_partitions(appeared(settings, topics, &topic.name).await?)?;
    }
    Ok(())
}

/// Asks for new topics; one that another process created meanwhile is no failure.
async fn request(settings: &Settings, admin: &AdminClient<Plain>, missing: &[&Topic]) -> Result<(), Error> {
    let properties: Vec<_> = missing.iter().map(|topic| properties(settings, topic)).collect();
    let new = missing.iter().zip(&properties).map(|(topic, properties)| {
        let replication = TopicReplication::Fixed(settings.replication);
        let new = NewTopic::new(&topic.name, topic.partitions, replication);
        properties.iter().fold(new, |new, (name, value)| new.set(name, value))
    });
    let new: Vec<_> = new.collect();
    let answers = admin.create_topics(&new, &options(settings)).await;
    let answers = answers.map_err(|error| explain(&error, "to be created"))?;
    for answer in answers {
        match answer {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(Error::Failed(format!("topic {topic} can't be created: {code}")));
            }
        }
    }
    Ok(())
}

/// The log is the truth: kept for ever unless told otherwise, by append time and never by the reports' own, and in sync
/// on all but one of its replicas before it is acknowledged.
fn properties(settings: &Settings, topic: &Topic) -> Vec<(&'static str, String)> {
    let mut properties = vec![
        ("cleanup.policy", "delete".to_owned()),
        ("message.timestamp.type", "LogAppendTime".to_owned()),
        ("retention.bytes", "-1".to_owned()),
        ("retention.ms", topic.retention.map_or_else(|| "-1".to_owned(), client::millis)),
        (TOPIC_BYTES, client::batch_bytes(settings).to_string()),
        ("min.insync.replicas", (settings.replication - 1).max(1).to_string()),
    ];
    if let Some(retention) = topic.retention {
        // Only closed segments are dropped, and by default they stay open for a week.
        properties.push(("segment.ms", client::millis(retention.max(Duration::from_secs(60)))));
    }
    properties
}

/// That topics created by others are kept as long, recorded as, and take as much as the log needs it; who may not ask goes on without.
async fn check(settings: &Settings, admin: &AdminClient<Plain>, existing: &[&Topic]) -> Result<(), Error> {
    let asked: Vec<_> = existing.iter().map(|topic| ResourceSpecifier::Topic(&topic.name)).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let answers = match admin.describe_configs(&asked, &options(settings)).await {
        Ok(answers) => answers,
        Err(error) => {
            tracing::warn!(%error, "how the log's topics are configured could not be checked");
            return Ok(());
        }
    };
    for (topic, answer) in existing.iter().zip(answers) {
        let config = match answer {
            Ok(config) => config,
            Err(error) => {
                tracing::warn!(%error, topic = topic.name, "how the topic is configured could not be checked");
                continue;
            }
        };
        let mut needed = vec![("message.timestamp.type", "LogAppendTime")];
        if topic.retention.is_none() {
            needed.extend([("retention.ms", "-1"), ("retention.bytes", "-1"), ("cleanup.policy", "delete")]);
        }
        let is = |property: &str| config.get(property).and_then(|entry| entry.value.as_deref());
        check_size(settings, topic, is(TOPIC_BYTES))?;
        for (property, wanted) in needed {
            if let Some(actual) = is(property).filter(|actual| *actual != wanted) {
                return Err(Error::Mismatch {
                    topic: topic.name.clone(),
                    property,
                    actual: actual.to_owned(),
                    wanted: wanted.to_owned(),
                });
            }
        }
    }
    Ok(())
}

/// That the topic takes the largest batches that are sent to it: what it refuses would be tried for ever.
fn check_size(settings: &Settings, topic: &Topic, most: Option<&str>) -> Result<(), Error> {
    let (sent, taken) = (client::batch_bytes(settings), most.and_then(|most| most.parse::<usize>().ok()));
    let Some(taken) = taken.filter(|taken| *taken < sent) else { return Ok(()) };
    Err(Error::Mismatch {
        topic: topic.name.clone(),
        property: TOPIC_BYTES,
        actual: taken.to_string(),
        wanted: format!(
            "{sent} or more, which is sent to it at a time (--log-record-bytes, --kafka-property)"
        ),
    })
}

/// Waits until all brokers know of a new topic.
async fn appeared(settings: &Settings, topics: &Topics, topic: &str) -> Result<i32, Error> {
    let deadline = Instant::now() + settings.request_timeout;
    loop {
        match topics.partitions(topic).await {
            Err(Error::UnknownTopic(_)) if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            outcome => return outcome,
        }
    }
}

fn options(settings: &Settings) -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(settings.request_timeout))
        .operation_timeout(Some(settings.request_timeout))
}
