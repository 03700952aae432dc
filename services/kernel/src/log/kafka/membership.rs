//! A member of a group: a consumer that fetches nothing and only learns which partitions are its own.
//!
//! librdkafka asks before it gives partitions back; the answer waits until the owner has stopped writing for them. All
//! of it happens on one thread, which polls the consumer and alone closes it, for closing blocks.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use tokio::sync::{mpsc, oneshot};

use super::reports::Reports;
use super::{Settings, client};
use crate::log::{Change, Error, Position};

/// How soon the thread sees what the group asks of it: there may be hundreds of such threads, so no sooner than it needs.
pub(super) const POLL: Duration = Duration::from_millis(100);

/// What an owner asks of its member.
#[derive(Debug)]
pub(super) enum Request {
    /// The owner has stopped writing for these partitions, which it lost.
    Release(Vec<i32>),
    /// The owner has come so far.
    Report(Position),
    /// The owner asks how far the group has come with a partition.
    Reported(i32, oneshot::Sender<Result<Option<i64>, Error>>),
    /// The owner leaves; answered when the group knows.
    Leave(oneshot::Sender<()>),
}

/// The thread's state.
pub(super) struct Member {
    pub(super) consumer: BaseConsumer<Rebalancing>,
    pub(super) topic: String,
    handover_timeout: Duration,
    report_interval: Duration,
    pub(super) request_timeout: Duration,
}

/// Called by librdkafka, on the polling thread, when the partitions of a member change.
pub(super) struct Rebalancing {
    changes: mpsc::UnboundedSender<Result<Change, Error>>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// Asked back at that time, and not yet released by the owner.
    asked_back: Option<(Instant, TopicPartitionList)>,
    /// Nobody is there any more to release anything.
    leaving: bool,
    /// Positions that were committed since that was looked at.
    pub(super) committed: Vec<(i32, i64)>,
    /// As what the group or the topic was refused last, since partitions were gained.
    refused: Option<RDKafkaErrorCode>,
}

impl Member {
    /// Joins the group.
    pub(super) fn join(
        settings: &Settings,
        topic: &str,
        group: &str,
        changes: mpsc::UnboundedSender<Result<Change, Error>>,
    ) -> Result<Self, KafkaError> {
        let context = Rebalancing { changes, state: Mutex::default() };
        let consumer: BaseConsumer<Rebalancing> =
            client::member(settings, group).create_with_context(context)?;
        consumer.subscribe(&[topic])?;
        let Settings { handover_timeout, report_interval, request_timeout, .. } = *settings;
        Ok(Self { consumer, topic: topic.to_owned(), handover_timeout, report_interval, request_timeout })
    }

    /// Serves the membership until the owner leaves or is gone.
    pub(super) fn run(self, requests: &Receiver<Request>) {
        // What was reported and is not known to be committed.
        let mut reports = Reports::new();
        let mut reported = Instant::now();
        let answer = loop {
            match requests.recv_timeout(POLL) {
                Ok(Request::Release(partitions)) => {
                    if self.asked_back().is_some_and(|(_, asked)| asked == partitions) {
                        self.release();
                    }
                    // Others go on from what was committed, perhaps further.
                    reports.retain(|partition, _| !partitions.contains(partition));
                }
                Ok(Request::Reported(partition, answer)) => {
                    let noted = reports.get(&partition).copied();
                    let reported = noted.map_or_else(|| self.committed(partition), |noted| Ok(Some(noted)));
                    // Who no longer waits needs no answer.
                    let _ = answer.send(reported);
                }
                Ok(Request::Report(position)) => {
                    reports.insert(position.partition, position.offset);
                }
                Ok(Request::Leave(answer)) => break Some(answer),
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.confirm(&mut reports);
            if !reports.is_empty() && reported.elapsed() >= self.report_interval {
                reported = Instant::now();
                self.report(&reports);
            }
            self.release_overdue();
            if let Some(Err(error)) = self.consumer.poll(Duration::ZERO)
                && self.failed(&error)
            {
                break None;
            }
        };
        self.consumer.context().state().leaving = true;
        self.release();
        self.report_last(&mut reports);
        // Closing leaves the group.
        drop(self);
        if let Some(answer) = answer {
            // Who no longer waits needs no answer.
            let _ = answer.send(());
        }
    }

    /// Since when which partitions are asked back.
    pub(super) fn asked_back(&self) -> Option<(Instant, Vec<i32>)> {
        let state = self.consumer.context().state();
        state.asked_back.as_ref().map(|(since, partitions)| (*since, numbers(partitions)))
    }

    /// Gives back what was asked back.
    fn release(&self) {
        let asked_back = self.consumer.context().state().asked_back.take();
        if let Some((_, partitions)) = asked_back
            && let Err(error) = self.consumer.incremental_unassign(&partitions)
        {
            tracing::warn!(%error, "partitions could not be given back");
        }
    }

    /// Gives back what the owner has held on to for too long: nobody else can have it meanwhile, and Kafka itself waits
    /// for ever. What the owner still writes then does no harm, for its effects are repeatable.
    fn release_overdue(&self) {
        if self.asked_back().is_some_and(|(since, _)| since.elapsed() >= self.handover_timeout) {
            tracing::warn!(topic = self.topic, "an owner did not let go of partitions; they are handed on");
            self.release();
        }
    }

    /// Tells once that the group or the topic is refused, which lasts until somebody allows it.
    fn complain(&self, error: &KafkaError) {
        let code = error.rdkafka_error_code().filter(|code| {
            matches!(
                code,
                RDKafkaErrorCode::GroupAuthorizationFailed | RDKafkaErrorCode::TopicAuthorizationFailed
            )
        });
        if code.is_some() && self.consumer.context().state().refused != code {
            tracing::warn!(topic = self.topic, %error, "a member is refused, and goes on trying");
            self.consumer.context().state().refused = code;
        } else {
            tracing::debug!(topic = self.topic, %error, "a member reports");
        }
    }

    /// Whether the membership is over. Other errors pass: librdkafka goes on trying.
    fn failed(&self, error: &KafkaError) -> bool {
        if !matches!(error, KafkaError::MessageConsumptionFatal(_)) {
            self.complain(error);
            return false;
        }
        // Who no longer waits needs no answer.
        let _ = self.consumer.context().changes.send(Err(client::explain(error, &self.topic)));
        true
    }
}

impl Rebalancing {
    pub(super) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gained(
        &self,
        consumer: &BaseConsumer<Self>,
        partitions: &TopicPartitionList,
    ) -> Result<(), KafkaError> {
        let mut from_end = TopicPartitionList::new();
        for element in partitions.elements() {
            // Somewhere to start, for nothing is fetched: all are paused at once.
            from_end.add_partition_offset(element.topic(), element.partition(), Offset::End)?;
        }
        consumer.incremental_assign(&from_end)?;
        consumer.pause(&from_end)?;
        self.state().refused = None;
        self.tell(Change::Gained(numbers(partitions)));
        Ok(())
    }

    fn lost(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) -> Result<(), KafkaError> {
        // When the session was lost, others may own them already: there is nothing to hand over.
        let at_once = self.state().leaving || consumer.assignment_lost() || partitions.count() == 0;
        if at_once {
            consumer.incremental_unassign(partitions)?;
        } else {
            self.state().asked_back = Some((Instant::now(), partitions.clone()));
        }
        self.tell(Change::Lost(numbers(partitions)));
        Ok(())
    }

    fn tell(&self, change: Change) {
        let (Change::Gained(partitions) | Change::Lost(partitions)) = &change;
        if !partitions.is_empty() {
            // Who no longer waits needs no answer.
            let _ = self.changes.send(Ok(change));
        }
    }
}

fn numbers(partitions: &TopicPartitionList) -> Vec<i32> {
    partitions
        .elements()
        .iter()
        .map(rdkafka::topic_partition_list::TopicPartitionListElem::partition)
        .collect()
}

/// Brokers that can't be reached are told by the clients that read and append: there may be hundreds of members.
impl ClientContext for Rebalancing {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        let level = if facility == "FAIL" { RDKafkaLogLevel::Debug } else { level };
        client::log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        match client::explain(&error, "") {
            Error::Unreachable(_) => tracing::debug!(%error, "{reason}"),
            _ => client::log_error(&error, reason),
        }
    }
}

impl ConsumerContext for Rebalancing {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let outcome = if event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.gained(consumer, partitions)
        } else {
            self.lost(consumer, partitions)
        };
        if let Err(error) = outcome {
            tracing::error!(%error, "a change of partitions could not be followed");
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, offsets: &TopicPartitionList) {
        if let Err(error) = result {
            tracing::debug!(%error, "reports were not passed on");
            return;
        }
        let mut state = self.state();
        for element in offsets.elements() {
            if let (Ok(()), Offset::Offset(offset)) = (element.error(), element.offset()) {
                state.committed.push((element.partition(), offset));
            }
        }
    }
}
