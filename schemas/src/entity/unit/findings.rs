//! What there is to ask about a unit's reports, which of its facts enter no figure, and which come from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::Unit;
use super::round::{Report, Round};
use super::timeline::Spot;
use crate::codelist::Area;
use crate::entity::recorded::Origin;
use crate::entity::{Scope, foreign};
use crate::event::{Form, Item, Status};
use crate::finding::rules::{Raised, Reported, Said, fall, mismatch, slip, warned};
use crate::finding::{Finding, FindingKey, ReportKey};
use crate::period::{Period, Slot};
use crate::plan::{Calendar, Plan};
use crate::problem::Code;

type Found = Vec<(FindingKey, Finding)>;

impl<'a> Report<'a> {
    fn reported(&self, period: Period) -> Reported<'a> {
        Reported { period, items: &self.filed.fact.items }
    }
}

impl Unit {
    /// The findings within a scope. Each item of a report is held against the last report in the year that has it, and
    /// that of a year before, so an event about one touches its own, of each item the next in the year, and that of the
    /// year after, however long the history.
    pub(super) fn found(&self, scope: Scope, plan: &Plan) -> Found {
        let mut found = Found::new();
        match scope {
            Scope::All => {
                for (form, period, round) in self.reports.rounds() {
                    self.of_round(form, period, round, &mut found);
                }
                Status::ALL.iter().for_each(|status| self.of_status(*status, plan.calendar, &mut found));
                found.extend(self.changed_from_elsewhere());
            }
            Scope::Reports { form, period } => {
                let own = self.reports.of(form, period).map(|round| (period, round));
                let later = year_later(period, 1);
                let later = self.reports.of(form, later).map(|round| (later, round));
                for (period, round) in own.into_iter().chain(self.next(form, period)).chain(later) {
                    self.of_round(form, period, round, &mut found);
                }
            }
            Scope::Status { status } => self.of_status(status, plan.calendar, &mut found),
        }
        found
    }

    fn placed(&self, period: Period) -> Option<Spot> {
        self.timeline.on(period.last_day())
    }

    fn in_force(&self, form: Form, period: Period) -> Option<Report<'_>> {
        let spot = self.placed(period)?;
        self.reports.of(form, period)?.in_force(form, Some(spot.area))
    }

    /// After a period in its year, of each item of a form the next report in force that holds it: a later one is not held
    /// against the period's, whatever that holds.
    fn next(&self, form: Form, period: Period) -> impl Iterator<Item = (Period, &Round)> {
        let mut missing: BTreeSet<Item> = form.items().iter().copied().collect();
        self.reports.after(form, period).filter(move |(period, _)| {
            let report = if missing.is_empty() { None } else { self.in_force(form, *period) };
            let items = report.iter().flat_map(|report| report.filed.fact.items.keys());
            items.filter(|item| missing.remove(*item)).count() > 0
        })
    }

    fn of_round(&self, form: Form, period: Period, round: &Round, found: &mut Found) {
        let day = period.last_day();
        let about = |area, rule, revision, origin: Origin, pointer: String| FindingKey {
            area,
            rule,
            report: Some(ReportKey { form, period, revision }),
            event: origin.offset,
            pointer,
        };
        let Some(Spot { area, .. }) = self.placed(period) else {
            if let Some(Report { filed, .. }) = round.in_force(form, None) {
                let key = about(None, Code::NoArea, filed.key, filed.origin, "/subject".to_owned());
                found.push((
                    key,
                    stated(format!("the register has the unit in no area on {day}"), filed.origin),
                ));
            }
            return;
        };
        for (revision, origin) in round.ignored(area) {
            let key = about(Some(area), Code::IgnoredSource, revision, origin, "/source".to_owned());
            let detail = format!("{} does not cover {area}, where the unit was on {day}", origin.source);
            found.push((key, stated(detail, origin)));
        }
        let Some(report) = round.in_force(form, Some(area)) else { return };
        let filed = report.filed;
        for Raised { rule, pointer, detail } in self.raised(&report, period, area) {
            let key = about(Some(area), rule, filed.key, filed.origin, pointer);
            let explained = round.explained(filed, rule, Some(area));
            let explanation = explained.and_then(|offset| round.explanation(offset));
            let why = format_args!("the unit was on {day}");
            let elsewhere = explanation.and_then(|origin| foreign::found(origin, area, why));
            let about = key.report;
            found.extend(elsewhere.map(|(key, finding)| (FindingKey { report: about, ..key }, finding)));
            found.push((key, Finding { explained, ..stated(detail, filed.origin) }));
        }
    }

    /// What the query rules say of a report in force of a unit in `area`.
    fn raised(&self, report: &Report<'_>, period: Period, area: Area) -> Vec<Raised> {
        let (form, filed, now) = (report.form, &report.filed.fact, report.reported(period));
        let mut raised: Vec<Raised> = warned(now, &filed.warnings).collect();
        if filed.area != area {
            let detail = format!("{} is not {area}, where the unit was on {}", filed.area, period.last_day());
            raised.push(Raised { rule: Code::AreaDiffers, pointer: "/data/area".to_owned(), detail });
        }
        let last_year = year_later(period, -1);
        let year_ago = self.in_force(form, last_year).map(|report| report.reported(last_year));
        let earlier = self.earlier(form, now);
        for said in filed.items.keys().filter_map(|item| now.said(*item)) {
            let before = earlier.get(&said.item).copied();
            raised.extend(before.and_then(|before| fall(said, before)));
            let before = before.or_else(|| year_ago?.said(said.item));
            raised.extend(before.and_then(|before| slip(said, before)));
        }
        raised.extend(year_ago.and_then(|year_ago| mismatch(now, year_ago)));
        raised
    }

    /// What was said of each item of a report last, earlier in its year.
    fn earlier(&self, form: Form, now: Reported<'_>) -> BTreeMap<Item, Said> {
        let mut earlier = BTreeMap::new();
        for (period, _) in self.reports.before(form, now.period).rev() {
            if earlier.len() == now.items.len() {
                break;
            }
            let Some(report) = self.in_force(form, period) else { continue };
            for said in now.items.keys().filter_map(|item| report.reported(period).said(*item)) {
                earlier.entry(said.item).or_insert(said);
            }
        }
        earlier
    }

    /// What is found about the certificates of a status.
    fn of_status(&self, status: Status, calendar: Calendar, found: &mut Found) {
        self.unplaced(status, calendar, found);
        found.extend(self.certified_from_elsewhere(status));
    }

    /// The certificates of a status that count, by their days, and that nothing places on the first of them.
    fn unplaced(&self, status: Status, calendar: Calendar, found: &mut Found) {
        let begins = Slot::month(calendar.from, 1).period().first_day();
        for (number, held) in self.certificates.valid_from(status, begins) {
            let day = held.valid_from.max(begins);
            if self.spot(day, &held).is_some() {
                continue;
            }
            let key = FindingKey {
                area: None,
                rule: Code::NoArea,
                report: None,
                event: held.origin.offset,
                pointer: "/data/area".to_owned(),
            };
            let detail = format!("nothing says where the holder of {status} {number} was on {day}");
            found.push((key, stated(detail, held.origin)));
        }
    }
}

/// A finding that nobody explained.
fn stated(detail: String, about: Origin) -> Finding {
    Finding { detail, explained: None, synthetic: about.synthetic }
}

/// The same period so many years later.
fn year_later(period: Period, years: i16) -> Period {
    let year = period.year() + years;
    match period {
        Period::Year(_) => Period::Year(year),
        Period::Quarter(_, quarter) => Period::Quarter(year, quarter),
        Period::Month(_, month) => Period::Month(year, month),
    }
}
