//! How far an area has come towards the plan's targets (docs/measures.md §4).

use jiff::civil::Date;
use num_traits::Zero;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::Form;
use weir_schemas::period::Period;
use weir_schemas::plan::{Comparator, Frequency, Indicator, Target};

use crate::divisor::is_stock;
use crate::exact::{self, Exact};
use crate::figure::Figure;
use crate::official::Official;
use crate::period::periods;
use crate::recount::Figures;

/// An indicator at a period, held against its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The period.
    pub period: Period,
    /// The figure.
    pub figure: Figure,
    /// Whether the rounds of all forms in it are closed or, where it is of no form, the period is over.
    pub closed: bool,
    /// Whether it meets the target; `None` where missing.
    pub met: Option<bool>,
}

/// How a target stands in an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The latest period with a figure.
    pub latest: Option<Judged>,
    /// What is officially published for it.
    pub official: Option<Official>,
    /// What the path needs in its year; `None` without a path.
    pub needed: Option<Exact>,
    /// The first of the closed periods that meet it without a break up to the latest closed one with a figure.
    pub since: Option<Period>,
    /// Of a target of each year, the plan's years up to the target's that have begun.
    pub years: Vec<Judged>,
}

/// The path to a target, year by year from its baseline's; empty without a baseline.
pub fn path(target: &Target) -> Vec<(Period, Exact)> {
    let (Some(from), Some(begins)) = (target.baseline, target.baseline_year) else { return Vec::new() };
    let (from, to) = (exact::of(from), exact::of(target.value));
    let whole = i64::from(target.year) - i64::from(begins);
    if whole <= 0 {
        return Vec::new();
    }
    let years = begins..=target.year;
    let gone = |year: i16| Exact::new((i64::from(year) - i64::from(begins)).into(), whole.into());
    years.map(|year| (Period::Year(year), &from + (&to - &from) * gone(year))).collect()
}

impl Figures<'_> {
    /// How an indicator's target stands in an area on a day. What it means for areas inside the plan's, which have no target of
    /// their own, is for the reader to pass over. `None` if the plan does not have the indicator's measures.
    pub fn standing(&self, indicator: &Indicator, area: Area, today: Date) -> Option<Standing> {
        let target = &indicator.target;
        let judged = self.judged(indicator, area, today)?;
        let latest = judged.iter().rev().find(|one| one.figure.value.is_some()).cloned();
        let mut since = None;
        // From the latest closed one with a figure backwards.
        for one in judged.iter().rev().skip_while(|one| !(one.closed && one.figure.value.is_some())) {
            if !(one.closed && one.met == Some(true)) {
                break;
            }
            since = Some(one.period);
        }
        Some(Standing {
            official: latest.as_ref().and_then(|latest| self.published(indicator, area, latest)),
            needed: latest.as_ref().and_then(|latest| needed(target, latest.period.year())),
            since,
            years: if target.each_year { judged } else { Vec::new() },
            latest,
        })
    }

    /// The periods that a target is judged by, each with its figure.
    fn judged(&self, indicator: &Indicator, area: Area, today: Date) -> Option<Vec<Judged>> {
        let numerator = self.plan.measure(&indicator.numerator)?;
        let target = &indicator.target;
        let order = [Frequency::A, Frequency::Q, Frequency::M];
        let mut offered = order.into_iter().filter(|one| indicator.frequencies.contains(one));
        // A stock is the same in any month; all else is complete when the year is.
        let frequency =
            if is_stock(numerator) && !target.each_year { offered.next_back() } else { offered.next() };
        let begins = self.plan.begins.unwrap_or(i16::MIN);
        let within =
            |period: &Period| !target.each_year || (begins <= period.year() && period.year() <= target.year);
        let asked = frequency.map_or_else(Vec::new, |one| periods(one, self.plan.calendar, today));
        asked
            .into_iter()
            .filter(within)
            .map(|period| {
                let figure = self.indicator(indicator, area, Field::Total, period)?;
                let forms = self.forms(indicator, area, period, &figure);
                let over = period.last_day() < today;
                let closed = if forms.is_empty() {
                    over
                } else {
                    forms.iter().all(|form| self.is_closed(*form, period.slot()))
                };
                let met = figure.value.as_ref().map(|value| meets(target, value));
                Some(Judged { period, figure, closed, met })
            })
            .collect()
    }

    /// The forms that are in a figure, above the line and, where no published value divides, below it.
    fn forms(&self, indicator: &Indicator, area: Area, period: Period, figure: &Figure) -> Vec<Form> {
        let below = indicator.denominator.as_ref().and_then(|by| by.measure.as_ref());
        let below = below.filter(|_| figure.denominator_vintage.is_none());
        let measures =
            std::iter::once(&indicator.numerator).chain(below).filter_map(|id| self.plan.measure(id));
        let cells = measures.filter_map(|one| self.cell_of(one, area, Field::Total, period.slot()));
        cells.flat_map(|cell| cell.forms.iter().copied()).collect()
    }

    /// What is published of years, and so beside a December, which is where a stock's year ends.
    fn published(&self, indicator: &Indicator, area: Area, latest: &Judged) -> Option<Official> {
        let of = match latest.period {
            Period::Month(year, 12) => Period::Year(year),
            other => other,
        };
        self.official(indicator, area, Field::Total, of, latest.figure.value.as_ref())
    }
}

/// What the path needs in a year: the target itself after its end.
fn needed(target: &Target, year: i16) -> Option<Exact> {
    let path = path(target);
    let at = path.iter().rev().find(|(period, _)| period.year() <= year);
    at.map(|(_, value)| value.clone())
}

/// Whether an exact value meets a target.
fn meets(target: &Target, value: &Exact) -> bool {
    let above = value - exact::of(target.value);
    match target.comparator {
        Comparator::Above => above > Exact::zero(),
        Comparator::AtLeast => above >= Exact::zero(),
        Comparator::Equal => above.is_zero(),
    }
}

#[cfg(test)]
mod tests {
    use weir_schemas::plan::{Plan, SICHUAN_14};

    use super::*;
    use crate::exact::half_even;

    fn target(id: &str) -> Target {
        Plan::parse(SICHUAN_14).unwrap().indicator(id).unwrap().target.clone()
    }

    #[test]
    fn a_path_is_a_line() {
        let steps = path(&target("HVP_PER_10K_POP"));
        let steps: Vec<String> =
            steps.iter().map(|(period, value)| format!("{period} {}", half_even(value, 4))).collect();
        assert_eq!(steps.join(", "), "2021 4.0400, 2022 4.4475, 2023 4.8550, 2024 5.2625, 2025 5.6700");
        assert_eq!(path(&target("RD_GDP_RATIO")), [], "the plan gives no baseline");
    }

    #[test]
    fn what_is_needed_stays_the_target_after_its_year() {
        let target = target("HTE_COUNT");
        assert_eq!(needed(&target, 2020), None);
        assert_eq!(needed(&target, 2030), Some(exact::of(target.value)));
    }
}
