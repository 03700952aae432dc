//! Cutting one release.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use weir_kernel::log::Limits;
use weir_kernel::topics;
use weir_release::{Earlier, Judged, Place, Policy, Said, Shown, cell, judge, protected, showed};
use weir_schemas::event::day;
use weir_schemas::plan::Plan;
use weir_schemas::release::{Asked, Cut, Header, Record, Released, Releases};

use super::{Releasing, cells, history, record};
use crate::Error;

/// How long the log may take to hand over a record that it holds.
const PATIENCE: Duration = Duration::from_secs(10);

/// A release at hand.
pub(super) struct Cutting<'a> {
    pub(super) releasing: &'a Releasing,
    pub(super) partition: i32,
    /// Those before it.
    pub(super) releases: &'a Releases,
    pub(super) asked: Asked,
}

impl Cutting<'_> {
    /// What it says of itself, and the records that it is written in.
    pub(super) async fn parts(self) -> Result<(Header, Vec<Record>), Error> {
        let Releasing { generation, plan, plan_hash, .. } = self.releasing;
        let (mut shown, mut before) = (Vec::new(), Earlier::new());
        for cut in self.releases.cut() {
            before = protected(plan, self.read(cut).await?);
            shown.push(showed(&before));
        }
        let moments = self.releases.cut().iter().map(|cut| cut.header.asked.cut).chain([self.asked.cut]);
        let moments: Vec<Timestamp> = moments.collect();
        let said = history::said(generation, plan, &moments).await?;
        let number = self.releases.next();
        let cut = self.asked.cut;
        let released = at_length({
            let plan = plan.clone();
            move |goes_on| release(&plan, &said, cut, (&shown, &before), number, goes_on)
        })
        .await?;
        let suppressed = released.iter().filter(|one| !one.cell.conf_status.is_free()).count() as u64;
        let protected = released.iter().filter(|one| one.cell.contributions > 0).count() as u64;
        let others = cells::unprotected(generation, plan, cut).await?;
        let others = others.into_iter().map(|cell| Released { cell, since: number });
        let all: Vec<Released> = released.into_iter().chain(others).collect();
        let header = Header {
            number,
            asked: self.asked,
            plan: plan_hash.to_string(),
            protected,
            suppressed,
            synthetic: all.iter().any(|one| one.cell.synthetic),
        };
        let parts = record::parts(&header, &attempt(), &all);
        Ok((header, parts))
    }

    /// The cells of an earlier release.
    async fn read(&self, cut: &Cut) -> Result<Vec<Released>, Error> {
        let Releasing { log, settings, .. } = self.releasing;
        let Some(first) = cut.offsets.first() else { return Ok(Vec::new()) };
        let mut reader = log.reader(topics::RELEASES, self.partition, *first).await?;
        let mut wanted = cut.offsets.iter().peekable();
        let mut cells = Vec::new();
        while let Some(next) = wanted.peek().copied() {
            let unread = || Error::Unread { topic: topics::RELEASES, offset: *next };
            let records = reader.read(Limits { wait: PATIENCE, ..settings.read }).await?;
            let reached = records.last().ok_or_else(unread)?.offset;
            for record in records {
                // Parts of another attempt may lie between.
                if wanted.next_if_eq(&&record.offset).is_none() {
                    continue;
                }
                match serde_json::from_slice(&record.value)? {
                    Record::Part(part) if part.release == cut.header => cells.extend(part.cells),
                    _ => return Err(unread()),
                }
            }
            if wanted.peek().is_some_and(|next| **next <= reached) {
                return Err(unread());
            }
        }
        Ok(cells)
    }
}

/// Decides in a thread of its own, which takes thousands of linear programs. Nobody waits for it when the process leaves: a runtime would, for
/// a task that blocks. It ends early once nobody wants to know any more.
async fn at_length<T: Send + 'static>(
    decide: impl FnOnce(&dyn Fn() -> bool) -> Option<T> + Send + 'static,
) -> Result<T, Error> {
    let (decided, told) = oneshot::channel();
    let deciding = move || {
        let found = decide(&|| !decided.is_closed());
        drop(decided.send(found));
    };
    let undecided = |why: String| Error::Undecided(why);
    std::thread::Builder::new()
        .name("release".to_owned())
        .spawn(deciding)
        .map_err(|error| undecided(error.to_string()))?;
    told.await.ok().flatten().ok_or_else(|| undecided("it broke off".to_owned()))
}

/// What tells this attempt from others: a number out of the seed that the process draws for each of its maps.
fn attempt() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// The protected cells of a release, by what each earlier one showed, and the cells of the last of them; nothing where it does not go on.
fn release(
    plan: &Plan,
    said: &Said,
    cut: Timestamp,
    (shown, before): (&[HashMap<Place, Shown>], &Earlier),
    number: u32,
    goes_on: &dyn Fn() -> bool,
) -> Option<Vec<Released>> {
    let policy = Policy { primary: plan.disclosure, ..Policy::default() };
    let judged = judge(plan, &said.words, day(cut), shown, &policy, goes_on)?;
    let of = |judged: &Judged| {
        let place = &judged.place;
        cell(plan, judged, said.remarks.get(place), before.get(place), number)
    };
    Some(judged.iter().filter_map(of).collect())
}
