//! Units: the statuses they hold and the reports they file, where they are.

mod certificates;
mod reports;
mod timeline;

use jiff::civil::Date;
use num_traits::One;
use weir_schemas::codelist::Field;
use weir_schemas::event::{Data, Status};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Expectation, Plan, Rule};

use self::certificates::{Certificate, Certificates};
pub(crate) use self::reports::REVENUE;
use self::reports::{Item, Reports};
use self::timeline::{Spot, Timeline};
use crate::counting::Placed;
use crate::day::new_year;
use crate::exact::{self, Exact};
use crate::fact::{At, Fact};

/// A unit, as far as its events tell.
struct Unit<'a> {
    timeline: Timeline<'a>,
    certificates: Certificates<'a>,
    reports: Reports<'a>,
}

/// What a unit adds.
pub(crate) fn facts(events: &[&Placed], plan: &Plan) -> Vec<Fact> {
    // Without a certificate or a report it adds nothing.
    let adds = |placed: &&Placed| matches!(placed.event.data, Data::StatusGranted(_) | Data::ReportFiled(_));
    if !events.iter().any(adds) {
        return Vec::new();
    }
    let unit = Unit {
        timeline: Timeline::of(events),
        certificates: Certificates::of(events),
        reports: Reports::of(events),
    };
    let mut facts = Vec::new();
    for slot in plan.calendar.slots() {
        for (measure, one) in plan.measures.iter().enumerate() {
            facts.extend(unit.facts(measure, &one.rule, slot));
        }
    }
    facts
}

impl Unit<'_> {
    /// What it adds to a measure at a slot.
    fn facts(&self, measure: usize, rule: &Rule, slot: Slot) -> Vec<Fact> {
        let day = slot.last_day();
        let one = |fact: Option<Fact>| fact.into_iter().collect();
        match rule {
            Rule::UnitsHolding { status } => one(self.holding(measure, *status, day, slot)),
            Rule::UnitsNet { status } => {
                let now = self.holding(measure, *status, day, slot);
                let before = new_year(day).yesterday().ok();
                let before = before.and_then(|day| self.holding(measure, *status, day, slot));
                let less = before.map(|fact| Fact { value: -fact.value.clone(), ..fact });
                now.into_iter().chain(less).collect()
            }
            Rule::CertificatesGranted { status } => {
                one(self.granted(measure, self.certificates.granted_in_year(*status, day), slot))
            }
            Rule::FirstGranted { status } => {
                one(self.granted(measure, self.certificates.first(*status), slot))
            }
            Rule::Revenue { holding } => one(self.revenue(measure, holding, slot)),
            Rule::ReportItem { item, forms } => {
                let items = self.reports.with_item(*item, forms, slot, &self.timeline);
                items.iter().filter_map(|item| self.reported(measure, slot, item, false)).collect()
            }
            Rule::Expected(expected) => one(self.expected(measure, expected, slot)),
            Rule::Filed(expected) => one(self.filed(measure, expected, slot)),
            _ => Vec::new(),
        }
    }

    /// The unit as one that is expected to file a form: it holds the status on the last day, or filed the form for the year
    /// before where that makes it expected again.
    fn expected(&self, measure: usize, expected: &Expectation, slot: Slot) -> Option<Fact> {
        let has_round = match slot.period() {
            Period::Month(_, month) => !expected.form.is_annual() && !expected.waived.contains(&month),
            _ => true,
        };
        if !has_round {
            return None;
        }
        let day = slot.last_day();
        self.holding(measure, expected.holding, day, slot).or_else(|| {
            let year_before = Slot::year(slot.calendar_year() - 1);
            let report = self.reports.at(expected.form, year_before, &self.timeline);
            let report = report.filter(|_| expected.filed_before)?;
            let spot = self.timeline.on(day).spot()?;
            let at = At { slot, area: spot.area, field: spot.field };
            Some(Fact::new(measure, at, Exact::one(), report.synthetic || spot.synthetic))
        })
    }

    /// The unit as one that is expected to file a form, and whose report is in force.
    fn filed(&self, measure: usize, expected: &Expectation, slot: Slot) -> Option<Fact> {
        let fact = self.expected(measure, expected, slot)?;
        let report = self.reports.at(expected.form, slot, &self.timeline)?;
        let spot = self.timeline.on(slot.last_day()).spot()?;
        let synthetic = fact.synthetic || report.synthetic || spot.synthetic;
        let (area, field) = (spot.area, spot.field);
        Some(Fact { area, field, form: Some(expected.form), status: report.status, synthetic, ..fact })
    }

    /// The unit as one of those that hold a status on a day.
    fn holding(&self, measure: usize, status: Status, day: Date, slot: Slot) -> Option<Fact> {
        let certificate = self.certificates.held(status, day, &self.timeline)?;
        self.counted(measure, certificate, day, slot)
    }

    /// The unit as one with a certificate that is valid from a day in the year up to the slot's last.
    fn granted(&self, measure: usize, certificate: Option<Certificate<'_>>, slot: Slot) -> Option<Fact> {
        let certificate = certificate?;
        let (from, last) = (certificate.valid_from(), slot.last_day());
        let in_year = new_year(last) <= from && from <= last;
        in_year.then(|| self.counted(measure, certificate, from, slot))?
    }

    /// The unit counted where it is on a day; where its certificate says, if the register does not know it at all. One that
    /// the register knows has no area before its first day there.
    fn counted(&self, measure: usize, certificate: Certificate<'_>, day: Date, slot: Slot) -> Option<Fact> {
        let spot = if self.timeline.is_known() {
            self.timeline.on(day).spot()?
        } else {
            let field = certificate.granted.field.unwrap_or(Field::Unknown);
            Spot { area: certificate.granted.area?, field, synthetic: false }
        };
        let at = At { slot, area: spot.area, field: spot.field };
        Some(Fact::new(measure, at, Exact::one(), certificate.synthetic || spot.synthetic))
    }

    /// Its revenue, if it held all statuses of one of the sets in the year up to the slot's last day.
    fn revenue(&self, measure: usize, holding: &[Vec<Status>], slot: Slot) -> Option<Fact> {
        let item = self.reports.of_revenue(slot, &self.timeline)?;
        let held = |status: &Status| self.certificates.held_in_year(*status, slot.last_day(), &self.timeline);
        let held = |set: &Vec<Status>| set.iter().map(held).collect::<Option<Vec<Certificate<'_>>>>();
        let certificates = holding.iter().find_map(held)?;
        self.reported(measure, slot, &item, certificates.iter().any(|one| one.synthetic))
    }

    /// An item of a report in force, where the unit is on the period's last day.
    fn reported(&self, measure: usize, slot: Slot, item: &Item, synthetic: bool) -> Option<Fact> {
        let spot = self.timeline.on(slot.last_day()).spot()?;
        let at = At { slot, area: spot.area, field: spot.field };
        let synthetic = synthetic || item.synthetic || spot.synthetic;
        let fact = Fact::new(measure, at, exact::of(item.value), synthetic);
        let prior = item.prior.map(exact::of);
        Some(Fact { form: Some(item.form), prior, status: item.status, ..fact })
    }
}
