//! What an indicator is divided by (docs/measures.md §2 and §4).

use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Denominator, Lag, Measure, Rule};

use crate::exact;
use crate::figure::Quantity;
use crate::recount::Figures;
use crate::sum::Status;

/// What divides.
pub(crate) struct Divisor {
    pub(crate) quantity: Quantity,
    /// The period it describes; none for a constant.
    pub(crate) period: Option<Period>,
    is_earlier: bool,
}

impl Divisor {
    /// What it makes of the figure's status.
    pub(crate) fn status(&self) -> Status {
        if self.is_earlier { self.quantity.status.min(Status::E) } else { self.quantity.status }
    }

    fn of(quantity: Quantity, period: Period) -> Option<Self> {
        quantity.value.is_some().then_some(Self { quantity, period: Some(period), is_earlier: false })
    }
}

impl Figures<'_> {
    /// The denominator of a numerator at a place and a period, if there is one.
    pub(crate) fn divisor(
        &self,
        numerator: &Measure,
        by: &Denominator,
        area: Area,
        field: Field,
        period: Period,
    ) -> Option<Divisor> {
        if let Some(constant) = by.constant {
            let value = Some(exact::of(constant));
            let quantity = Quantity { value, status: Status::A, ..Quantity::MISSING };
            return Some(Divisor { quantity, period: None, is_earlier: false });
        }
        // What is published has no field: it stands in for the sum of all of them.
        let published = by.published.as_ref().filter(|_| field == Field::Total);
        let published = published.and_then(|id| self.plan.measure(id)).and_then(|measure| match period {
            Period::Year(_) => Divisor::of(self.measure(measure, area, field, period), period),
            _ => None,
        });
        let measure = self.plan.measure(by.measure.as_ref()?)?;
        published.or_else(|| match (&measure.rule, period) {
            (Rule::Reference { .. }, _) if is_stock(numerator) => {
                self.reference(measure, area, period.year(), by.lag)
            }
            (Rule::Reference { .. }, Period::Year(year)) => self.reference(measure, area, year, Lag::Own),
            // A year-to-date flow is never divided by an annual one.
            (Rule::Reference { .. }, _) => None,
            _ => Divisor::of(self.measure(measure, area, field, period), period),
        })
    }

    /// The area's own value of a year, whatever the field; else, where it may lag, that of the latest year before.
    fn reference(&self, measure: &Measure, area: Area, year: i16, lag: Lag) -> Option<Divisor> {
        let earliest = match lag {
            Lag::Own => year,
            Lag::LatestEarlier => self.oldest,
        };
        (earliest..=year).rev().find_map(|of| {
            let quantity = self.in_slot(measure, area, Field::Total, Slot::year(of));
            let found = Divisor::of(quantity, Period::Year(of))?;
            Some(Divisor { is_earlier: of != year, ..found })
        })
    }
}

/// Whether a measure is a stock: what is there on a day, not what came about in the year up to it.
pub(crate) const fn is_stock(measure: &Measure) -> bool {
    matches!(
        measure.rule,
        Rule::UnitsHolding { .. }
            | Rule::HighValuePatents
            | Rule::Standing { .. }
            | Rule::EnteredSince { .. }
            | Rule::FieldsWith { .. }
    )
}
