//! Which reports of a unit are in force (docs/measures.md §1, reports and revenue).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use weir_schemas::event::{Data, Form, Item as ItemOfForm, Level, ReportFiled, Verdict};
use weir_schemas::period::{Period, Slot};

use super::timeline::Timeline;
use crate::counting::Placed;
use crate::sum::Status;

/// What was filed, withdrawn and reviewed, by form and period.
pub(super) struct Reports<'a>(BTreeMap<(Form, Period), Vec<&'a Placed>>);

/// An item of a report in force.
pub(super) struct Item {
    pub(super) form: Form,
    pub(super) value: Decimal,
    /// Of revenue what the report says of the year before.
    pub(super) prior: Option<Decimal>,
    pub(super) status: Status,
    pub(super) synthetic: bool,
}

/// A report in force.
pub(super) struct InForce<'a> {
    filed: &'a ReportFiled,
    pub(super) status: Status,
    pub(super) synthetic: bool,
}

/// From the first of these in force comes a unit's revenue.
pub(crate) const REVENUE: [Form; 4] = [Form::B103_1, Form::B203, Form::F203, Form::Torch];

impl<'a> Reports<'a> {
    pub(super) fn of(events: &[&'a Placed]) -> Self {
        let mut by_key: BTreeMap<(Form, Period), Vec<&Placed>> = BTreeMap::new();
        for placed in events {
            let key = match &placed.event.data {
                Data::ReportFiled(one) => (one.form, one.period),
                Data::ReportWithdrawn(one) => (one.form, one.period),
                Data::ReportReviewed(one) => (one.form, one.period),
                _ => continue,
            };
            by_key.entry(key).or_default().push(placed);
        }
        Self(by_key)
    }

    /// The report of a form that is in force for a slot.
    pub(super) fn at(&self, form: Form, slot: Slot, timeline: &Timeline<'_>) -> Option<InForce<'a>> {
        self.in_force(form, period_filed(form, slot)?, timeline)
    }

    /// The revenue that stands in a slot.
    pub(super) fn of_revenue(&self, slot: Slot, timeline: &Timeline<'_>) -> Option<Item> {
        let in_force = REVENUE.iter().find_map(|form| self.at(*form, slot, timeline));
        item(&in_force?, ItemOfForm::OperatingRevenue)
    }

    /// An item of all reports of some forms that stand in a slot.
    pub(super) fn with_item(
        &self,
        name: ItemOfForm,
        forms: &[Form],
        slot: Slot,
        timeline: &Timeline<'_>,
    ) -> Vec<Item> {
        let forms: BTreeSet<Form> = forms.iter().copied().collect();
        let in_force = forms.into_iter().filter_map(|form| self.at(form, slot, timeline));
        in_force.filter_map(|report| item(&report, name)).collect()
    }

    /// The highest revision that is not withdrawn, and that no office's latest verdict returned or rejected.
    fn in_force(&self, form: Form, period: Period, timeline: &Timeline<'_>) -> Option<InForce<'a>> {
        let unit = timeline.on(period.last_day()).spot();
        let mine = |placed: &&&Placed| unit.is_some_and(|unit| placed.event.source.area.contains(unit.area));
        let said: Vec<&Placed> = self.0.get(&(form, period))?.iter().filter(mine).copied().collect();
        let withdrawn = said.iter().filter_map(|placed| match &placed.event.data {
            Data::ReportWithdrawn(withdrawal) => Some(withdrawal.revision),
            _ => None,
        });
        let withdrawn = withdrawn.max().unwrap_or(0);
        let revisions: BTreeSet<u32> = said
            .iter()
            .filter_map(|placed| match &placed.event.data {
                Data::ReportFiled(filed) => Some(filed.revision),
                _ => None,
            })
            .collect();
        let highest_first = revisions.into_iter().rev().take_while(|revision| *revision > withdrawn);
        highest_first.filter_map(|revision| standing(&said, revision)).next()
    }
}

/// A revision as it was filed last, unless an office has returned or rejected it since.
fn standing<'a>(said: &[&'a Placed], revision: u32) -> Option<InForce<'a>> {
    let (filed_at, filed, synthetic) = said.iter().rev().find_map(|placed| match &placed.event.data {
        Data::ReportFiled(filed) if filed.revision == revision => {
            Some((placed.offset, filed, placed.event.synthetic))
        }
        _ => None,
    })?;
    let mut verdicts: BTreeMap<Level, (Verdict, bool)> = BTreeMap::new();
    for placed in said.iter().filter(|placed| placed.offset > filed_at) {
        if let Data::ReportReviewed(review) = &placed.event.data
            && review.revision == revision
        {
            verdicts.insert(review.level, (review.verdict, placed.event.synthetic));
        }
    }
    if verdicts.values().any(|(verdict, _)| *verdict != Verdict::Accepted) {
        return None;
    }
    let status = match verdicts.keys().max() {
        None => Status::V,
        Some(Level::County | Level::City) => Status::P,
        Some(Level::Province) => Status::A,
    };
    let synthetic = synthetic || verdicts.values().any(|(_, made_up)| *made_up);
    Some(InForce { filed, status, synthetic })
}

fn item(report: &InForce<'_>, name: ItemOfForm) -> Option<Item> {
    let value = *report.filed.items.get(&name)?;
    let is_revenue = name == ItemOfForm::OperatingRevenue;
    let prior = report.filed.items.get(&ItemOfForm::OperatingRevenuePrior).filter(|_| is_revenue).copied();
    Some(Item { form: report.filed.form, value, prior, status: report.status, synthetic: report.synthetic })
}

/// The period of a form whose reports stand in a slot: an annual one's in the year alone, and a year's figure of a monthly
/// one is that of its December.
fn period_filed(form: Form, slot: Slot) -> Option<Period> {
    match (slot.period(), form.is_annual()) {
        (year @ Period::Year(_), true) => Some(year),
        (Period::Year(year), false) => Some(Period::Month(year, 12)),
        (_, true) => None,
        (month, false) => Some(month),
    }
}
