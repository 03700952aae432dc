//! Observations: an indicator's or a measure's figure for an area, a field and a period.

use rust_decimal::Decimal;

use super::divisor::{Divisor, Place};
use super::quantity::Quantity;
use super::{Audience, Cells};
use crate::codelist::{Area, Field};
use crate::entity::ObsStatus;
use crate::exact::Exact;
use crate::period::Period;
use crate::plan::{Indicator, Measure, Plan};

/// One figure and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The area.
    pub area: Area,
    /// The period.
    pub period: Period,
    /// The exact figure; `None` where missing.
    pub value: Option<Exact>,
    /// The numerator, in its measure's base unit; given even where the figure is missing.
    pub numerator: Option<Decimal>,
    /// What of the numerator was compiled without unit records, if anything was.
    pub supplement: Option<Decimal>,
    /// The denominator, in its measure's base unit.
    pub denominator: Option<Decimal>,
    /// The period the denominator describes; none for a constant.
    pub denominator_period: Option<Period>,
    /// The vintage of a reference value that is the numerator.
    pub numerator_vintage: Option<String>,
    /// The vintage of a reference value that divides.
    pub denominator_vintage: Option<String>,
    /// How far the figure was checked.
    pub status: ObsStatus,
    /// Of the units expected to report for the numerator those that did, exact; `None` where no report is involved, or
    /// nobody is expected to.
    pub coverage: Option<Exact>,
    /// Units behind the numerator; `None` for a reference value.
    pub contributors: Option<u64>,
    /// Whether anything shown has a synthetic event behind it.
    pub synthetic: bool,
}

/// Computes observations of a plan from cells.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    plan: &'a Plan,
    cells: &'a Cells,
    audience: Audience,
}

impl<'a> Figures<'a> {
    /// Figures of `plan` from `cells`, for analysts, from whom most is kept.
    pub const fn new(plan: &'a Plan, cells: &'a Cells) -> Self {
        Self { plan, cells, audience: Audience::Analyst }
    }

    /// The same for other readers.
    #[must_use]
    pub const fn read_by(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// Whose they are to read.
    pub(super) const fn audience(&self) -> Audience {
        self.audience
    }

    /// The plan they are of.
    pub(super) const fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// What they are computed from.
    pub(super) const fn cells(&self) -> &'a Cells {
        self.cells
    }

    /// A measure by itself, in its base unit.
    pub fn measure(&self, measure: &Measure, area: Area, field: Field, period: Period) -> Observation {
        let quantity = Quantity::at(*self, measure, area, field, period.slot());
        let value = quantity.value.map(Exact::from);
        let coverage = self.coverage(measure, Place { area, field, period });
        Observation { coverage, ..of_numerator(&quantity, area, period, value) }.kept()
    }

    /// An indicator: numerator / denominator × scale.
    pub fn indicator(&self, indicator: &Indicator, area: Area, field: Field, period: Period) -> Observation {
        let Some(measure) = self.plan.measure(&indicator.numerator) else {
            return of_numerator(&Quantity::MISSING, area, period, None);
        };
        let place = Place { area, field, period };
        Observation { coverage: self.coverage(measure, place), ..self.divided(indicator, measure, place) }
            .kept()
    }

    fn divided(&self, indicator: &Indicator, measure: &Measure, place: Place) -> Observation {
        let Place { area, field, period } = place;
        let numerator = Quantity::at(*self, measure, area, field, period.slot());
        let Some(by) = &indicator.denominator else {
            let value = numerator.value.map(|value| Exact::from(value).times(indicator.scale));
            return of_numerator(&numerator, area, period, value);
        };
        let Some(divisor) = Divisor::find(*self, measure, by, place) else {
            return of_numerator(&numerator, area, period, None);
        };
        let value = numerator.value.zip(divisor.quantity.value);
        let value = value.and_then(|(above, below)| Exact::ratio(above, below));
        let alone = of_numerator(&numerator, area, period, value.map(|ratio| ratio.times(indicator.scale)));
        let lagged = if divisor.earlier { ObsStatus::E } else { ObsStatus::A };
        Observation {
            denominator: divisor.quantity.value,
            denominator_period: divisor.period,
            denominator_vintage: divisor.quantity.vintage,
            // The order of the statuses is that in which the first applies.
            status: alone.status.min(lagged).min(divisor.quantity.status),
            synthetic: alone.synthetic || divisor.quantity.synthetic,
            ..alone
        }
    }
}

impl Observation {
    /// Nothing of it, if any part of it is kept from the reader: each could tell the part.
    fn kept(self) -> Self {
        if self.status != ObsStatus::Q {
            return self;
        }
        Self {
            value: None,
            numerator: None,
            supplement: None,
            numerator_vintage: None,
            denominator: None,
            denominator_period: None,
            denominator_vintage: None,
            coverage: None,
            contributors: None,
            ..self
        }
    }
}

/// An observation that nothing divides.
fn of_numerator(numerator: &Quantity, area: Area, period: Period, value: Option<Exact>) -> Observation {
    Observation {
        area,
        period,
        status: if value.is_some() { numerator.status } else { numerator.status.min(ObsStatus::O) },
        value,
        numerator: numerator.value,
        supplement: numerator.supplement,
        numerator_vintage: numerator.vintage.clone(),
        denominator: None,
        denominator_period: None,
        denominator_vintage: None,
        coverage: None,
        contributors: numerator.contributors,
        synthetic: numerator.synthetic,
    }
}

#[cfg(test)]
mod tests;
