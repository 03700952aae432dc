//! What TOML cannot tell of a plan file: ids that name nothing, calendars that run backwards.

use std::collections::BTreeSet;

use super::{Plan, Rule};

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
    /// A reference measure that is not called `ref_` and its series.
    #[error("measure {id} holds series {series:?} and must be called ref_{series}")]
    ReferenceId {
        /// The measure.
        id: String,
        /// Its series.
        series: String,
    },
    /// A note about an indicator that the plan does not have.
    #[error("a note is about the indicator {0:?}, which the plan does not have")]
    Note(String),
}

pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
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
    for measure in &plan.measures {
        if let Rule::Reference { series } = &measure.rule
            && *measure.id != format!("ref_{series}")
        {
            return Err(PlanError::ReferenceId { id: measure.id.to_string(), series: series.clone() });
        }
    }
    for indicator in &plan.indicators {
        let denominator = indicator.denominator.iter();
        let divisors = denominator.flat_map(|by| std::iter::once(&by.measure).chain(&by.published));
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
