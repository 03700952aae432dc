//! What is answered of a measure itself: its figure beside the coverage, and growth on the comparable panel
//! (docs/measures.md §4).

use num_traits::{One, Zero};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Period;
use weir_schemas::plan::Measure;

use crate::exact::Exact;
use crate::figure::Quantity;
use crate::recount::Figures;

/// The fewest units outside the panel, if there are any, with which growth is told.
const OUTSIDE_LEAST: u64 = 3;

/// A measure at a place and a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Its value, and what is behind it.
    pub quantity: Quantity,
    /// Of the units expected to report those that did; `None` where no report is involved or nobody is expected.
    pub coverage: Option<Exact>,
}

/// Growth on the comparable panel against the same period of the year before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Growth {
    /// No report says both years, or those that do say nothing of the year before.
    Missing,
    /// One or two units lie outside the panel.
    Withheld,
    /// This year over the year before, less one; and the units in the panel.
    Known(Exact, u64),
}

impl Figures<'_> {
    /// A measure and its coverage.
    pub fn measured(&self, measure: &Measure, area: Area, field: Field, period: Period) -> Measured {
        Measured {
            quantity: self.measure(measure, area, field, period),
            coverage: self.coverage(measure, area, field, period),
        }
    }

    /// Growth of a measure of revenue.
    pub fn growth(&self, measure: &Measure, area: Area, field: Field, period: Period) -> Growth {
        let Some(cell) = self.cell_of(measure, area, field, period.slot()) else { return Growth::Missing };
        let (panel, prior, inside) = &cell.panel;
        if prior.is_zero() {
            return Growth::Missing;
        }
        match cell.contributors.saturating_sub(*inside) {
            outside if outside > 0 && outside < OUTSIDE_LEAST => Growth::Withheld,
            _ => Growth::Known(panel / prior - Exact::one(), *inside),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::civil::date;
    use weir_schemas::plan::{Plan, SICHUAN_14};

    use super::*;
    use crate::recount::Place;
    use crate::sum::{Cell, Status};

    fn growth(panel: i64, prior: i64, inside: u64, all: u64) -> Growth {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let number = plan.measures.iter().position(|one| one.id.as_ref() == "industrial_revenue").unwrap();
        let period = Period::Month(2023, 6);
        let place = Place { measure: number, area: plan.area, field: Field::Total, slot: period.slot() };
        let whole = |number: i64| Exact::from_integer(number.into());
        let cell = Cell {
            value: whole(panel),
            supplement: Exact::zero(),
            accepted: Exact::zero(),
            panel: (whole(panel), whole(prior), inside),
            contributors: all,
            status: Status::A,
            forms: Vec::new(),
            vintage: None,
            synthetic: false,
            confidentiality: crate::confidentiality::Confidentiality::FREE,
        };
        let cells = HashMap::from([(place, cell)]);
        let figures = Figures { plan: &plan, cells, today: date(2024, 1, 1), oldest: i16::MAX };
        figures.growth(&plan.measures[number], plan.area, Field::Total, period)
    }

    #[test]
    fn growth_is_withheld_while_it_would_tell_of_one_or_two_units() {
        let known = Growth::Known(Exact::new(1.into(), 20.into()), 7);
        assert_eq!(growth(105, 100, 7, 7), known);
        assert_eq!(growth(105, 100, 7, 8), Growth::Withheld);
        assert_eq!(growth(105, 100, 7, 9), Growth::Withheld);
        assert_eq!(growth(105, 100, 7, 10), known);
        assert_eq!(growth(105, 0, 7, 8), Growth::Missing);
    }
}
