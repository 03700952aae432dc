//! A statistical unit: where it was when, which statuses it held, what it reported.

mod certificates;
mod findings;
mod foreign;
mod reports;
mod round;
mod standing;
mod timeline;

use std::sync::Arc;

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use self::certificates::{Certificates, Held};
use self::reports::Reports;
use self::round::Report;
use self::timeline::{Spot, Timeline};
use super::recorded::Origin;
use super::{Basis, Entity, Fact, Occasions, Place, Scope, Standing};
use crate::event::{Data, Event, Form, Item, Status};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Expectation, Measure, Plan, Rule};

/// The part of what stood at the end of the year before, which a net count takes away.
const PREVIOUS: &str = "previous";

/// A unit by its credit code.
pub(super) struct Unit {
    code: Arc<str>,
    timeline: Timeline,
    certificates: Certificates,
    reports: Reports,
}

impl Unit {
    pub(super) fn new(code: Arc<str>, basis: Basis) -> Self {
        Self {
            code,
            timeline: Timeline::default(),
            certificates: Certificates::default(),
            reports: Reports::on(basis),
        }
    }

    /// Where the unit is on `day`. A certificate's word counts only while the register does not know the unit.
    fn spot(&self, day: Date, certificate: &Held) -> Option<Spot> {
        if self.timeline.is_known() { self.timeline.on(day) } else { certificate.spot }
    }

    /// The unit as one of those holding `status` on `day`.
    fn holding(&self, status: Status, day: Date) -> Option<Fact> {
        let certificate = self.certificates.held_within(status, day, day, &self.timeline)?;
        self.counted(&certificate, day)
    }

    /// The unit, counted for a certificate where it was on `day`.
    fn counted(&self, certificate: &Held, day: Date) -> Option<Fact> {
        let spot = self.spot(day, certificate)?;
        Some(self.fact(&spot, Decimal::ONE, [certificate.origin]))
    }

    /// The unit as one that holds `status`, and as one that did on the previous 31 December.
    fn net(&self, status: Status, slot: Slot) -> Vec<Fact> {
        let previous = self.holding(status, date(slot.calendar_year() - 1, 12, 31));
        let less = previous.map(|fact| Fact { part: PREVIOUS, value: -fact.value, ..fact });
        self.holding(status, slot.last_day()).into_iter().chain(less).collect()
    }

    /// The unit as one granted `status` in the year up to the slot's last day, whether or not the certificate
    /// stood that long: counted once, and where it was on the first day of the year's first certificate.
    fn granted(&self, status: Status, slot: Slot, since: Date) -> Option<Fact> {
        let certificate = self.certificates.earliest(status, since)?;
        let day = certificate.valid_from;
        let counts = day.year() == slot.calendar_year() && day <= slot.last_day();
        counts.then(|| self.counted(&certificate, day))?
    }

    /// The unit's revenue, if it held all statuses of one of the sets in the year up to the slot's last day.
    fn revenue(&self, holding: &[Vec<Status>], slot: Slot) -> Option<Fact> {
        let (first, last) = (first_day(slot), slot.last_day());
        let spot = self.timeline.on(last)?;
        let report = self.reports.revenue(slot, spot.area)?;
        let value = report.item(Item::OperatingRevenue)?;
        let held = |status: &Status| self.certificates.held_within(*status, first, last, &self.timeline);
        let held = holding.iter().find_map(|set| set.iter().map(held).collect::<Option<Vec<_>>>())?;
        let certificates = held.into_iter().map(|certificate| certificate.origin).collect();
        let prior = report.item(Item::OperatingRevenuePrior);
        Some(Fact { prior, ..self.reported(report, value, &spot, certificates) })
    }

    /// An item over reports of several forms, each by itself.
    fn items(&self, item: Item, forms: &[Form], slot: Slot) -> Vec<Fact> {
        let Some(spot) = self.timeline.on(slot.last_day()) else { return Vec::new() };
        let reports = forms.iter().filter_map(|form| self.reports.at(*form, slot, spot.area));
        let facts = reports.filter_map(|report| {
            let value = report.item(item)?;
            let prior = report.item(Item::OperatingRevenuePrior).filter(|_| item == Item::OperatingRevenue);
            Some(Fact { prior, ..self.reported(report, value, &spot, Vec::new()) })
        });
        facts.collect()
    }

    /// Where, and by which events, the unit is expected to file a form for a slot.
    fn expects(&self, expected: &Expectation, slot: Slot) -> Option<(Spot, Vec<Origin>)> {
        if !expected.has_round(slot) {
            return None;
        }
        let day = slot.last_day();
        if let Some(held) = self.certificates.held_within(expected.holding, day, day, &self.timeline) {
            return Some((self.spot(day, &held)?, vec![held.origin]));
        }
        let before = Slot::year(slot.calendar_year() - 1);
        let there = self.timeline.on(before.last_day()).filter(|_| expected.filed_before)?;
        let report = self.reports.at(expected.form, before, there.area)?;
        Some((self.timeline.on(day)?, report.origins))
    }

    /// The unit as one that is expected to file a form.
    fn expected(&self, expected: &Expectation, slot: Slot) -> Option<Fact> {
        let (spot, behind) = self.expects(expected, slot)?;
        Some(self.fact(&spot, Decimal::ONE, behind))
    }

    /// The unit as one that is expected to file a form and has; as far as its report is checked.
    fn filed(&self, expected: &Expectation, slot: Slot) -> Option<Fact> {
        let spot = self.timeline.on(slot.last_day())?;
        let report = self.reports.at(expected.form, slot, spot.area)?;
        let (_, behind) = self.expects(expected, slot)?;
        Some(self.reported(report, Decimal::ONE, &spot, behind))
    }

    /// A value of a report, placed where the unit was on the period's last day.
    fn reported(&self, report: Report<'_>, value: Decimal, spot: &Spot, others: Vec<Origin>) -> Fact {
        let Report { form, status, origins, .. } = report;
        let fact = self.fact(spot, value, origins.into_iter().chain(others));
        Fact { part: form.as_str(), status, ..fact }
    }

    fn fact(&self, spot: &Spot, value: Decimal, behind: impl IntoIterator<Item = Origin>) -> Fact {
        let behind = behind.into_iter().chain(spot.origins);
        Fact::new(spot.area, spot.field, value, self.code.clone(), behind)
    }
}

/// The first day of the slot's year.
fn first_day(slot: Slot) -> Date {
    date(slot.calendar_year(), 1, 1)
}

impl Entity for Unit {
    fn apply(&mut self, event: &Event, place: Place) {
        let origin = Origin::of(event, place);
        match &event.data {
            Data::UnitRegistered(registered) => self.timeline.register(registered, origin),
            Data::UnitChanged(changed) => self.timeline.change(changed, origin),
            Data::UnitClosed(closed) => self.timeline.close(closed, origin),
            Data::StatusGranted(granted) => self.certificates.grant(granted, origin),
            Data::StatusRevoked(revoked) => self.certificates.revoke(revoked, origin),
            Data::ReportFiled(filed) => self.reports.file(filed, filed.warnings(), origin),
            Data::ReportWithdrawn(withdrawn) => self.reports.withdraw(withdrawn, origin),
            Data::ReportReviewed(reviewed) => self.reports.review(reviewed, origin),
            Data::QueryExplained(explained) => self.reports.explain(explained, origin),
            _ => {}
        }
    }

    fn void(&mut self, offset: i64) {
        self.timeline.void(offset);
        self.certificates.void(offset);
        self.reports.void(offset);
    }

    fn scope(&self, event: &Event) -> Scope {
        let (form, period) = match &event.data {
            Data::ReportFiled(report) => (report.form, report.period),
            Data::ReportWithdrawn(report) => (report.form, report.period),
            Data::ReportReviewed(report) => (report.form, report.period),
            Data::QueryExplained(report) => (report.form, report.period),
            Data::StatusGranted(granted) => return Scope::Status { status: granted.status },
            Data::StatusRevoked(revoked) => return Scope::Status { status: revoked.status },
            _ => return Scope::All,
        };
        Scope::Reports { form, period }
    }

    fn counts(&self, measure: &Measure) -> bool {
        match &measure.rule {
            Rule::UnitsHolding { status }
            | Rule::UnitsNet { status }
            | Rule::CertificatesGranted { status }
            | Rule::FirstGranted { status } => self.certificates.ever_granted(*status),
            Rule::Revenue { .. } | Rule::ReportItem { .. } | Rule::Filed(_) => !self.reports.is_empty(),
            Rule::Expected(expected) => {
                self.certificates.ever_granted(expected.holding)
                    || (expected.filed_before && !self.reports.is_empty())
            }
            _ => false,
        }
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        match &measure.rule {
            Rule::UnitsHolding { status } => self.holding(*status, slot.last_day()).into_iter().collect(),
            Rule::UnitsNet { status } => self.net(*status, slot),
            Rule::CertificatesGranted { status } => {
                self.granted(*status, slot, first_day(slot)).into_iter().collect()
            }
            Rule::FirstGranted { status } => self.granted(*status, slot, Date::MIN).into_iter().collect(),
            Rule::Revenue { holding } => self.revenue(holding, slot).into_iter().collect(),
            Rule::ReportItem { item, forms } => self.items(*item, forms, slot),
            Rule::Expected(expected) => self.expected(expected, slot).into_iter().collect(),
            Rule::Filed(expected) => self.filed(expected, slot).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn occasions(&self, measure: &Measure) -> Occasions {
        let days = |status: Status| {
            Occasions::Days(self.timeline.days().chain(self.certificates.days(status)).collect())
        };
        match &measure.rule {
            Rule::UnitsHolding { status }
            | Rule::UnitsNet { status }
            | Rule::CertificatesGranted { status }
            | Rule::FirstGranted { status } => days(*status),
            Rule::Expected(expected) => days(expected.holding),
            Rule::Revenue { .. } | Rule::ReportItem { .. } | Rule::Filed(_) => {
                Occasions::Slots(self.reports.slots().collect())
            }
            _ => Occasions::Any,
        }
    }

    fn findings(&self, scope: Scope, plan: &Plan) -> Vec<(FindingKey, Finding)> {
        self.found(scope, plan)
    }

    fn became(&self, offset: i64) -> Option<Standing> {
        let of_report = self.reports.became(offset, &self.timeline);
        of_report.or_else(|| self.timeline.became(offset)).or_else(|| self.certificates.became(offset))
    }
}
