//! A measure's value at a place and a slot: what a cell, or its absence, means.

use rust_decimal::Decimal;

use super::{Cells, Figures};
use crate::cell::{Cell, Series};
use crate::codelist::{Area, Field};
use crate::entity::ObsStatus;
use crate::event::{Form, Vintage};
use crate::period::Slot;
use crate::plan::{Measure, Plan};

/// A measure's value, or that it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// In the measure's base unit; `None` where missing.
    pub(super) value: Option<Decimal>,
    /// What of it was compiled without unit records, if anything was.
    pub(super) supplement: Option<Decimal>,
    /// How far it was checked.
    pub(super) status: ObsStatus,
    /// The vintage of a reference value.
    pub(super) vintage: Option<String>,
    /// Units behind it; `None` for a reference value.
    pub(super) contributors: Option<u64>,
    /// Whether a synthetic event is behind it.
    pub(super) synthetic: bool,
}

impl Quantity {
    /// Nothing is known of it, not even what it would count.
    pub(super) const MISSING: Self = Self {
        value: None,
        supplement: None,
        status: ObsStatus::O,
        vintage: None,
        contributors: None,
        synthetic: false,
    };

    /// A number that the plan itself sets.
    pub(super) fn constant(value: Decimal) -> Self {
        Self { value: Some(value), status: ObsStatus::A, ..Self::MISSING }
    }

    /// What stands in a slot. Where nothing does, report items and reference values are missing; counts, stocks
    /// and flows of registers are zero, whether or not a cell was ever summed.
    pub(super) fn at(figures: Figures<'_>, measure: &Measure, area: Area, field: Field, slot: Slot) -> Self {
        let (cells, plan) = (figures.cells(), figures.plan());
        let series = Series { measure: measure.id.clone(), area, field };
        if measure.is_protected() && figures.audience().is_kept_from(cells, &series, slot) {
            let synthetic = cells.get(&series, slot).is_some_and(|cell| cell.synthetic);
            return Self { status: ObsStatus::Q, synthetic, ..Self::MISSING };
        }
        match cells.get(&series, slot).filter(|cell| cell.contributions > 0) {
            Some(cell) if rounds_closed(cells, plan, cell) => Self::of(cell, measure),
            Some(cell) => {
                let quantity = Self::of(cell, measure);
                Self { status: quantity.status.min(ObsStatus::P), ..quantity }
            }
            None if measure.is_reference() => Self::MISSING,
            None if measure.is_reported() => Self { contributors: Some(0), ..Self::MISSING },
            None => Self {
                value: Some(Decimal::ZERO),
                status: ObsStatus::A,
                contributors: Some(0),
                ..Self::MISSING
            },
        }
    }

    /// What a cell in which something stands says.
    pub(super) fn of(cell: &Cell, measure: &Measure) -> Self {
        let preliminary = cell.vintage == Vintage::Preliminary.as_str();
        Self {
            value: Some(cell.value.normalize()),
            supplement: (!cell.supplement.is_zero()).then(|| cell.supplement.normalize()),
            status: if preliminary { cell.status.min(ObsStatus::P) } else { cell.status },
            vintage: (!cell.vintage.is_empty()).then(|| cell.vintage.clone()),
            contributors: (!measure.is_reference()).then_some(cell.contributors),
            synthetic: cell.synthetic,
        }
    }
}

/// Whether the round of every form in a cell is closed at the province for its period.
pub(super) fn rounds_closed(cells: &Cells, plan: &Plan, cell: &Cell) -> bool {
    let forms = cell.forms.iter().filter_map(|form| Form::from_word(form));
    forms.into_iter().all(|form| {
        let series =
            Series { measure: Measure::closed_id(form).into(), area: plan.area, field: Field::Total };
        cells.get(&series, cell.slot).is_some_and(|round| round.contributions > 0)
    })
}
