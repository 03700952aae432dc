//! Takes in one partition of an inbox, batch by batch, in order.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use weir_kernel::keys::Caller;
use weir_kernel::log::{self, Error, Reader, Record};
use weir_kernel::owner::{Progress, pause};
use weir_schemas::codelist::Area;

use super::binding;
use super::bureau::key_of;
use super::metrics::InboxMetrics;
use super::settings::Inboxes;
use crate::answer::Outcome;
use crate::intake::{Incoming, Intake, Place};
use crate::limits::Limits;
use crate::memory::Held;
use crate::rounds::ROUNDS;
use crate::service::Service;

/// How long to wait for a record before looking whether the key still lets it in.
const READ_WAIT: Duration = Duration::from_secs(1);

/// A bureau's inbox; clones share what they work with.
#[derive(Debug, Clone)]
pub(super) struct Inbox {
    pub(super) service: Service,
    pub(super) settings: Inboxes,
    pub(super) metrics: InboxMetrics,
    pub(super) topic: String,
    pub(super) bureau: Area,
}

impl Inbox {
    /// Takes in a partition until `stop`, from where the group has come to, or from its start. The position follows what is
    /// settled: what is taken in again after a crash changes nothing.
    pub(super) async fn run(
        &self,
        partition: i32,
        stop: &CancellationToken,
        progress: &Progress,
    ) -> Result<(), Error> {
        let told = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            told = progress.told(partition) => told?,
        };
        let mut reader = self.open(partition, told).await?;
        while self.is_let_in(stop).await {
            let records = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                read = reader.read(self.at_a_time()) => match read {
                    Err(Error::OutOfRange { offset, .. }) => {
                        reader = self.open(partition, Some(offset)).await?;
                        continue;
                    }
                    read => read?,
                },
            };
            let Some(last) = records.last() else { continue };
            if !self.take(&records, stop).await {
                return Ok(());
            }
            progress.tell(partition, last.offset + 1);
        }
        Ok(())
    }

    /// A reader from `position`, or from the first record that is held where that is past it or there is none.
    async fn open(&self, partition: i32, position: Option<i64>) -> Result<Box<dyn Reader>, Error> {
        let mut from = position.unwrap_or(0);
        loop {
            match self.service.log.reader(&self.topic, partition, from).await {
                Err(Error::OutOfRange { start, end, .. }) => {
                    if position.is_some() {
                        let lost = u64::try_from(start.saturating_sub(from)).unwrap_or(0);
                        self.metrics.lost(self.bureau, lost);
                        let topic = &self.topic;
                        tracing::warn!(
                            topic,
                            partition,
                            position = from,
                            start,
                            end,
                            lost,
                            "an inbox does not hold what comes next; going on at its start"
                        );
                    }
                    from = start;
                }
                opened => return opened,
            }
        }
    }

    fn at_a_time(&self) -> log::Limits {
        let limits = &self.service.limits;
        let rows = limits.together(self.settings.inbox_records.min(limits.max_batch_records));
        log::Limits { rows, bytes: self.settings.inbox_bytes, wait: READ_WAIT }
    }

    /// Waits until a key lets the bureau's records in; false at `stop`.
    async fn is_let_in(&self, stop: &CancellationToken) -> bool {
        while !stop.is_cancelled() {
            if key_of(&self.service.keys.now(), self.bureau).is_some() {
                return true;
            }
            pause(self.settings.inbox_retry, stop).await;
        }
        false
    }

    /// Takes a batch in, as a request of the bureau's key, and those that are not durable again and again; whether all are settled
    /// before `stop` and before no key lets them in any more.
    async fn take(&self, records: &[Record], stop: &CancellationToken) -> bool {
        let Some(key) = key_of(&self.service.keys.now(), self.bureau) else { return false };
        let mut intake = Intake::new(self.service.clone(), Caller { key, until: None });
        let limits = &self.service.limits;
        let incoming = records.iter().enumerate();
        let mut left: Vec<Incoming> =
            incoming.map(|(index, record)| self.incoming(index, record, limits)).collect();
        loop {
            tokio::select! {
                // What may come at once is taken in, also while the service leaves.
                biased;
                () = intake.wait_for(left.len()) => {}
                () = stop.cancelled() => return false,
            }
            if !self.count(&mut intake, left.len(), stop).await {
                intake.put_back(left.len());
                return false;
            }
            // Judged by old rounds it would be judged wrong. Counted it is already, so that it is not long after this.
            let heard = tokio::select! {
                biased;
                () = self.service.readiness.has(&[ROUNDS]) => true,
                () = stop.cancelled() => false,
            };
            if !heard || intake.renew().is_err() {
                intake.put_back(left.len());
                intake.uncount(left.len());
                return false;
            }
            let mut told = Held::default();
            let results = intake.take(left.clone(), &mut told).await;
            self.metrics.settled(self.bureau, results.iter());
            let settled = left.into_iter().zip(&results);
            left =
                settled.filter(|(_, result)| result.outcome == Outcome::Retry).map(|(one, _)| one).collect();
            if left.is_empty() {
                return true;
            }
            tracing::warn!(
                topic = self.topic,
                records = left.len(),
                "the log did not take an inbox's records; again"
            );
            pause(self.settings.inbox_retry, stop).await;
            if stop.is_cancelled() || intake.renew().is_err() {
                return false;
            }
        }
    }

    /// Counts records on the key's quota; what is beyond it waits for the next day. False at `stop`, and once no key lets them in.
    async fn count(&self, intake: &mut Intake, records: usize, stop: &CancellationToken) -> bool {
        if intake.count(records).is_ok() {
            return true;
        }
        tracing::warn!(
            topic = self.topic,
            "the key's quota of the day is used up: an inbox waits for the next day"
        );
        loop {
            pause(self.settings.inbox_retry, stop).await;
            if stop.is_cancelled() || intake.renew().is_err() {
                return false;
            }
            if intake.count(records).is_ok() {
                return true;
            }
        }
    }

    fn incoming(&self, index: usize, record: &Record, limits: &Limits) -> Incoming {
        let place =
            Some(Place { topic: self.topic.clone(), partition: record.partition, offset: record.offset });
        match binding::event(record) {
            Ok(bytes) => {
                let too_long = bytes.len() > limits.max_record_bytes;
                Incoming { index, bytes, too_long, place, ..Incoming::default() }
            }
            Err(problem) => {
                let bytes = record.value.clone();
                Incoming { index, bytes, place, no_event: Some(problem), ..Incoming::default() }
            }
        }
    }
}
