//! A measure's value at a place and a slot: what a cell, or its absence, means.

use rust_decimal::Decimal;

use super::Cells;
use crate::cell::{Cell, Series};
use crate::codelist::{Area, Field};
use crate::entity::ObsStatus;
use crate::event::Vintage;
use crate::period::Slot;
use crate::plan::Measure;

/// A measure's value, or that it is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// In the measure's base unit; `None` where missing.
    pub(super) value: Option<Decimal>,
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
    pub(super) const MISSING: Self =
        Self { value: None, status: ObsStatus::O, vintage: None, contributors: None, synthetic: false };

    /// A number that the plan itself sets.
    pub(super) fn constant(value: Decimal) -> Self {
        Self { value: Some(value), status: ObsStatus::A, ..Self::MISSING }
    }

    /// What stands in a slot. Where nothing does, report items and reference values are missing; counts, stocks
    /// and flows of registers are zero, whether or not a cell was ever summed.
    pub(super) fn at(cells: &Cells, measure: &Measure, area: Area, field: Field, slot: Slot) -> Self {
        let series = Series { measure: measure.id.clone(), area, field };
        match cells.get(&series, slot).filter(|cell| cell.contributions > 0) {
            Some(cell) => Self::of(cell, measure),
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
            status: if preliminary { cell.status.min(ObsStatus::P) } else { cell.status },
            vintage: (!cell.vintage.is_empty()).then(|| cell.vintage.clone()),
            contributors: (!measure.is_reference()).then_some(cell.contributors),
            synthetic: cell.synthetic,
        }
    }
}
