//! Nothing happens before what it happens to.

use std::collections::{HashMap, HashSet};

use weir_schemas::event::{Data, Event, Form, PatentChange, PatentClass, Source, Status};
use weir_schemas::period::Period;

use super::*;

/// What has been said of all subjects so far.
#[derive(Default)]
struct Said<'a> {
    identities: HashSet<(Source, &'a str, &'a str)>,
    units: HashSet<&'a str>,
    /// Units that have ended, but for those that did in error.
    ended: HashMap<&'a str, jiff::civil::Date>,
    in_error: HashSet<&'a str>,
    reports: HashMap<(&'a str, Form, Period), u32>,
    certificates: HashSet<(&'a str, Status, &'a str)>,
    patents: HashMap<&'a str, Patent>,
    contracts: HashMap<&'a str, u32>,
    entries: HashSet<&'a str>,
    rounds: HashMap<(Source, Form, Period), Round>,
}

struct Patent {
    stands: bool,
    classes: HashSet<PatentClass>,
}

#[derive(Debug, PartialEq, Eq)]
enum Round {
    Opened,
    Closed,
}

/// Checks that each event is about something that was said before.
pub(super) fn valid(events: &[Event]) {
    let voided = events.iter().filter(|event| matches!(event.data, Data::EventVoided(_)));
    let in_error = voided.map(|event| event.subject.as_str()).collect();
    let mut said = Said { in_error, ..Said::default() };
    for event in events {
        let identity = (event.source, event.subject.as_str(), event.id.as_str());
        // What is sent again is said already.
        if said.identities.insert(identity) {
            said.check(event);
        }
    }
}

impl<'a> Said<'a> {
    fn check(&mut self, event: &'a Event) {
        let (subject, about) = (event.subject.as_str(), &event.id);
        match &event.data {
            Data::UnitRegistered(_) => assert!(self.units.insert(subject), "{about}"),
            Data::UnitChanged(changed) => {
                assert!(self.units.contains(subject), "{about}");
                if !changed.successors.is_empty() {
                    self.end(subject, changed.effective_from);
                }
            }
            Data::UnitClosed(closed) => {
                assert!(self.units.contains(subject), "{about}");
                self.end(subject, closed.effective_from);
            }
            Data::StatusGranted(granted) => {
                assert!(self.certificates.insert((subject, granted.status, &granted.number)), "{about}");
            }
            Data::StatusRevoked(revoked) => {
                assert!(self.certificates.contains(&(subject, revoked.status, &revoked.number)), "{about}");
            }
            Data::ReportFiled(_)
            | Data::ReportWithdrawn(_)
            | Data::ReportReviewed(_)
            | Data::QueryExplained(_) => {
                self.report(event);
            }
            Data::PeriodOpened(_) | Data::PeriodClosed(_) | Data::PeriodReopened(_) => self.round(event),
            Data::PatentGranted(granted) => {
                let classes = granted.classes.iter().copied().collect();
                let before = self.patents.insert(subject, Patent { stands: true, classes });
                assert!(before.is_none(), "{about}");
            }
            Data::PatentChanged(_) => self.patent(event),
            Data::ContractRegistered(_) => assert_eq!(self.contracts.insert(subject, 1), None, "{about}"),
            Data::ContractAmended(amended) => {
                assert_eq!(self.contracts.insert(subject, amended.revision), Some(amended.revision - 1));
            }
            Data::ContractCancelled(_) => assert!(self.contracts.contains_key(subject), "{about}"),
            Data::RegisterEntered(_) => assert!(self.entries.insert(subject), "{about}"),
            Data::RegisterChanged(_) => assert!(self.entries.contains(subject), "{about}"),
            Data::RegisterRemoved(_) => assert!(self.entries.remove(subject), "{about}"),
            Data::EventVoided(void) => {
                let voided = (void.voided_source, subject, void.voided_id.as_str());
                assert!(self.identities.contains(&voided), "{about}");
            }
            Data::ReferencePublished(_) | Data::SupplementPublished(_) => {}
            Data::ReleaseCut(_) => panic!("{about}"),
        }
    }

    fn end(&mut self, subject: &'a str, day: jiff::civil::Date) {
        if !self.in_error.contains(subject) {
            self.ended.insert(subject, day);
        }
    }

    fn report(&mut self, event: &'a Event) {
        let (subject, about) = (event.subject.as_str(), &event.id);
        let (form, period, revision) = match &event.data {
            Data::ReportFiled(report) => {
                // A bureau that has no say may file what the unit's own files later.
                let before = self.reports.get(&(subject, report.form, report.period)).copied().unwrap_or(0);
                assert!(report.revision == before || report.revision == before + 1, "{about}");
                self.reports.insert((subject, report.form, report.period), report.revision);
                if let Some(ended) = self.ended.get(subject) {
                    assert!(report.period.last_day() < *ended, "{about}");
                }
                return;
            }
            Data::ReportWithdrawn(report) => (report.form, report.period, report.revision),
            Data::ReportReviewed(review) => (review.form, review.period, review.revision),
            Data::QueryExplained(query) => (query.form, query.period, query.revision),
            _ => return,
        };
        let filed = self.reports.get(&(subject, form, period)).copied();
        assert!(filed.is_some_and(|filed| filed >= revision), "{about}");
    }

    fn round(&mut self, event: &'a Event) {
        let (round, from, to) = match &event.data {
            Data::PeriodOpened(round) => (round, None, Round::Opened),
            Data::PeriodReopened(round) => (round, Some(Round::Closed), Round::Opened),
            Data::PeriodClosed(round) => (round, Some(Round::Opened), Round::Closed),
            _ => return,
        };
        let before = self.rounds.insert((event.source, round.form, round.period), to);
        assert_eq!(before, from, "{}", event.id);
    }

    fn patent(&mut self, event: &'a Event) {
        let about = &event.id;
        let Data::PatentChanged(changed) = &event.data else { return };
        let patent = self.patents.get_mut(event.subject.as_str()).unwrap_or_else(|| panic!("{about}"));
        match (changed.change, changed.class) {
            (PatentChange::Restored, _) => {
                assert!(!patent.stands, "{about}");
                patent.stands = true;
            }
            (_, _) if !patent.stands => panic!("{about}"),
            (PatentChange::Lapsed | PatentChange::Invalidated, _) => patent.stands = false,
            (PatentChange::ClassAdded, Some(class)) => assert!(patent.classes.insert(class), "{about}"),
            (PatentChange::ClassRemoved, Some(class)) => assert!(patent.classes.remove(&class), "{about}"),
            _ => {}
        }
    }
}

#[test]
fn nothing_happens_before_what_it_happens_to() {
    for (units, detail) in [(2_000, Detail::Whole), (6_000, Detail::Demo)] {
        let settings = Settings { units, detail, ..Settings::default() };
        valid(&events(&Province::new(settings).unwrap()));
    }
}

#[test]
fn all_is_recorded_before_the_autumn_after_the_last_year() {
    let last = province(1_000, 14).history().last().unwrap();
    let day = weir_schemas::event::day(last.recorded);
    assert!((date(2026, 4, 1)..date(2026, 9, 15)).contains(&day), "{day}");
}
