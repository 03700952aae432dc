//! Reads the log, subject by subject, up to a moment.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use indicatif::ProgressBar;
use jiff::Timestamp;
use weir_kernel::log::{EventLog, Limits, Record};
use weir_kernel::topics;
use weir_recount::{Cut, Figures, Placed, Recount};
use weir_schemas::event::Event;
use weir_schemas::plan::Plan;

/// How long the log may fall silent before its end is reached.
const SILENCE: u32 = 60;

/// The history that is recounted.
pub(super) struct History<'a> {
    pub(super) log: &'a Arc<dyn EventLog>,
    pub(super) moment: Timestamp,
    /// Events to hold in memory at a time, about.
    pub(super) at_a_time: u32,
    pub(super) progress: ProgressBar,
}

/// What was read.
pub(super) struct Recounted<'a> {
    pub(super) figures: Figures<'a>,
    /// Events recorded up to the moment.
    pub(super) events: u64,
    /// Of each partition the records there were; if none lies behind the moment, and none comes, the present is the past.
    pub(super) ends: Vec<i64>,
    /// Whether a record lies behind the moment.
    pub(super) goes_on: bool,
}

/// What a pass over a partition found.
struct Pass {
    by_subject: HashMap<String, Vec<Placed>>,
    /// The first offset behind the moment.
    end: i64,
}

impl History<'_> {
    /// Recounts all events recorded up to the moment. A partition that has many is read several times, for some of its
    /// subjects each time: those of a subject lie in one partition.
    pub(super) async fn recount<'a>(&self, plan: &'a Plan) -> anyhow::Result<Recounted<'a>> {
        let ends = self.log.ends(topics::EVENTS).await.context("the event log")?;
        let starts = self.log.starts(topics::EVENTS).await.context("the event log")?;
        let mut recount = Recount::new(plan, self.moment);
        let (mut events, mut goes_on) = (0, false);
        for (partition, (start, end)) in (0..).zip(starts.iter().zip(&ends)) {
            ensure!(*start == 0, "the log does not hold the first {start} records of partition {partition}");
            let passes = u64::try_from(*end)?.div_ceil(u64::from(self.at_a_time)).max(1);
            let mut until = *end;
            for number in 0..passes {
                self.progress.inc_length(u64::try_from(until)?);
                let pass = self.pass(partition, until, |key| share(key, passes) == number).await?;
                goes_on |= pass.end < *end;
                until = pass.end;
                // Counting takes long: other work of this process must go on.
                tokio::task::block_in_place(|| {
                    for placed in pass.by_subject.into_values() {
                        events += placed.len() as u64;
                        recount.take(&placed);
                    }
                });
            }
        }
        self.progress.finish_and_clear();
        let figures = tokio::task::block_in_place(|| recount.finish());
        Ok(Recounted { figures, events, ends, goes_on })
    }

    /// The events under some keys of a partition, before `until` and up to the moment.
    async fn pass(&self, partition: i32, until: i64, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Pass> {
        let mut pass = Pass { by_subject: HashMap::new(), end: until };
        let mut cut = Cut::at(self.moment);
        let mut next = 0;
        let mut reader = self.log.reader(topics::EVENTS, partition, next).await.context("the event log")?;
        let mut silent = 0;
        while next < until {
            let limits = Limits { wait: Duration::from_secs(1), ..Limits::default() };
            let records = reader.read(limits).await.context("the event log")?;
            silent = if records.is_empty() { silent + 1 } else { 0 };
            ensure!(
                silent < SILENCE,
                "the log gives no record of partition {partition} from {next} to {until}"
            );
            let taken = tokio::task::block_in_place(|| take(&records, until, &mut cut, &mut pass, &wanted));
            self.progress.inc(records.len() as u64);
            match taken {
                Some(last) => next = last + 1,
                None if records.is_empty() => {}
                None => break,
            }
        }
        Ok(pass)
    }
}

/// Takes in records; answers the last one's offset, or nothing where the moment is reached.
fn take(
    records: &[Record],
    until: i64,
    cut: &mut Cut,
    pass: &mut Pass,
    wanted: &impl Fn(&str) -> bool,
) -> Option<i64> {
    let mut last = None;
    for record in records.iter().take_while(|record| record.offset < until) {
        // What is no event, or lies under another key than its subject, is set aside.
        let event = Event::from_slice(&record.value).ok().filter(|event| event.subject == record.key);
        let recorded = event.as_ref().and_then(|event| event.recorded_time).unwrap_or(record.recorded);
        if !cut.takes(recorded) {
            pass.end = record.offset;
            return None;
        }
        last = Some(record.offset);
        if let Some(event) = event.filter(|event| wanted(&event.subject)) {
            let placed = Placed { offset: record.offset, event };
            match pass.by_subject.get_mut(&record.key) {
                Some(events) => events.push(placed),
                None => _ = pass.by_subject.insert(record.key.clone(), vec![placed]),
            }
        }
    }
    last.or_else(|| records.last().map(|record| record.offset))
}

/// Which of so many shares a key falls to.
fn share(key: &str, shares: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish() % shares
}
