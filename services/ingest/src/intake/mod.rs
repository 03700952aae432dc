//! Takes records in: checks each, appends the good ones to the log and the others to the rejected, and says what became
//! of every one.

mod rejected;
mod seen;
mod settling;
mod told;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use weir_kernel::keys::{Caller, Gone};
use weir_kernel::log::NewRecord;
use weir_schemas::event::Event;
use weir_schemas::problem::{Code, Problem};
use weir_schemas::rounds::Rounds;

pub(crate) use self::rejected::{Place, Rejected};
use self::seen::{Seen, Sighting};
use self::told::told;
use crate::admission::{Admitted, Refused, admit};
use crate::answer::{Outcome, RecordResult};
use crate::memory::Held;
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
    /// Whether the last part held a word on a round that nobody hears yet.
    unsaid: bool,
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
        let share = service.shares.of(&caller.key.name);
        let seen = Seen::new(service.limits.duplicate_window, share.memory.clone());
        Self { service, caller, share, seen, unsaid: false }
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

    /// Takes the places of so many records of the key's rate, all or none; those that [`take`](Self::take) answers `retry` are
    /// given back.
    ///
    /// # Errors
    /// After how long they would have been free.
    pub(crate) fn reserve(&self, records: usize) -> Result<(), Duration> {
        self.service.rates.take(&self.caller.key.name, records)
    }

    /// Gives the places of so many records back that are not taken in.
    pub(crate) fn put_back(&self, records: usize) {
        self.service.rates.give_back(&self.caller.key.name, records);
    }

    /// Takes so many records off the key's quota again that are not taken in.
    pub(crate) fn uncount(&self, records: usize) {
        self.service.quotas.give_back(&self.caller.key.name, records, (self.service.clock)());
    }

    /// Whether the last part held a word on a round that is to be sent again: what comes after it is to be sent after it.
    pub(crate) const fn is_unsaid(&self) -> bool {
        self.unsaid
    }

    /// Whether what is said of rounds is heard of: by old rounds records would be judged wrong.
    pub(crate) fn hears_of_rounds(&self) -> bool {
        !self.service.readiness.reasons().contains_key(crate::rounds::ROUNDS)
    }

    /// Lets the events of a part go that was answered; only their identities are remembered.
    pub(crate) fn let_go(&mut self) {
        self.seen.let_go();
    }

    /// Waits for the places of so many records of the key's rate, and takes them.
    pub(crate) async fn wait_for(&self, records: usize) {
        self.service.rates.wait(&self.caller.key.name, records).await;
    }

    /// Takes records in, in order, and answers each once it is settled. What is wrong with them grows `held`, the room that they take.
    ///
    /// A word on a round counts for all that comes after it in the request, as it would had that come in another one: it is brought into
    /// the log before what asks for the round is judged. Where it could not be, what asks is to be sent again like the word itself.
    ///
    /// A rejected record that could not be kept is answered `retry`, with its problems: `rejected` promises that it is
    /// kept, and nothing may disappear.
    pub(crate) async fn take(&mut self, records: Vec<Incoming>, held: &mut Held) -> Vec<RecordResult> {
        let now = (self.service.clock)();
        self.seen.expect(records.len());
        let mut appending = Vec::with_capacity(records.len());
        let mut pending: Vec<Pending> = Vec::with_capacity(records.len());
        let (mut settled, mut word, mut unsaid) = (0, false, false);
        for incoming in records {
            let mut admitted = self.admit(&incoming, now);
            if word && asks_for_a_round(&admitted) {
                self.settle(&mut pending[settled..], std::mem::take(&mut appending)).await;
                unsaid |= pending[settled..].iter().any(Pending::is_unsaid);
                (settled, word) = (pending.len(), false);
                admitted = self.admit(&incoming, now);
            }
            if unsaid && asks_for_a_round(&admitted) {
                pending.push(Pending::put_off(incoming, admitted));
                continue;
            }
            let checked = self.check(incoming, admitted, &mut appending, held);
            word |= checked.round.is_some();
            pending.push(checked);
        }
        self.settle(&mut pending[settled..], appending).await;
        self.unsaid = unsaid || pending[settled..].iter().any(Pending::is_unsaid);
        self.keep_rejected(&mut pending, now).await;
        let results: Vec<RecordResult> = pending.into_iter().map(|pending| pending.result).collect();
        self.service.metrics.answered(&results);
        let again = results.iter().filter(|result| result.outcome == Outcome::Retry).count();
        self.service.quotas.give_back(&self.caller.key.name, again, now);
        self.put_back(again);
        results
    }

    fn check(
        &mut self,
        incoming: Incoming,
        admitted: Result<Admitted, Refused>,
        appending: &mut Vec<NewRecord>,
        held: &mut Held,
    ) -> Pending {
        let result = |id, outcome, problems| RecordResult { problems, ..incoming.result(id, outcome) };
        let mut round = None;
        let (result, event) = match admitted {
            Err(refused) => {
                let problems = told(refused.problems, &self.service.limits, &self.share.memory, held);
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

    fn admit(&self, incoming: &Incoming, now: Timestamp) -> Result<Admitted, Refused> {
        if let Some(problem) = &incoming.no_event {
            return Err(Refused { id: None, problems: vec![problem.clone()] });
        }
        if incoming.too_long {
            let limit = self.service.limits.max_record_bytes;
            let problem = Problem::new(Code::Limit, "", format!("is longer than {limit} bytes"));
            return Err(Refused { id: None, problems: vec![problem] });
        }
        admit(&incoming.bytes, &self.caller.key, &self.service.rounds, now)
    }
}

impl Incoming {
    /// What became of it, with nothing to tell of it.
    fn result(&self, id: Option<String>, outcome: Outcome) -> RecordResult {
        let (index, line) = (self.index, self.line);
        let (warnings, problems) = (Vec::new(), Vec::new());
        RecordResult { index, line, id, outcome, partition: None, offset: None, warnings, problems }
    }
}

impl Pending {
    /// A record that is to be sent again unjudged.
    fn put_off(incoming: Incoming, admitted: Result<Admitted, Refused>) -> Self {
        let id = admitted.map_or_else(|refused| refused.id, |admitted| Some(admitted.event.id));
        let result = incoming.result(id, Outcome::Retry);
        Self { incoming, result, event: None, round: None }
    }

    /// Whether it is a word on a round that nobody hears yet.
    fn is_unsaid(&self) -> bool {
        self.round.is_some() && self.result.outcome == Outcome::Retry
    }
}

/// Whether what becomes of a record may be something else once a word on a round counts.
fn asks_for_a_round(admitted: &Result<Admitted, Refused>) -> bool {
    match admitted {
        Ok(admitted) => admitted.event.round().is_some(),
        Err(refused) => refused.problems.iter().any(|problem| problem.code == Code::RoundClosed),
    }
}
