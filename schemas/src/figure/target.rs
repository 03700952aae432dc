//! Targets: how far the plan's area has come towards what the plan sets (docs/measures.md §4).

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::quantity::rounds_closed;
use super::{Audience, Cells, Figures, Observation, periods};
use crate::cell::{Cell, Series};
use crate::codelist::{Area, Field};
use crate::exact::Exact;
use crate::period::Period;
use crate::plan::{Comparator, Frequency, Indicator, Measure, Plan, Target};
use crate::release::is_public;

/// How a target stands in an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The latest observation that has a value.
    pub latest: Option<Observation>,
    /// Against the plan's target; none for other areas, which have no target of their own.
    pub judged: Option<Judged>,
}

/// What the plan's target says of the observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The value that the path needs in the year of the latest observation.
    pub needed: Option<Exact>,
    /// Whether the latest observation meets the target; none without one.
    pub met: Option<bool>,
    /// The first period of the current unbroken run of closed periods that meet it.
    pub met_since: Option<Period>,
    /// Of a target of each year, every year of the plan that has begun, in order.
    pub years: Vec<JudgedYear>,
}

/// One year of a target of each year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedYear {
    /// What was observed.
    pub observation: Observation,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether it meets the target; none where nothing was observed.
    pub met: Option<bool>,
}

/// Judges targets of a plan from cells, on a day.
#[derive(Debug, Clone, Copy)]
pub struct Targets<'a> {
    plan: &'a Plan,
    cells: &'a Cells,
    day: Date,
    audience: Audience,
}

impl<'a> Targets<'a> {
    /// Targets of `plan` from `cells`, as they stand on `day`, for analysts, from whom most is kept.
    pub const fn new(plan: &'a Plan, cells: &'a Cells, day: Date) -> Self {
        Self { plan, cells, day, audience: Audience::Analyst }
    }

    /// The same for other readers.
    #[must_use]
    pub const fn read_by(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// How an indicator's target stands in an area.
    pub fn progress(&self, indicator: &Indicator, area: Area) -> Progress {
        let observed = self.observed(indicator, area);
        let latest = observed.iter().rev().find(|one| one.value.is_some()).cloned();
        let judged = (area == self.plan.area).then(|| self.judge(indicator, &observed, latest.as_ref()));
        Progress { latest, judged }
    }

    fn judge(&self, indicator: &Indicator, observed: &[Observation], latest: Option<&Observation>) -> Judged {
        let target = &indicator.target;
        let years = observed.iter().filter(|_| target.each_year).map(|one| JudgedYear {
            closed: self.is_closed(indicator, one),
            met: target.met_in(one),
            observation: one.clone(),
        });
        let closed = |one: &&Observation| self.is_closed(indicator, one);
        // What is still open, or not observed yet, neither breaks the run at its end nor belongs to it.
        let settled = observed.iter().rev().skip_while(|one| one.value.is_none() || !closed(one));
        let run = settled.take_while(|one| closed(one) && target.met_in(one) == Some(true));
        Judged {
            needed: latest.and_then(|one| target.needed_in(one.period.year())),
            met: latest.and_then(|one| target.met_in(one)),
            met_since: run.last().map(|first| first.period),
            years: years.collect(),
        }
    }

    /// The observations that are judged, in order. A stock of any month compares with the target's, so it is judged
    /// as often as it is answered; what adds up over a year, and what is to be reached each year, by the year.
    fn observed(&self, indicator: &Indicator, area: Area) -> Vec<Observation> {
        let measure = self.plan.measure(&indicator.numerator);
        let each_year = indicator.target.each_year;
        let stock = measure.is_some_and(Measure::is_stock) && !each_year;
        let [fine, coarse] =
            [[Frequency::M, Frequency::Q, Frequency::A], [Frequency::A, Frequency::Q, Frequency::M]];
        let wanted = if stock { fine } else { coarse };
        let Some(frequency) = wanted.into_iter().find(|one| indicator.frequencies.contains(one)) else {
            return Vec::new();
        };
        let from = self.plan.begins.filter(|_| each_year).map(Period::Year);
        let to = each_year.then_some(Period::Year(indicator.target.year));
        let figures = Figures::new(self.plan, self.cells).read_by(self.audience);
        // A release has fewer cells than there are live, and what is not released is not nothing.
        let told = |period: &Period| {
            self.audience != Audience::Public || is_public(self.plan, area, Field::Total, period.slot())
        };
        periods(frequency, self.plan.calendar, from, to, self.day)
            .filter(told)
            .map(|period| figures.indicator(indicator, area, Field::Total, period))
            .collect()
    }

    /// Whether the round of every form in an observation is closed or, where no report is in it, its period is over.
    fn is_closed(&self, indicator: &Indicator, observation: &Observation) -> bool {
        let reported = self.parts(indicator, observation).filter(|cell| !cell.forms.is_empty());
        let rounds: Vec<bool> = reported.map(|cell| rounds_closed(self.cells, self.plan, cell)).collect();
        if rounds.is_empty() {
            observation.period.last_day() < self.day
        } else {
            rounds.into_iter().all(|closed| closed)
        }
    }

    /// The cells of the observation's own slot that it is made of.
    fn parts(&self, indicator: &Indicator, observation: &Observation) -> impl Iterator<Item = &'a Cell> {
        // Where a published value divides, reports below the line are not in the figure.
        let own = observation.denominator_vintage.is_none();
        let below = indicator.denominator.as_ref().and_then(|by| by.measure.clone()).filter(|_| own);
        let (area, slot, cells) = (observation.area, observation.period.slot(), self.cells);
        [Some(indicator.numerator.clone()), below]
            .into_iter()
            .flatten()
            .filter_map(move |measure| cells.get(&Series { measure, area, field: Field::Total }, slot))
    }
}

impl Target {
    /// Whether a value meets it: the exact one, not the displayed.
    pub fn is_met_by(&self, value: &Exact) -> bool {
        let target = Exact::from(self.value);
        match self.comparator {
            Comparator::Above => *value > target,
            Comparator::AtLeast => *value >= target,
            Comparator::Equal => *value == target,
        }
    }

    fn met_in(&self, observation: &Observation) -> Option<bool> {
        observation.value.as_ref().map(|value| self.is_met_by(value))
    }

    /// The value that the path needs in a year: on the line from the baseline to the target, and the target itself
    /// from its year on. None without a baseline, and before it.
    pub fn needed_in(&self, year: i16) -> Option<Exact> {
        let (baseline, begins) = (self.baseline?, self.baseline_year?);
        if year < begins || begins >= self.year {
            return None;
        }
        let (gone, whole) = (year.min(self.year) - begins, self.year - begins);
        let share = |value: Decimal, years: i16| value.checked_mul(Decimal::from(years));
        let sum = share(baseline, whole - gone)?.checked_add(share(self.value, gone)?)?;
        Exact::ratio(sum, Decimal::from(whole))
    }

    /// The path from the baseline's year to the target's; empty without a baseline.
    pub fn path(&self) -> impl Iterator<Item = (Period, Exact)> {
        let years = self.baseline_year.map(|begins| begins..=self.year).into_iter().flatten();
        years.filter_map(|year| Some((Period::Year(year), self.needed_in(year)?)))
    }
}

#[cfg(test)]
mod tests;
