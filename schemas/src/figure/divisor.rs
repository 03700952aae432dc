//! What an indicator is divided by at a period.

use super::quantity::Quantity;
use super::{Cells, Figures};
use crate::cell::Series;
use crate::codelist::{Area, Field};
use crate::entity::ObsStatus;
use crate::period::{Period, Slot};
use crate::plan::{Denominator, Lag, Measure};

/// A denominator that was found.
pub(super) struct Divisor {
    /// Its value.
    pub(super) quantity: Quantity,
    /// The period it describes; none for a constant.
    pub(super) period: Option<Period>,
    /// Whether it is an earlier year's.
    pub(super) earlier: bool,
}

/// Where a ratio is asked for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) area: Area,
    pub(super) field: Field,
    pub(super) period: Period,
}

impl Divisor {
    /// The denominator of `numerator` at a place; `None` where there is none.
    ///
    /// A reported denominator stands in the numerator's own slot and field. A reference value has no field: the
    /// area's own value divides every field. For a year, the published value stands in for all fields together.
    pub(super) fn find(
        figures: Figures<'_>,
        numerator: &Measure,
        by: &Denominator,
        place: Place,
    ) -> Option<Self> {
        let (cells, plan) = (figures.cells(), figures.plan());
        if let Some(constant) = by.constant {
            return Some(Self { quantity: Quantity::constant(constant), period: None, earlier: false });
        }
        let published = || {
            let total = matches!(place.period, Period::Year(_)) && place.field == Field::Total;
            let measure = plan.measure(by.published.as_ref().filter(|_| total)?)?;
            Self::own(figures, measure, place)
        };
        let measure = plan.measure(by.measure.as_ref()?)?;
        if !measure.is_reference() {
            return published().or_else(|| Self::own(figures, measure, place));
        }
        let stock = numerator.is_stock();
        // The flow of a part of a year is never divided by an annual flow.
        if !stock && !matches!(place.period, Period::Year(_)) {
            return None;
        }
        let lag = if stock { by.lag } else { Lag::Own };
        published().or_else(|| Self::reference(cells, measure, place, lag))
    }

    /// The measure's value in the place itself, or that it is kept from the reader.
    fn own(figures: Figures<'_>, measure: &Measure, place: Place) -> Option<Self> {
        let quantity = Quantity::at(figures, measure, place.area, place.field, place.period.slot());
        if quantity.status != ObsStatus::Q {
            quantity.value?;
        }
        Some(Self { quantity, period: Some(place.period), earlier: false })
    }

    /// The reference value of the calendar year, or of the latest year before that has one.
    fn reference(cells: &Cells, measure: &Measure, place: Place, lag: Lag) -> Option<Self> {
        let series = Series { measure: measure.id.clone(), area: place.area, field: Field::Total };
        let year = Slot::year(place.period.year());
        let cell = cells.latest_year(&series, year)?;
        let earlier = cell.slot != year;
        if earlier && lag == Lag::Own {
            return None;
        }
        Some(Self { quantity: Quantity::of(cell, measure), period: Some(cell.slot.period()), earlier })
    }
}
