//! Takes records in: checks each, appends the good ones to the log and the others to the rejected, and says what became
//! of every one.

mod rejected;
mod seen;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use weir_kernel::keys::{Caller, Gone};
use weir_kernel::log::{Error, NewRecord, Position};
use weir_kernel::topics;
use weir_schemas::event::Event;
use weir_schemas::problem::{Code, Problem};
use weir_schemas::rounds::Rounds;

use self::rejected::beginning;
pub(crate) use self::rejected::{Place, Rejected};
use self::seen::{Seen, Sighting};
use crate::admission::{Admitted, admit};
use crate::answer::{Outcome, RecordResult};
use crate::rounds;
use crate::service::Service;
use crate::shares::Share;

/// One record as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Incoming {
    /// Its place in the request, from 0.
    pub(crate) index: usize,
    /// Its line, in NDJSON.
    pub(crate) line: Option<usize>,
    /// Its bytes: all, or the beginning of one that is too long.
    pub(crate) bytes: Bytes,
    /// Whether it is longer than the limit.
    pub(crate) too_long: bool,
    /// Its place in an inbox, if it came by one.
    pub(crate) place: Option<Place>,
    /// Why it is no event whatever its bytes say, where that is known before they are read.
    pub(crate) no_event: Option<Problem>,
}

/// What one request is taken in with: who sends it, and what it brought so far.
#[derive(Debug)]
pub(crate) struct Intake {
    service: Service,
    caller: Caller,
    /// What the key may take of places and memory.
    pub(crate) share: Share,
    seen: Seen,
}

/// A record on its way: its answer so far, and what is to be appended.
struct Pending {
    incoming: Incoming,
    result: RecordResult,
    event: Option<Arc<Event>>,
    /// What the log keeps of it, if it says something of a round.
    round: Option<Bytes>,
}

impl Intake {
    /// Begins a request of a caller.
    pub(crate) fn new(service: Service, caller: Caller) -> Self {
        let seen = Seen::new(service.limits.duplicate_window);
        let share = service.shares.of(&caller.key.name);
        Self { service, caller, share, seen }
    }

    /// Lets the caller go on, from now on with what their key covers now.
    ///
    /// # Errors
    /// When the key is known no more or revoked, or the token that they showed has expired.
    pub(crate) fn renew(&mut self) -> Result<(), Gone> {
        self.caller = self.service.keys.still(&self.caller, (self.service.clock)())?;
        Ok(())
    }

    /// Counts so many records on the key's quota of the day, all or none; those that [`take`](Self::take) answers `retry` are
    /// given back.
    ///
    /// # Errors
    /// After how long the next day begins, when that many are not left.
    pub(crate) fn count(&self, records: usize) -> Result<(), Duration> {
        self.service.quotas.take(&self.caller.key.name, records, (self.service.clock)())
    }

    /// Takes the places of so many records of the key's rate, all or none.
    ///
    /// # Errors
    /// After how long they would have been free.
    pub(crate) fn reserve(&self, records: usize) -> Result<(), Duration> {
        self.service.rates.take(&self.caller.key.name, records)
    }

    /// Waits for the places of so many records of the key's rate, and takes them.
    pub(crate) async fn wait_for(&self, records: usize) {
        self.service.rates.wait(&self.caller.key.name, records).await;
    }

    /// Takes records in, in order, and answers each once it is settled.
    ///
    /// A rejected record that could not be kept is answered `retry`, with its problems: `rejected` promises that it is
    /// kept, and nothing may disappear.
    pub(crate) async fn take(&mut self, records: Vec<Incoming>) -> Vec<RecordResult> {
        let now = (self.service.clock)();
        self.seen.expect(records.len());
        let mut appending = Vec::with_capacity(records.len());
        let mut pending: Vec<Pending> = Vec::with_capacity(records.len());
        for incoming in records {
            pending.push(self.check(incoming, now, &mut appending));
        }
        self.append(&mut pending, appending).await;
        self.copy_rounds(&mut pending).await;
        self.keep_rejected(&mut pending, now).await;
        let results: Vec<RecordResult> = pending.into_iter().map(|pending| pending.result).collect();
        self.service.metrics.answered(&results);
        let again = results.iter().filter(|result| result.outcome == Outcome::Retry).count();
        self.service.quotas.give_back(&self.caller.key.name, again, now);
        results
    }

    fn check(&mut self, incoming: Incoming, now: Timestamp, appending: &mut Vec<NewRecord>) -> Pending {
        let result = |id, outcome, problems| RecordResult {
            index: incoming.index,
            line: incoming.line,
            id,
            outcome,
            partition: None,
            offset: None,
            warnings: Vec::new(),
            problems,
        };
        let mut round = None;
        let (result, event) = match self.admit(&incoming, now) {
            Err(refused) => {
                let mut problems = refused.problems;
                problems.truncate(self.service.limits.max_problems.max(1));
                (result(refused.id, Outcome::Rejected, problems), None)
            }
            Ok(Admitted { event, value }) => {
                let (id, event) = (Some(event.id.clone()), Arc::new(event));
                match self.seen.meet(&event) {
                    Sighting::Again => (result(id, Outcome::Duplicate, Vec::new()), None),
                    Sighting::Conflict => {
                        let detail = "the request holds another event of this source, subject and id";
                        let problem = Problem::new(Code::Conflict, "/id", detail);
                        (result(id, Outcome::Rejected, vec![problem]), None)
                    }
                    Sighting::First => {
                        round = Rounds::concerned_by(&event).then(|| value.clone());
                        appending.push(NewRecord::new(event.subject.as_str(), value));
                        let mut result = result(id, Outcome::Retry, Vec::new());
                        result.warnings = event.warnings();
                        (result, Some(event))
                    }
                }
            }
        };
        Pending { incoming, result, event, round }
    }

    fn admit(&self, incoming: &Incoming, now: Timestamp) -> Result<Admitted, crate::admission::Refused> {
        if let Some(problem) = &incoming.no_event {
            return Err(crate::admission::Refused { id: None, problems: vec![problem.clone()] });
        }
        if incoming.too_long {
            let limit = self.service.limits.max_record_bytes;
            let problem = Problem::new(Code::Limit, "", format!("is longer than {limit} bytes"));
            return Err(crate::admission::Refused { id: None, problems: vec![problem] });
        }
        admit(&incoming.bytes, &self.caller.key, &self.service.rounds, now)
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
    async fn keep_rejected(&self, pending: &mut [Pending], received: Timestamp) {
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
