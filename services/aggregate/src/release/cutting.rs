//! Cutting one release.

use std::hash::{BuildHasher, Hasher, RandomState};

use jiff::Timestamp;
use weir_kernel::log::Limits;
use weir_kernel::topics;
use weir_release::{Earlier, Judged, Policy, Said, cell, judge, protected, showed};
use weir_schemas::event::day;
use weir_schemas::plan::Plan;
use weir_schemas::release::{Asked, Cut, Header, Record, Released, Releases};

use super::{Releasing, cells, history, record};
use crate::Error;

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
        let mut earlier = Vec::new();
        for cut in self.releases.cut() {
            earlier.push(protected(plan, self.read(cut).await?));
        }
        let moments = self.releases.cut().iter().map(|cut| cut.header.asked.cut).chain([self.asked.cut]);
        let moments: Vec<Timestamp> = moments.collect();
        let said = history::said(generation, plan, &moments).await?;
        let number = self.releases.next();
        // What is shown is decided by thousands of linear programs.
        let (released, cut) = tokio::task::spawn_blocking({
            let (plan, at) = (plan.clone(), self.asked.cut);
            move || (release(&plan, &said, at, &earlier, number), at)
        })
        .await
        .map_err(|_| Error::Stopped)?;
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
        let Releasing { log, .. } = self.releasing;
        let mut cells = Vec::new();
        for offset in &cut.offsets {
            let mut reader = log.reader(topics::RELEASES, self.partition, *offset).await?;
            let records = reader.read(Limits { rows: 1, ..self.releasing.settings.read }).await?;
            let record = records.into_iter().find(|record| record.offset == *offset);
            let record = record.ok_or(Error::Unread { topic: topics::RELEASES, offset: *offset })?;
            if let Record::Part(part) = serde_json::from_slice(&record.value)? {
                cells.extend(part.cells);
            }
        }
        Ok(cells)
    }
}

/// What tells this attempt from others: a number out of the seed that the process draws for each of its maps.
fn attempt() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// The protected cells of a release.
fn release(plan: &Plan, said: &Said, cut: Timestamp, earlier: &[Earlier], number: u32) -> Vec<Released> {
    let policy = Policy { primary: plan.disclosure, ..Policy::default() };
    let shown: Vec<_> = earlier.iter().map(showed).collect();
    let judged = judge(plan, &said.words, day(cut), &shown, &policy);
    let of = |judged: &Judged| {
        let place = &judged.place;
        let before = earlier.last().and_then(|last| last.get(place));
        cell(plan, judged, said.remarks.get(place), before, number)
    };
    judged.iter().filter_map(of).collect()
}
