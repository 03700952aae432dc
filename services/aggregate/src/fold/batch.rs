//! One batch of records: what they say, what they change, and which cells that touches.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use weir_kernel::clickhouse::Accounts;
use weir_kernel::log::Record;
use weir_schemas::cell::Series;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::{ContributionKey, Disposition, Place};
use weir_schemas::event::Event;
use weir_schemas::mark::{Mark, SlotRanges};
use weir_schemas::plan::{MeasureId, Plan};
use weir_schemas::problem::Problem;
use weir_schemas::release::Asked;

use super::cache::Cache;
use super::findings::FindingRow;
use super::rows::{Behind, ContributionRow, EventRow, SetAsideRow};
use crate::Error;
use crate::release::asked;

/// A batch of one partition.
pub(super) struct Batch<'a> {
    read: Vec<(&'a Record, Event, Place)>,
    /// The slots touched of each measure, area and field that a contribution is placed in.
    touched: HashMap<(MeasureId, Area, Field), SlotRanges>,
    pub(super) set_aside: Vec<SetAsideRow>,
    pub(super) events: Vec<EventRow>,
    pub(super) contributions: Vec<ContributionRow>,
    pub(super) findings: Vec<FindingRow>,
    /// The releases that its events ask for.
    pub(super) releases: Vec<Asked>,
    pub(super) accounts: Accounts,
    /// The greatest recorded time so far; none after it is smaller.
    pub(super) recorded: Timestamp,
}

impl<'a> Batch<'a> {
    /// Reads the records that follow one recorded at `before`. What is no event is set aside.
    pub(super) fn read(records: &'a [Record], before: Timestamp) -> Self {
        let mut batch = Self {
            read: Vec::with_capacity(records.len()),
            touched: HashMap::new(),
            set_aside: Vec::new(),
            events: Vec::with_capacity(records.len()),
            contributions: Vec::new(),
            findings: Vec::new(),
            releases: Vec::new(),
            accounts: Accounts::default(),
            recorded: before,
        };
        for record in records {
            match decode(record) {
                Ok(event) => {
                    // An imported history carries its recorded times; no clock may step back.
                    batch.recorded = batch.recorded.max(event.recorded_time.unwrap_or(record.recorded));
                    let place = Place { offset: record.offset, recorded: batch.recorded };
                    batch.read.push((record, event, place));
                }
                Err(problems) => {
                    batch.recorded = batch.recorded.max(record.recorded);
                    batch.set_aside.push(SetAsideRow::of(record, batch.recorded, &problems));
                    batch.accounts.set_aside += 1;
                }
            }
        }
        batch
    }

    /// The subjects it is about.
    pub(super) fn subjects(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(|(_, event, _)| event.subject.as_str())
    }

    /// Applies the events in order to the states of their subjects, which are all in the cache.
    pub(super) fn apply(&mut self, cache: &mut Cache, plan: &Plan) -> Result<(), Error> {
        for (record, event, place) in std::mem::take(&mut self.read) {
            let state = cache.state(&event.subject);
            let scope = state.scope(&event);
            let before = state.contributions(scope, plan);
            let found = state.findings(scope, plan);
            let disposition = cache.apply(&event, place);
            self.events.push(EventRow::of(record, &event, place, disposition));
            match disposition {
                Disposition::Stored => self.accounts.stored += 1,
                Disposition::Duplicate => self.accounts.duplicates += 1,
                Disposition::Conflict => self.accounts.conflicts += 1,
            }
            if disposition != Disposition::Stored {
                continue;
            }
            self.releases.extend(asked(&event, plan));
            let state = cache.state(&event.subject);
            let after = state.contributions(scope, plan);
            let finds = state.findings(scope, plan);
            let partition = record.partition;
            self.findings.extend(FindingRow::changed(&found, &finds, &event.subject, partition, place));
            let behind = Behind { entity: event.subject.as_str().into(), partition, place };
            for (key, contribution) in &before {
                if !after.contains_key(key) {
                    let row = ContributionRow::withdrawn(key, contribution, &behind)?;
                    self.contributions.push(row);
                    self.touch(key);
                }
            }
            for (key, contribution) in &after {
                let stood = before.get(key);
                if stood != Some(contribution) {
                    let row = ContributionRow::of(key, contribution, stood, &behind)?;
                    self.contributions.push(row);
                    self.touch(key);
                }
            }
        }
        Ok(())
    }

    /// A mark for each series and range of slots touched; never netted, so that a replayed batch marks what its first
    /// run did.
    pub(super) fn marks(&self, plan: &Plan) -> Vec<Mark> {
        let mut marked: BTreeMap<Series, SlotRanges> = BTreeMap::new();
        for ((measure, area, field), slots) in &self.touched {
            for series in Series::around(measure, *area, *field, plan) {
                let marked = marked.entry(series).or_default();
                slots.ranges().for_each(|(from, to)| marked.insert(from, to));
            }
        }
        let mark = |(series, slots): (Series, SlotRanges)| {
            let ranges: Vec<_> = slots.ranges().collect();
            ranges.into_iter().map(move |(from, to)| Mark { series: series.clone(), from, to })
        };
        marked.into_iter().flat_map(mark).collect()
    }

    fn touch(&mut self, key: &ContributionKey) {
        let place = (key.measure.clone(), key.area, key.field);
        self.touched.entry(place).or_default().insert(key.from, key.to);
    }
}

/// The event of a record, if it is one and stands under its own key.
fn decode(record: &Record) -> Result<Event, Vec<Problem>> {
    let event = Event::from_slice(&record.value)?;
    if event.subject != record.key {
        let detail = format!("the record's key is {:?}", record.key);
        return Err(vec![Problem::new(weir_schemas::problem::Code::Subject, "/subject", detail)]);
    }
    Ok(event)
}

#[cfg(test)]
#[path = "batch_tests/mod.rs"]
mod tests;
