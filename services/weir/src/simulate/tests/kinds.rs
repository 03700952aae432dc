//! Everything that the table of rates names happens.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use weir_schemas::event::{Data, Event, PatentChange, Register, Status, UnitChange, Vintage};

use super::*;

/// A province large enough for what is rare.
fn large() -> Vec<Event> {
    events(&province(4_000, 14))
}

#[test]
fn everything_happens() {
    let events = large();
    for happens in [units, statuses, patents, contracts, registers, references, sending] {
        for (what, found) in happens(&events) {
            assert!(found, "{what} never happens");
        }
    }
    let types: BTreeSet<&str> = events.iter().map(|event| event.data.event_type()).collect();
    let missing: Vec<_> = Data::EVENT_TYPES.iter().filter(|kind| !types.contains(*kind)).collect();
    assert_eq!(missing, [&"weir.release.cut.v1"], "releases are cut by whoever publishes");
}

type Found = Vec<(String, bool)>;

fn found(what: &(impl ToString + ?Sized), is: bool) -> (String, bool) {
    (what.to_string(), is)
}

fn subjects(events: &[Event], is: impl Fn(&Data) -> bool) -> BTreeSet<&str> {
    events.iter().filter(|event| is(&event.data)).map(|event| event.subject.as_str()).collect()
}

fn units(events: &[Event]) -> Found {
    let changed = events.iter().filter_map(|event| match &event.data {
        Data::UnitChanged(changed) => Some((event.subject.as_str(), changed)),
        _ => None,
    });
    let changed: Vec<_> = changed.collect();
    let mut all: Found = UnitChange::ALL
        .iter()
        .map(|reason| found(reason, changed.iter().any(|(_, changed)| changed.reason == *reason)))
        .collect();
    let heirs = |reason, count| {
        let mut of = changed.iter().filter(move |(_, changed)| changed.reason == reason);
        found(&format!("{reason} into {count}"), of.any(|(_, changed)| changed.successors.len() == count))
    };
    let mut days: HashMap<_, usize> = HashMap::new();
    for (subject, changed) in changed.iter().filter(|(_, changed)| changed.reason == UnitChange::Moved) {
        *days.entry((*subject, changed.effective_from)).or_default() += 1;
    }
    let registered = subjects(events, |data| matches!(data, Data::UnitRegistered(_)));
    let reporting = subjects(events, |data| matches!(data, Data::ReportFiled(_)));
    let mut reported = BTreeSet::new();
    let mut late = false;
    for event in events {
        match &event.data {
            Data::ReportFiled(_) => _ = reported.insert(event.subject.as_str()),
            Data::UnitRegistered(_) => late |= reported.contains(event.subject.as_str()),
            _ => {}
        }
    }
    let zones = |event: &Event| matches!(&event.data, Data::UnitRegistered(unit) if unit.zone.is_some());
    all.extend([
        heirs(UnitChange::Merged, 1),
        heirs(UnitChange::Split, 2),
        found("a closure", events.iter().any(|event| matches!(event.data, Data::UnitClosed(_)))),
        found("a move mended on its day", days.values().any(|times| *times > 1)),
        found("a registration after reports", late),
        found("a unit that is never registered", reporting.difference(&registered).next().is_some()),
        found("a unit in a zone", events.iter().any(zones)),
    ]);
    all
}

fn statuses(events: &[Event]) -> Found {
    let granted =
        |status| subjects(events, |data| matches!(data, Data::StatusGranted(of) if of.status == status));
    let revoked = |status| {
        found(
            &format!("{status} revoked"),
            events.iter().any(|event| matches!(&event.data, Data::StatusRevoked(of) if of.status == status)),
        )
    };
    let mut all: Found =
        Status::ALL.iter().map(|status| found(status, !granted(*status).is_empty())).collect();
    let mut certificates: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        if let Data::StatusGranted(of) = &event.data
            && of.status == Status::HighTechEnterprise
        {
            *certificates.entry(&event.subject).or_default() += 1;
        }
    }
    all.extend([
        revoked(Status::HighTechEnterprise),
        revoked(Status::SciTechSme),
        revoked(Status::Gazelle),
        found("a certificate that is renewed", certificates.values().any(|of| *of > 1)),
        found("one that is not", certificates.values().any(|of| *of == 1)),
    ]);
    all
}

fn patents(events: &[Event]) -> Found {
    let changed = |change| {
        let is = |event: &Event| matches!(&event.data, Data::PatentChanged(of) if of.change == change);
        found(&change, events.iter().any(is))
    };
    let filed = |years: i16, first: i16, last: i16| {
        events.iter().any(|event| match &event.data {
            Data::PatentGranted(of) => (first..=last).contains(&(of.filing_date.year() + years)),
            _ => false,
        })
    };
    let own_term = |event: &Event| matches!(&event.data, Data::PatentGranted(of) if of.term_end.is_some());
    let leaves = |event: &Event| match &event.data {
        Data::PatentChanged(of) => of.holders.iter().any(|holder| !Area::SICHUAN.contains(holder.area)),
        _ => false,
    };
    let mut all: Found = PatentChange::ALL.iter().map(|change| changed(*change)).collect();
    all.extend([
        found("a tenth year within the plan", filed(10, 2022, 2025)),
        found("an end of term within the plan", filed(20, 2022, 2025)),
        found("a term of its own", events.iter().any(own_term)),
        found("a transfer out of the province", events.iter().any(leaves)),
    ]);
    all
}

fn contracts(events: &[Event]) -> Found {
    let revision = |revision| {
        let is = |event: &Event| matches!(&event.data, Data::ContractAmended(of) if of.revision == revision);
        found(&format!("revision {revision}"), events.iter().any(is))
    };
    let cancelled = |event: &Event| matches!(event.data, Data::ContractCancelled(_));
    vec![revision(2), revision(3), found("a cancellation", events.iter().any(cancelled))]
}

fn registers(events: &[Event]) -> Found {
    let entered = |register| {
        let is = |event: &Event| matches!(&event.data, Data::RegisterEntered(of) if of.register == register);
        found(&register, events.iter().any(is))
    };
    let removed = subjects(events, |data| matches!(data, Data::RegisterRemoved(_)));
    let mut entries: HashMap<&str, usize> = HashMap::new();
    for event in events {
        if matches!(event.data, Data::RegisterEntered(_)) {
            *entries.entry(&event.subject).or_default() += 1;
        }
    }
    let promoted = |event: &Event| match &event.data {
        Data::RegisterChanged(of) => of.register == Register::HighTechZone && of.level.is_some(),
        _ => false,
    };
    let moved = |event: &Event| matches!(&event.data, Data::RegisterChanged(of) if of.area.is_some());
    let nowhere = |event: &Event| matches!(&event.data, Data::RegisterEntered(of) if of.area.is_none());
    let mut all: Found = Register::ALL.iter().map(|register| entered(*register)).collect();
    all.extend([
        found("a removal", !removed.is_empty()),
        found("an entry that comes back", entries.values().any(|times| *times > 1)),
        found("a zone that becomes national", events.iter().any(promoted)),
        found("an entry that moves", events.iter().any(moved)),
        found("an entry without an area", events.iter().any(nowhere)),
    ]);
    all
}

fn references(events: &[Event]) -> Found {
    let published = |series: &str, vintage| {
        let is = |event: &Event| match &event.data {
            Data::ReferencePublished(of) => of.series == series && of.vintage == vintage,
            _ => false,
        };
        found(&format!("{series} {vintage}"), events.iter().any(is))
    };
    let mut all: Found = Vintage::ALL.iter().map(|vintage| published("gdp", *vintage)).collect();
    all.extend(Vintage::ALL.iter().map(|vintage| published("resident_population", *vintage)));
    for series in ["gdp", "resident_population", "employed_persons", "enterprise_units", "sci_literacy_rate"]
    {
        for year in 2021..=2025 {
            let areas: BTreeSet<Area> = events
                .iter()
                .filter_map(|event| match &event.data {
                    Data::ReferencePublished(of) if of.series == series && of.period.year() == year => {
                        Some(of.area)
                    }
                    _ => None,
                })
                .collect();
            all.push(found(&format!("{series} of {year} in all areas"), areas.len() == 22));
        }
    }
    let official = |event: &Event| match &event.data {
        Data::ReferencePublished(of) => of.series.starts_with("official_"),
        _ => false,
    };
    all.push(found("an official total", events.iter().any(official)));
    all
}

fn sending(events: &[Event]) -> Found {
    let (mut seen, mut types) = (HashMap::new(), HashMap::new());
    let (mut duplicate, mut conflict, mut voided) = (false, false, BTreeSet::new());
    for event in events {
        let subject = event.subject.as_str();
        match seen.entry((event.identity(), subject)) {
            Entry::Vacant(new) => _ = new.insert(event.content()),
            Entry::Occupied(first) if *first.get() == event.content() => duplicate = true,
            Entry::Occupied(_) => conflict = true,
        }
        types.insert((event.source, subject, event.id.as_str()), event.data.event_type());
        if let Data::EventVoided(void) = &event.data {
            voided.insert(types[&(void.voided_source, subject, void.voided_id.as_str())]);
        }
    }
    let kinds = ["unit.closed", "report.filed", "patent.changed", "contract.registered"];
    let mut all: Found = kinds
        .map(|kind| {
            found(&format!("a {kind} that is voided"), voided.contains(format!("weir.{kind}.v1").as_str()))
        })
        .into();
    all.extend([found("a duplicate", duplicate), found("a conflict", conflict)]);
    all
}
