//! What TOML cannot tell of a plan file: ids that name nothing, calendars that run backwards.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Denominator, Measure, Plan, Rule};
use crate::event::Form;

/// Why a plan file is refused.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Not the TOML a plan is written in; the text names line and column.
    #[error("the plan file is wrong: {0}")]
    Toml(#[from] toml::de::Error),
    /// An id that is malformed or used twice.
    #[error("{0:?} is not a free id of [A-Za-z0-9_]+")]
    Id(String),
    /// A measure that is named but not there.
    #[error("indicator {indicator} names the measure {measure:?}, which the plan does not have")]
    NoMeasure {
        /// The indicator.
        indicator: String,
        /// The missing measure.
        measure: String,
    },
    /// A calendar that ends before it begins.
    #[error("the calendar ends in {to}, before it begins in {from}")]
    Calendar {
        /// First year.
        from: i16,
        /// Last year.
        to: i16,
    },
    /// A year that no period has.
    #[error("{place} is {year}, and not a year from 1900 to 2999")]
    Year {
        /// Where the plan says it.
        place: String,
        /// The year.
        year: i16,
    },
    /// More decimals than figures are exact to.
    #[error("indicator {indicator} is shown with {decimals} decimals, and may have at most 12")]
    Decimals {
        /// The indicator.
        indicator: String,
        /// Its decimals.
        decimals: u32,
    },
    /// A reference measure that is not called `ref_` and its series.
    #[error("measure {id} holds series {series:?} and must be called ref_{series}")]
    ReferenceId {
        /// The measure.
        id: String,
        /// Its series.
        series: String,
    },
    /// A measure of closed rounds that is not called `closed_` and its form.
    #[error("measure {id} holds closed rounds and must be called {expected}")]
    ClosedId {
        /// The measure.
        id: String,
        /// What it must be called.
        expected: String,
    },
    /// An expectation that no form can meet.
    #[error(
        "the expectation of {0}: only an annual form is expected of those that filed it before, and only the others have months (1 to 11) without a round"
    )]
    Expectation(Form),
    /// A denominator that is neither one measure nor one constant above zero.
    #[error("the denominator of {0} must be a measure or a constant above zero, and not both")]
    Denominator(String),
    /// A note about an indicator that the plan does not have.
    #[error("a note is about the indicator {0:?}, which the plan does not have")]
    Note(String),
}

/// The most decimals that an indicator may be shown with.
const DECIMALS_MOST: u32 = 12;

pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
    years(plan)?;
    if plan.calendar.from > plan.calendar.to {
        return Err(PlanError::Calendar { from: plan.calendar.from, to: plan.calendar.to });
    }
    let mut ids = BTreeSet::new();
    let all = plan.measures.iter().map(|measure| measure.id.as_ref());
    for id in all.chain(plan.indicators.iter().map(|indicator| indicator.id.as_str())) {
        let formed = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !formed || !ids.insert(id) {
            return Err(PlanError::Id(id.to_owned()));
        }
    }
    plan.measures.iter().try_for_each(measure_id)?;
    if let Some(unsound) = plan.expectations.iter().find(|expected| !expected.is_sound()) {
        return Err(PlanError::Expectation(unsound.form));
    }
    for indicator in &plan.indicators {
        if indicator.decimals > DECIMALS_MOST {
            let (indicator, decimals) = (indicator.id.clone(), indicator.decimals);
            return Err(PlanError::Decimals { indicator, decimals });
        }
        if !indicator.denominator.as_ref().is_none_or(divides) {
            return Err(PlanError::Denominator(indicator.id.clone()));
        }
        let denominator = indicator.denominator.iter();
        let divisors = denominator.flat_map(|by| by.measure.iter().chain(&by.published));
        for id in std::iter::once(&indicator.numerator).chain(divisors) {
            if plan.measure(id).is_none() {
                return Err(PlanError::NoMeasure {
                    indicator: indicator.id.clone(),
                    measure: id.to_string(),
                });
            }
        }
    }
    let noted = plan.notes.iter().flat_map(|note| &note.indicators);
    match noted.into_iter().find(|id| plan.indicator(id).is_none()) {
        Some(id) => Err(PlanError::Note(id.clone())),
        None => Ok(()),
    }
}

/// Days and periods of other years cannot be told.
fn years(plan: &Plan) -> Result<(), PlanError> {
    let told = |place: String, year: i16| match year {
        1900..=2999 => Ok(()),
        _ => Err(PlanError::Year { place, year }),
    };
    told("calendar.from".to_owned(), plan.calendar.from)?;
    told("calendar.to".to_owned(), plan.calendar.to)?;
    plan.begins.map_or(Ok(()), |begins| told("begins".to_owned(), begins))?;
    plan.indicators.iter().try_for_each(|indicator| {
        let (id, target) = (&indicator.id, &indicator.target);
        let baseline = target.baseline_year.map(|year| told(format!("target.baseline_year of {id}"), year));
        baseline.unwrap_or(Ok(()))?;
        told(format!("target.year of {id}"), target.year)
    })
}

/// Whether a denominator is a measure, or a constant and nothing else.
fn divides(by: &Denominator) -> bool {
    match by.constant {
        None => by.measure.is_some(),
        Some(constant) => constant > Decimal::ZERO && by.measure.is_none() && by.published.is_none(),
    }
}

/// Series and forms are found by the ids of their measures.
fn measure_id(measure: &Measure) -> Result<(), PlanError> {
    let id = measure.id.to_string();
    match &measure.rule {
        Rule::Reference { series } if id != format!("ref_{series}") => {
            Err(PlanError::ReferenceId { id, series: series.clone() })
        }
        Rule::RoundClosed { form } if id != Measure::closed_id(*form) => {
            Err(PlanError::ClosedId { id, expected: Measure::closed_id(*form) })
        }
        _ => Ok(()),
    }
}
