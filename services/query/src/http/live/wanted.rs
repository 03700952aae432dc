//! Which figures a stream is of. Readers who want the same share it.

use jiff::civil::Date;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::{self, Audience};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Indicator, Plan};

use crate::http::asked::Asked;
use crate::http::parameters::{Parameters, wrong};

/// The parameters that say which figures.
pub(super) const KNOWN: [&str; 7] = ["indicator", "area", "from", "to", "latest", "freq", "field"];

/// One figure: an indicator, by its place in the plan, in an area, a field and a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) indicator: usize,
    pub(super) area: Area,
    pub(super) field: Field,
    pub(super) period: Period,
    /// Whose it is to read.
    pub(super) audience: Audience,
}

/// What a stream is of, in one spelling, so that the same is known as the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    /// By their places in the plan.
    pub(super) indicators: Vec<usize>,
    pub(super) areas: Vec<Area>,
    pub(super) field: Field,
    pub(super) frequency: Frequency,
    pub(super) from: Option<Period>,
    pub(super) to: Option<Period>,
    /// The last so many periods that have begun; all where absent.
    pub(super) latest: Option<usize>,
    /// Who reads it.
    pub(super) audience: Audience,
}

impl Wanted {
    /// Reads what a request asks for. Without `indicator` it is of all that are answered at the frequency.
    ///
    /// # Errors
    /// 400 with the parameter that is wrong.
    pub(super) fn read(
        parameters: &Parameters,
        plan: &Plan,
        audience: Audience,
    ) -> Result<Self, ProblemDetails> {
        let named = parameters.get("indicator", |value| named(value, plan))?;
        let chosen: Vec<usize> = named.clone().unwrap_or_else(|| (0..plan.indicators.len()).collect());
        let each = || chosen.iter().filter_map(|at| plan.indicators.get(*at));
        let offers = |frequency: &Frequency| {
            let offered = |one: &Indicator| one.frequencies.contains(frequency);
            // What is named must be had; of all there is each as it can be.
            if named.is_some() { each().all(offered) } else { each().any(offered) }
        };
        let offered: Vec<Frequency> =
            [Frequency::A, Frequency::Q, Frequency::M].into_iter().filter(offers).collect();
        let asked = Asked::read(parameters, plan, &offered)?;
        let latest = parameters.get("latest", |value| match value.parse::<usize>() {
            Ok(latest) if latest > 0 => Ok(latest),
            _ => Err(format!("{value:?} is no number of periods, 1 or more")),
        })?;
        let mut areas = asked.areas;
        areas.sort_unstable();
        let has = |at: &usize| {
            plan.indicators.get(*at).is_some_and(|one| one.frequencies.contains(&asked.frequency))
        };
        let Asked { from, to, frequency, field, .. } = asked;
        Ok(Self {
            indicators: chosen.into_iter().filter(has).collect(),
            areas,
            field,
            frequency,
            from,
            to,
            latest,
            audience,
        })
    }

    /// Its periods that have begun on a day.
    pub(super) fn periods(&self, plan: &Plan, day: Date) -> Vec<Period> {
        let mut periods: Vec<Period> =
            figure::periods(self.frequency, plan.calendar, self.from, self.to, day).collect();
        let first = self.latest.map_or(0, |latest| periods.len().saturating_sub(latest));
        periods.split_off(first)
    }

    /// Its figures on a day, in order; as many as `most`.
    ///
    /// # Errors
    /// 400 where there are more.
    pub(super) fn places(&self, plan: &Plan, day: Date, most: usize) -> Result<Vec<Place>, ProblemDetails> {
        let periods = self.periods(plan, day);
        let asked_for = self.indicators.len().saturating_mul(self.areas.len()).saturating_mul(periods.len());
        if asked_for > most {
            let what = format!(
                "asks for {asked_for} figures, over the {most} of one stream; narrow indicator, area, from, to or latest"
            );
            return Err(wrong("area", what));
        }
        let mut places = Vec::with_capacity(asked_for);
        for indicator in &self.indicators {
            for area in &self.areas {
                places.extend(periods.iter().map(|period| Place {
                    indicator: *indicator,
                    area: *area,
                    field: self.field,
                    period: *period,
                    audience: self.audience,
                }));
            }
        }
        Ok(places)
    }

    /// Its indicators.
    pub(super) fn indicators<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Indicator> {
        self.indicators.iter().filter_map(|at| plan.indicators.get(*at))
    }
}

/// Indicators in a list, each once, in the plan's order.
fn named(value: &str, plan: &Plan) -> Result<Vec<usize>, String> {
    let mut places = Vec::new();
    for id in value.split(',').map(str::trim) {
        let place = plan.indicators.iter().position(|one| one.id == id);
        places.push(place.ok_or_else(|| format!("the plan has no indicator {id:?}"))?);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}
