//! The reports of a unit, by form and period.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::round::{Explanation, Filed, Report, Review, Round};
use crate::codelist::Area;
use crate::entity::Basis;
use crate::entity::recorded::Origin;
use crate::event::{Form, QueryExplained, ReportFiled, ReportReviewed, ReportWithdrawn};
use crate::period::{Period, Slot};
use crate::plan::REVENUE_FORMS;
use crate::problem::{Code, Warning};

/// All revisions of all reports of a unit, and what became of them.
pub(super) struct Reports {
    rounds: BTreeMap<(Form, Period), Round>,
    basis: Basis,
}

impl Reports {
    pub(super) fn on(basis: Basis) -> Self {
        Self { rounds: BTreeMap::new(), basis }
    }

    pub(super) fn file(&mut self, filed: &ReportFiled, warnings: Vec<Warning>, origin: Origin) {
        let report = Filed { items: filed.items.clone(), area: filed.area, warnings };
        self.round(filed.form, filed.period).filed.record(filed.revision, origin, report);
    }

    pub(super) fn withdraw(&mut self, withdrawn: &ReportWithdrawn, origin: Origin) {
        let round = self.round(withdrawn.form, withdrawn.period);
        round.withdrawn.record(withdrawn.revision, origin, ());
    }

    pub(super) fn review(&mut self, reviewed: &ReportReviewed, origin: Origin) {
        let ReportReviewed { revision, level, verdict, .. } = *reviewed;
        let rules = reviewed.rules.iter().filter_map(|rule| Code::from_text(rule)).collect();
        let review = Review { revision, level, verdict, rules };
        self.round(reviewed.form, reviewed.period).reviewed.record((), origin, review);
    }

    /// An explanation of a rule that does not exist explains nothing.
    pub(super) fn explain(&mut self, explained: &QueryExplained, origin: Origin) {
        if let Some(rule) = Code::from_text(&explained.rule) {
            let explanation = Explanation { revision: explained.revision, rule };
            self.round(explained.form, explained.period).explained.record((), origin, explanation);
        }
    }

    pub(super) fn void(&mut self, offset: i64) {
        self.rounds.values_mut().for_each(|round| round.void(offset));
    }

    fn round(&mut self, form: Form, period: Period) -> &mut Round {
        self.rounds.entry((form, period)).or_default()
    }

    /// Whether nothing was ever filed.
    pub(super) fn is_empty(&self) -> bool {
        self.rounds.values().all(|round| round.filed.is_empty())
    }

    /// All rounds that anything was said of.
    pub(super) fn rounds(&self) -> impl Iterator<Item = (Form, Period, &Round)> {
        self.rounds.iter().map(|((form, period), round)| (*form, *period, round))
    }

    /// The round of a form and period, if anything was said of it.
    pub(super) fn of(&self, form: Form, period: Period) -> Option<&Round> {
        self.rounds.get(&(form, period))
    }

    /// The rounds of a monthly form before a month, within its year; none of a form filed for years.
    pub(super) fn before(
        &self,
        form: Form,
        period: Period,
    ) -> impl DoubleEndedIterator<Item = (Period, &Round)> {
        let first = Period::Month(period.year(), 1);
        let within = (first <= period).then(|| self.rounds.range((form, first)..(form, period)));
        within.into_iter().flatten().map(|((_, period), round)| (*period, round))
    }

    /// The rounds of a monthly form after a month, within its year; none of a form filed for years.
    pub(super) fn after(&self, form: Form, period: Period) -> impl Iterator<Item = (Period, &Round)> {
        let (first, last) = (Period::Month(period.year(), 1), Period::Month(period.year(), 12));
        let bounds = (Bound::Excluded((form, period)), Bound::Included((form, last)));
        let within = (first <= period).then(|| self.rounds.range(bounds));
        within.into_iter().flatten().map(|((_, period), round)| (*period, round))
    }

    /// The slots for which something was ever filed. A year-to-date form's December is its year as well.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.rounds.keys().flat_map(|(form, period)| {
            let year = (!form.is_annual() && period.last_month() == 12).then(|| Slot::year(period.year()));
            std::iter::once(period.slot()).chain(year)
        })
    }

    /// The report that counts for a slot of a unit in `area`. A year-to-date form's year is its December.
    pub(super) fn at(&self, form: Form, slot: Slot, area: Area) -> Option<Report<'_>> {
        let period = match (slot.period(), form.is_annual()) {
            (Period::Year(year), false) => Period::Month(year, 12),
            (Period::Month(..), true) => return None,
            (period, _) => period,
        };
        self.of(form, period)?.counting(form, Some(area), self.basis)
    }

    /// The report that gives the unit's revenue for a slot; it may leave the revenue out.
    pub(super) fn revenue(&self, slot: Slot, area: Area) -> Option<Report<'_>> {
        REVENUE_FORMS.iter().find_map(|form| self.at(*form, slot, area))
    }
}
