//! Brings what was checked into the log's topics, and says of each record what became of it.

use std::time::Instant;

use jiff::Timestamp;
use weir_kernel::log::{Error, NewRecord, Position};
use weir_kernel::topics;
use weir_schemas::event::Event;
use weir_schemas::problem::{Code, Problem};

use super::rejected::{Rejected, beginning};
use super::{Intake, Pending};
use crate::answer::{Outcome, RecordResult};
use crate::rounds;

impl Intake {
    /// Brings what is to be appended into the log, and what it says of rounds to everybody.
    pub(super) async fn settle(&mut self, pending: &mut [Pending], records: Vec<NewRecord>) {
        self.append(pending, records).await;
        self.copy_rounds(pending).await;
    }

    /// Appends to the log; only what it says is durable becomes `accepted`.
    async fn append(&mut self, pending: &mut [Pending], records: Vec<NewRecord>) {
        if records.is_empty() {
            return;
        }
        let mut answers = self.write(topics::EVENTS, records).await.into_iter();
        for Pending { result, event, .. } in pending {
            let Some(event) = event else { continue };
            match answers.next() {
                Some(Ok(Position { partition, offset })) => {
                    tracing::debug!(event = event.id, partition, offset, "accepted");
                    result.outcome = Outcome::Accepted;
                    (result.partition, result.offset) = (Some(partition), Some(offset));
                }
                Some(Err(Error::TooLarge { size, limit })) => {
                    let detail = format!("takes {size} bytes in the log, which takes {limit}");
                    result.outcome = Outcome::Rejected;
                    result.warnings.clear();
                    result.problems.push(Problem::new(Code::Limit, "", detail));
                    self.seen.forget(event);
                }
                Some(Err(_)) | None => {
                    tracing::debug!(event = event.id, "not durable");
                    result.warnings.clear();
                    self.seen.forget(event);
                }
            }
        }
    }

    /// Copies what says something of rounds to where every instance hears it, and then acts on it. What is not copied is to be sent
    /// again: the log has it, and will take it for a duplicate.
    async fn copy_rounds(&mut self, pending: &mut [Pending]) {
        let mut said: Vec<(&mut RecordResult, &Event, i64, NewRecord)> = Vec::new();
        for Pending { result, event, round, .. } in pending {
            if let (Some(event), Some(value)) = (event.as_deref(), round.as_ref())
                && let (Some(partition), Some(offset)) = (result.partition, result.offset)
                && let Some(copy) = rounds::copy(event, value, Position { partition, offset })
            {
                said.push((result, event, offset, copy));
            }
        }
        if said.is_empty() {
            return;
        }
        let copies = said.iter_mut().map(|(.., copy)| std::mem::take(copy)).collect();
        let answers = self.write(topics::ROUNDS, copies).await;
        for ((result, event, offset, _), answer) in said.into_iter().zip(answers) {
            if answer.is_ok() {
                self.service.rounds.apply(event, offset);
                continue;
            }
            result.outcome = Outcome::Retry;
            result.warnings.clear();
            (result.partition, result.offset) = (None, None);
            self.seen.forget(event);
        }
    }

    /// Keeps the rejected records with their problems.
    pub(super) async fn keep_rejected(&self, pending: &mut [Pending], received: Timestamp) {
        let mut rejected: Vec<&mut Pending> =
            pending.iter_mut().filter(|pending| pending.result.outcome == Outcome::Rejected).collect();
        if rejected.is_empty() {
            return;
        }
        let records = rejected
            .iter()
            .map(|pending| {
                tracing::debug!(event = pending.result.id, "rejected");
                self.rejected(pending, received).record()
            })
            .collect();
        let answers = self.write(topics::REJECTED, records).await;
        for (pending, answer) in rejected.iter_mut().zip(answers) {
            let answer = match answer {
                // Nothing that is sent again would be shorter: what is wrong can be told shorter than what was sent.
                Err(Error::TooLarge { .. }) => {
                    let shortened = vec![self.rejected(pending, received).shortened().record()];
                    let answer = self.write(topics::REJECTED, shortened).await.pop();
                    answer.unwrap_or(Err(Error::Closed))
                }
                answer => answer,
            };
            if answer.is_err() {
                pending.result.outcome = Outcome::Retry;
            }
        }
    }

    /// A rejected record as it is kept.
    fn rejected<'a>(
        &'a self,
        Pending { incoming, result, .. }: &'a Pending,
        received: Timestamp,
    ) -> Rejected<'a> {
        let (record, cut) = beginning(&incoming.bytes, self.service.limits.rejected_bytes);
        let (index, place, truncated) = (incoming.index, incoming.place.clone(), cut || incoming.too_long);
        let (key, problems) = (self.caller.key.name.as_str().into(), (&result.problems).into());
        Rejected { received, key, index, place, problems, record, truncated }
    }

    /// Appends to a topic: an answer for each record, whatever the log says.
    async fn write(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        let (count, begun) = (records.len(), Instant::now());
        let mut answers = self.service.log.append(topic, records).await;
        answers.resize(count, Err(Error::Closed));
        self.service.metrics.appended(begun.elapsed());
        if let Some(error) = answers.iter().find_map(|answer| answer.as_ref().err()) {
            tracing::warn!(%error, topic, count, "records could not be appended");
        }
        answers
    }
}
