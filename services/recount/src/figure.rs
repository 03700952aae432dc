//! What is answered (docs/measures.md §2 and §4): measures and indicators in an area, a field and a period.

use num_traits::Zero;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::{Form, Vintage};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Indicator, Measure, Rule};

use crate::divisor::Divisor;
use crate::exact::{self, Exact};
use crate::official::Official;
use crate::recount::{Figures, Place};
use crate::sum::{Cell, Status};

/// A measure's value at a place and a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// In the measure's base unit; `None` where missing.
    pub value: Option<Exact>,
    /// What of it was compiled without unit records, if anything was.
    pub supplement: Option<Exact>,
    /// How far it was checked.
    pub status: Status,
    /// How many units are behind it; `None` for a reference value.
    pub contributors: Option<u64>,
    /// Of a reference value.
    pub vintage: Option<Vintage>,
    /// Whether a synthetic event is behind it.
    pub synthetic: bool,
}

/// An indicator's figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The exact figure; `None` where missing.
    pub value: Option<Exact>,
    /// What is divided, given even where the figure is missing.
    pub numerator: Quantity,
    /// What divides, in its measure's base unit.
    pub denominator: Option<Exact>,
    /// The period the denominator describes; none for a constant.
    pub denominator_period: Option<Period>,
    /// The vintage of a reference value that divides.
    pub denominator_vintage: Option<Vintage>,
    /// Of the units expected to report for the numerator those that did; `None` where no report is involved or nobody is
    /// expected.
    pub coverage: Option<Exact>,
    /// What is officially published of it, if anything is.
    pub official: Option<Official>,
    /// The first status that applies.
    pub status: Status,
    /// Whether a synthetic event is behind it; what is officially published is beside it.
    pub synthetic: bool,
}

impl Quantity {
    /// Nothing is known.
    pub(crate) const MISSING: Self = Self {
        value: None,
        supplement: None,
        status: Status::O,
        contributors: None,
        vintage: None,
        synthetic: false,
    };

    /// What stands in a cell.
    fn of(cell: &Cell) -> Self {
        Self {
            value: Some(cell.value.clone()),
            supplement: (!cell.supplement.is_zero()).then(|| cell.supplement.clone()),
            status: cell.status,
            contributors: Some(cell.contributors),
            vintage: cell.vintage,
            synthetic: cell.synthetic,
        }
    }
}

impl Figures<'_> {
    /// A measure at a period's last day. Where nothing stands, no supplement either, sums of report items and reference
    /// values are missing, all others zero.
    pub fn measure(&self, measure: &Measure, area: Area, field: Field, period: Period) -> Quantity {
        self.in_slot(measure, area, field, period.slot())
    }

    pub(crate) fn in_slot(&self, measure: &Measure, area: Area, field: Field, slot: Slot) -> Quantity {
        let cell = self.cell_of(measure, area, field, slot);
        match (&measure.rule, cell) {
            (Rule::Reference { .. }, None) => Quantity::MISSING,
            (Rule::Reference { .. }, Some(cell)) => {
                let preliminary = cell.vintage == Some(Vintage::Preliminary);
                let status = if preliminary { Status::P } else { Status::A };
                Quantity { status, contributors: None, ..Quantity::of(cell) }
            }
            (Rule::Revenue { .. } | Rule::ReportItem { .. }, None) => {
                Quantity { contributors: Some(0), ..Quantity::MISSING }
            }
            // Where reports are behind it, also those that are only counted, their rounds must be closed.
            (_, Some(cell)) => {
                let closed = cell.forms.iter().all(|form| self.is_closed(*form, slot));
                let status = if closed { cell.status } else { cell.status.min(Status::P) };
                Quantity { status, ..Quantity::of(cell) }
            }
            (_, None) => Quantity {
                value: Some(Exact::zero()),
                status: Status::A,
                contributors: Some(0),
                ..Quantity::MISSING
            },
        }
    }

    /// An indicator: numerator / denominator × scale. `None` if the plan does not have its measures.
    pub fn indicator(
        &self,
        indicator: &Indicator,
        area: Area,
        field: Field,
        period: Period,
    ) -> Option<Figure> {
        let measure = self.plan.measure(&indicator.numerator)?;
        let numerator = self.measure(measure, area, field, period);
        let by = indicator.denominator.as_ref();
        let divisor = by.map(|by| self.divisor(measure, by, area, field, period));
        let below = match &divisor {
            None => Some(Exact::from_integer(1.into())),
            Some(found) => found.as_ref().and_then(|divisor| divisor.quantity.value.clone()),
        };
        let value = numerator.value.as_ref().zip(below.filter(|below| !below.is_zero()));
        let value = value.map(|(above, below)| above / below * exact::of(indicator.scale));
        let divisor = divisor.flatten();
        let status = if value.is_some() {
            numerator.status.min(divisor.as_ref().map_or(Status::A, Divisor::status))
        } else {
            Status::O
        };
        let by = |divisor: &Divisor| divisor.quantity.value.clone();
        let official = self.official(indicator, area, field, period, value.as_ref());
        Some(Figure {
            value,
            official,
            status,
            denominator: divisor.as_ref().and_then(by),
            denominator_period: divisor.as_ref().and_then(|divisor| divisor.period),
            denominator_vintage: divisor.as_ref().and_then(|divisor| divisor.quantity.vintage),
            synthetic: numerator.synthetic || divisor.is_some_and(|divisor| divisor.quantity.synthetic),
            coverage: self.coverage(measure, area, field, period),
            numerator,
        })
    }

    pub(crate) fn cell_of(&self, measure: &Measure, area: Area, field: Field, slot: Slot) -> Option<&Cell> {
        let measure = self.plan.measures.iter().position(|one| one.id == measure.id)?;
        self.cell(&Place { measure, area, field, slot })
    }

    /// Whether the province has closed a form for a slot.
    pub(crate) fn is_closed(&self, form: Form, slot: Slot) -> bool {
        let of_form = |one: &&Measure| one.rule == Rule::RoundClosed { form };
        let measure = self.plan.measures.iter().find(of_form);
        measure.is_some_and(|measure| self.cell_of(measure, self.plan.area, Field::Total, slot).is_some())
    }
}
