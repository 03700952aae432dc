//! A statistical unit: where it was when, which statuses it held, what it reported.

mod certificates;
mod reports;
mod timeline;

use std::sync::Arc;

use jiff::civil::date;
use rust_decimal::Decimal;

use self::certificates::Certificates;
use self::reports::{Filed, Reports};
use self::timeline::{Spot, Timeline};
use super::{Entity, Fact, ObsStatus, Place, Scope};
use crate::event::{Data, Event, Form, Item, Status};
use crate::period::Slot;
use crate::plan::{Measure, Rule};

/// A unit by its credit code.
pub(super) struct Unit {
    code: Arc<str>,
    timeline: Timeline,
    certificates: Certificates,
    reports: Reports,
}

impl Unit {
    pub(super) fn new(code: Arc<str>) -> Self {
        Self {
            code,
            timeline: Timeline::default(),
            certificates: Certificates::default(),
            reports: Reports::default(),
        }
    }

    /// The unit as one of those holding `status` on the slot's last day.
    fn holding(&self, status: Status, slot: Slot) -> Option<Fact> {
        let day = slot.last_day();
        let certificate = self.certificates.held_on(status, day)?;
        // The certificate's word counts only while the register does not know the unit at all.
        let spot = if self.timeline.is_empty() { certificate.spot()? } else { self.timeline.on(day)? };
        let events = vec![certificate.offset, spot.offset];
        Some(self.fact(
            "",
            &spot,
            Decimal::ONE,
            ObsStatus::A,
            certificate.synthetic || spot.synthetic,
            events,
        ))
    }

    /// The unit's revenue, if it held all statuses of one of the sets in the year up to the slot's last day.
    fn revenue(&self, holding: &[Vec<Status>], slot: Slot) -> Option<Fact> {
        let (first, last) = (date(slot.calendar_year(), 1, 1), slot.last_day());
        let spot = self.timeline.on(last)?;
        let report = self.reports.revenue(slot, spot.area)?;
        let held = holding.iter().find_map(|set| {
            set.iter()
                .map(|status| self.certificates.held_within(*status, first, last))
                .collect::<Option<Vec<_>>>()
        })?;
        let mut fact = self.reported(report, Item::OperatingRevenue, "", &spot)?;
        fact.synthetic |= held.iter().any(|certificate| certificate.synthetic);
        fact.events.extend(held.iter().map(|certificate| certificate.offset));
        fact.events.sort_unstable();
        fact.events.dedup();
        Some(fact)
    }

    /// An item over reports of several forms, each by itself.
    fn items(&self, item: Item, forms: &[Form], slot: Slot) -> Vec<Fact> {
        let Some(spot) = self.timeline.on(slot.last_day()) else { return Vec::new() };
        let reports = forms.iter().filter_map(|form| Some((form, self.reports.at(*form, slot, spot.area)?)));
        reports.filter_map(|(form, report)| self.reported(report, item, form.as_str(), &spot)).collect()
    }

    /// An item of a report, placed where the unit was on the period's last day.
    fn reported(&self, report: &Filed, item: Item, part: &'static str, spot: &Spot) -> Option<Fact> {
        let value = report.item(item)?;
        let synthetic = report.synthetic || spot.synthetic;
        // No review has accepted it at any level.
        Some(self.fact(part, spot, value, ObsStatus::V, synthetic, vec![report.offset, spot.offset]))
    }

    fn fact(
        &self,
        part: &'static str,
        spot: &Spot,
        value: Decimal,
        status: ObsStatus,
        synthetic: bool,
        mut events: Vec<i64>,
    ) -> Fact {
        events.sort_unstable();
        events.dedup();
        Fact {
            part,
            area: spot.area,
            field: spot.field,
            value,
            contributor: self.code.clone(),
            status,
            vintage: "",
            synthetic,
            events,
        }
    }
}

impl Entity for Unit {
    fn apply(&mut self, event: &Event, place: Place) {
        match &event.data {
            Data::UnitRegistered(registered) => self.timeline.register(registered, place, event.synthetic),
            Data::StatusGranted(granted) => self.certificates.grant(granted, place, event.synthetic),
            Data::ReportFiled(filed) => self.reports.file(filed, event.source, place, event.synthetic),
            _ => {}
        }
    }

    fn scope(&self, event: &Event) -> Scope {
        match &event.data {
            Data::ReportFiled(report) => Scope::Reports { year: report.period.year() },
            _ => Scope::All,
        }
    }

    fn counts(&self, measure: &Measure) -> bool {
        match &measure.rule {
            Rule::UnitsHolding { status } => self.certificates.ever_granted(*status),
            Rule::Revenue { .. } | Rule::ReportItem { .. } => !self.reports.is_empty(),
            Rule::ContractAmount | Rule::HighValuePatents | Rule::Reference { .. } => false,
        }
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        match &measure.rule {
            Rule::UnitsHolding { status } => self.holding(*status, slot).into_iter().collect(),
            Rule::Revenue { holding } => self.revenue(holding, slot).into_iter().collect(),
            Rule::ReportItem { item, forms } => self.items(*item, forms, slot),
            Rule::ContractAmount | Rule::HighValuePatents | Rule::Reference { .. } => Vec::new(),
        }
    }
}
