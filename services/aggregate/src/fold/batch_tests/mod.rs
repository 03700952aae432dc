//! That batching, replaying and caching are accidents: the contributions in force are a function of the log.

mod histories;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;
use weir_schemas::cell::Series;
use weir_schemas::codelist::Area;
use weir_schemas::entity::Scope;
use weir_schemas::period::Slot;
use weir_schemas::plan::SICHUAN_14;

use super::*;
use crate::fold::findings::FindingId;
use crate::fold::rows::{Key, Said};

fn records(events: &[(String, Value)]) -> Vec<Record> {
    let record = |(offset, (key, event)): (i64, &(String, Value))| Record {
        partition: 0,
        offset,
        recorded: Timestamp::from_second(1_700_000_000 + offset).unwrap(),
        key: key.clone(),
        headers: Vec::new(),
        value: Bytes::from(event.to_string()),
    };
    (0..).zip(events).map(record).collect()
}

/// What a fold leaves behind.
#[derive(Debug, Default, PartialEq)]
struct Left {
    /// The contributions in force, by key, in their greatest version.
    in_force: BTreeMap<Key, ContributionRow>,
    /// The events, by offset.
    events: BTreeMap<i64, EventRow>,
    marked: BTreeSet<Series>,
    /// The findings that stand, by key, in their greatest version.
    findings: BTreeMap<FindingId, FindingRow>,
}

/// Folds the log in batches that end at `ends`, with the cache lost at some of them.
fn fold(records: &[Record], ends: &[(usize, bool)]) -> Left {
    let plan = Plan::parse(SICHUAN_14).unwrap();
    let mut cache = Cache::new(1_000, true);
    let mut left = Left::default();
    let mut begin = 0;
    for &(end, lost) in ends.iter().chain([&(records.len(), false)]) {
        let end = end.min(records.len());
        if lost {
            cache = replayed(&records[..begin]);
        }
        let mut batch = Batch::read(&records[begin.min(end)..end], Timestamp::UNIX_EPOCH);
        batch.apply(&mut cache, &plan).unwrap();
        left.marked.extend(batch.marks(&plan).into_iter().map(|mark| mark.series));
        left.events.extend(batch.events.into_iter().map(|row| (row.offset(), row)));
        for row in batch.contributions {
            left.in_force.insert(row.key(), row);
        }
        left.findings.extend(batch.findings.into_iter().map(|row| (row.key(), row)));
        begin = begin.max(end);
    }
    left.in_force.retain(|_, row| row.is_live());
    left.findings.retain(|_, row| row.is_live());
    left
}

/// The cache as `load` fills it: from the stored events below a batch.
fn replayed(records: &[Record]) -> Cache {
    let mut cache = Cache::new(1_000, true);
    let batch = Batch::read(records, Timestamp::UNIX_EPOCH);
    for (_, event, place) in &batch.read {
        cache.apply(event, *place);
    }
    cache
}

proptest! {
    #[test]
    fn batches_and_lost_caches_change_nothing(
        events in histories::log(),
        ends in prop::collection::vec((0_usize..40, any::<bool>()), 0..6),
    ) {
        let records = records(&events);
        let mut ends = ends;
        ends.sort_unstable();
        let (whole, parts) = (fold(&records, &[]), fold(&records, &ends));
        prop_assert_eq!(&whole.in_force, &parts.in_force);
        prop_assert_eq!(&whole.events, &parts.events);
        prop_assert_eq!(&whole.marked, &parts.marked);
        prop_assert_eq!(&whole.findings, &parts.findings);
    }

    #[test]
    fn what_is_in_force_is_what_the_entities_say(events in histories::log()) {
        let records = records(&events);
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let mut cache = replayed(&records);
        let (mut expected, mut findings) = (BTreeMap::new(), Vec::new());
        let recorded = BTreeMap::from_iter(records.iter().map(|record| (record.offset, record.recorded)));
        for subject in records.iter().map(|record| record.key.as_str()).collect::<BTreeSet<_>>() {
            findings.extend(cache.state(subject).findings(Scope::All, &plan).into_values());
            for (key, contribution) in cache.state(subject).contributions(Scope::All, &plan) {
                let place = Place { offset: 0, recorded: recorded[&0] };
                let behind = Behind { entity: subject.into(), partition: 0, place };
                let row = ContributionRow::of(&key, &contribution, None, &behind).unwrap();
                expected.insert(row.key(), row.stands());
            }
        }
        let left = fold(&records, &[]);
        let details: Vec<&str> = left.findings.values().map(FindingRow::detail).collect();
        let said = findings.iter().map(|finding| finding.detail.as_str()).collect::<BTreeSet<_>>();
        prop_assert_eq!(details.len(), findings.len());
        prop_assert_eq!(details.into_iter().collect::<BTreeSet<_>>(), said);
        let stands = left.in_force.iter().map(|(key, row)| (key.clone(), row.stands()));
        prop_assert_eq!(stands.collect::<BTreeMap<_, _>>(), expected);
    }

    #[test]
    fn rows_up_to_any_event_add_up_to_what_stands(events in histories::log(), until in 0_i64..40) {
        let records = records(&events);
        let mut batch = Batch::read(&records, Timestamp::UNIX_EPOCH);
        batch.apply(&mut Cache::new(1_000, true), &Plan::parse(SICHUAN_14).unwrap()).unwrap();
        let (mut sums, mut newest) = (BTreeMap::new(), BTreeMap::new());
        for row in batch.contributions.into_iter().filter(|row| row.version() <= until) {
            sums.entry(row.key()).or_insert_with(Said::default).add(&row);
            newest.insert(row.key(), row);
        }
        for (key, row) in newest {
            let mut stands = Said::default();
            stands.add(&row.by_itself());
            prop_assert_eq!(&sums[&key], &stands, "{:?}", key);
        }
    }

    #[test]
    fn every_version_of_a_contribution_is_marked(events in histories::log(), cut in 0_usize..40) {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let records = records(&events);
        // A batch that placed a contribution marks it: only one that starts later shows what taking it back marks.
        let (before, records) = records.split_at(cut.min(records.len()));
        let mut batch = Batch::read(records, Timestamp::UNIX_EPOCH);
        batch.apply(&mut replayed(before), &plan).unwrap();
        let marks = batch.marks(&plan);
        for row in &batch.contributions {
            let (measure, first, last, area, field, ..) = row.key();
            let key = ContributionKey {
                measure: measure.into(),
                area: Area::from_u32(area).unwrap(),
                field: field.parse().unwrap(),
                from: Slot::from_number(first).unwrap(),
                to: Slot::from_number(last).unwrap(),
                part: "",
            };
            for series in Series::of(&key, &plan) {
                let covers = |mark: &Mark| mark.series == series && mark.from <= key.from && key.to <= mark.to;
                prop_assert!(marks.iter().any(covers), "{row:?}");
            }
        }
    }
}
