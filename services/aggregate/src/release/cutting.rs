//! Cutting one release.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tracing::warn;
use weir_kernel::log::Limits;
use weir_kernel::released;
use weir_release::{
    Closed, Earlier, Judged, OutOfRange, Place, Policy, Said, Shown, cell, judge, protected, showed,
};
use weir_schemas::event::day;
use weir_schemas::plan::Plan;
use weir_schemas::release::{Asked, Cut, Header, Record, Released, Releases};

use super::cells::unprotected;
use super::{Releasing, history, record};
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
        let Releasing { generation, plan, plan_hash, settings, .. } = self.releasing;
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
        let Protected { cells, closed } = at_length(settings.release_patience, {
            let plan = plan.clone();
            move |goes_on| release(&plan, &said, cut, (&shown, &before), number, goes_on).transpose()
        })
        .await??;
        for Closed { measures, year, sums } in closed {
            let table = measures.join(" ");
            warn!(
                release = self.asked.name,
                table, year, sums, "nothing new is shown of a table: sums could not be left in doubt"
            );
        }
        let suppressed = cells.iter().filter(|one| !one.cell.conf_status.is_free()).count() as u64;
        let protected = cells.iter().filter(|one| one.cell.contributions > 0).count() as u64;
        let others = unprotected(generation, plan, cut).await?;
        let others = others.into_iter().map(|cell| Released { cell, since: number });
        let all: Vec<Released> = cells.into_iter().chain(others).collect();
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
        let mut cells = Vec::new();
        let limits = Limits { wait: PATIENCE, ..settings.read };
        released::read(&**log, self.partition, cut, limits, |part| cells.extend(part)).await?;
        Ok(cells)
    }
}

/// Decides in a thread of its own, which takes thousands of linear programs, for so long at most. Nobody waits for it when the process leaves:
/// a runtime would, for a task that blocks. It ends before its next program once nobody wants to know any more.
async fn at_length<T: Send + 'static>(
    patience: Duration,
    decide: impl FnOnce(&dyn Fn() -> bool) -> Option<T> + Send + 'static,
) -> Result<T, Error> {
    let (decided, told) = oneshot::channel();
    let deciding = move || {
        let found = decide(&|| !decided.is_closed());
        drop(decided.send(found));
    };
    std::thread::Builder::new().name("release".to_owned()).spawn(deciding).map_err(Error::Unbegun)?;
    let told = tokio::time::timeout(patience, told).await.map_err(|_| Error::TooLong(patience))?;
    told.ok().flatten().ok_or(Error::Undecided)
}

/// What tells this attempt from others: a number out of the seed that the process draws for each of its maps.
fn attempt() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// What a release holds of the protected cells.
struct Protected {
    cells: Vec<Released>,
    /// The tables of which nothing new is shown.
    closed: Vec<Closed>,
}

/// The protected cells of a release, by what each earlier one showed, and the cells of the last of them; nothing where it does not go on.
fn release(
    plan: &Plan,
    said: &Said,
    cut: Timestamp,
    (shown, before): (&[HashMap<Place, Shown>], &Earlier),
    number: u32,
    goes_on: &dyn Fn() -> bool,
) -> Result<Option<Protected>, OutOfRange> {
    let policy = Policy::of(&plan.disclosure);
    let Some(verdict) = judge(plan, &said.words, day(cut), shown, &policy, goes_on) else { return Ok(None) };
    let of = |judged: &Judged| {
        let place = &judged.place;
        cell(plan, judged, said.remarks.get(place), before.get(place), number).transpose()
    };
    let cells = verdict.cells.iter().filter_map(of).collect::<Result<_, _>>()?;
    Ok(Some(Protected { cells, closed: verdict.closed }))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn deciding_takes_so_long_at_most_and_ends_then() {
        static ENDED: AtomicBool = AtomicBool::new(false);
        let most = Duration::from_millis(20);
        let late = at_length(most, |goes_on| {
            while goes_on() {
                std::thread::yield_now();
            }
            ENDED.store(true, Ordering::SeqCst);
            None::<()>
        });
        let refused = late.await.unwrap_err();
        assert!(matches!(refused, Error::TooLong(_)) && refused.to_string().contains("20ms"), "{refused}");
        while !ENDED.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let most = Duration::from_secs(60);
        assert!(at_length(most, |_| Some(1)).await.is_ok_and(|one| one == 1));
        let broken = at_length(most, |_| -> Option<()> { panic!("a panic of a test") });
        assert!(matches!(broken.await, Err(Error::Undecided)));
    }
}
