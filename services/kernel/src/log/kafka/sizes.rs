//! How much topics take at a time, and what it means that one does not take a record.

use std::collections::HashMap;
use std::time::Duration;

use rdkafka::admin::{AdminClient, ResourceSpecifier};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Settings;
use super::client::{self, Plain, explain};
use super::creation::options;
use crate::log::Error;

/// The property of a topic that limits the batches that it takes.
pub(super) const MOST: &str = "max.message.bytes";

/// How long an answer of the brokers is good for.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// Knows how much topics take at a time.
#[derive(Debug)]
pub(super) struct Sizes {
    settings: Settings,
    /// What was answered, and when; asked by one at a time.
    known: Mutex<HashMap<String, (Instant, Option<usize>)>>,
}

impl Sizes {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), known: Mutex::default() }
    }

    /// What an error means for a record of so many bytes that the brokers were sent, among others.
    ///
    /// They refuse a batch as a whole, so that it was too large says nothing of a record unless this one would be by itself; any other
    /// may get in with another batch.
    pub(super) async fn explain(&self, error: &KafkaError, topic: &str, size: usize) -> Error {
        if !is_too_large(error) {
            return explain(error, topic);
        }
        match self.most(topic).await {
            Some(limit) if size > limit => Error::TooLarge { size, limit },
            _ => Error::Failed(format!("{error}: a batch of records for topic {topic} ({MOST})")),
        }
    }

    /// What an error means for a record of so many bytes that was sent to nobody yet.
    pub(super) fn explain_unsent(&self, error: &KafkaError, topic: &str, size: usize) -> Error {
        match is_too_large(error) {
            true => Error::TooLarge { size, limit: client::batch_bytes(&self.settings) },
            false => explain(error, topic),
        }
    }

    /// The most bytes that the topic takes at a time, where this client may know.
    async fn most(&self, topic: &str) -> Option<usize> {
        let mut known = self.known.lock().await;
        match known.get(topic) {
            Some((asked, most)) if asked.elapsed() < GOOD_FOR => *most,
            _ => {
                let most = self.ask(topic).await;
                let sent = client::batch_bytes(&self.settings);
                if let Some(taken) = most.filter(|taken| *taken < sent) {
                    tracing::error!(
                        topic,
                        taken,
                        sent,
                        "the topic takes less at a time ({MOST}) than is sent to it: raise that, or lower --log-record-bytes"
                    );
                }
                known.insert(topic.to_owned(), (Instant::now(), most));
                most
            }
        }
    }

    async fn ask(&self, topic: &str) -> Option<usize> {
        let admin: AdminClient<Plain> = client::admin(&self.settings).create_with_context(Plain).ok()?;
        let asked = [ResourceSpecifier::Topic(topic)];
        let answers = admin.describe_configs(&asked, &options(&self.settings)).await.ok()?;
        answers.into_iter().next()?.ok()?.get(MOST)?.value.as_ref()?.parse().ok()
    }
}

fn is_too_large(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge)
}
