//! Coverage (docs/measures.md §4): of the units expected to report, those that did.

use num_traits::Zero;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::Form;
use weir_schemas::period::Period;
use weir_schemas::plan::{Expectation, Measure, Rule};

use crate::exact::Exact;
use crate::recount::Figures;
use crate::unit::REVENUE;

impl Figures<'_> {
    /// Of a measure of report items, over all forms that units are expected to file for it.
    pub(crate) fn coverage(
        &self,
        measure: &Measure,
        area: Area,
        field: Field,
        period: Period,
    ) -> Option<Exact> {
        let forms: Vec<Form> = self
            .plan
            .expectations
            .iter()
            .filter(|one| tells(one, measure, self))
            .map(|one| one.form)
            .collect();
        let count = |is_of: &dyn Fn(&Rule, Form) -> bool| {
            let of = |form: &Form| self.plan.measures.iter().find(|one| is_of(&one.rule, *form));
            let cells = forms.iter().filter_map(of);
            let counts = cells.filter_map(|one| self.measure(one, area, field, period).value);
            counts.fold(Exact::zero(), |sum, count| sum + count)
        };
        let filed = count(&|rule, form| matches!(rule, Rule::Filed(of) if of.form == form));
        let expected = count(&|rule, form| matches!(rule, Rule::Expected(of) if of.form == form));
        (!expected.is_zero()).then(|| filed / expected)
    }
}

/// Whether those expected to file a form are expected to for a measure. Where revenue is that of holders of a status by
/// which a form is expected, it is that form's alone.
fn tells(expected: &Expectation, measure: &Measure, figures: &Figures<'_>) -> bool {
    match &measure.rule {
        Rule::ReportItem { forms, .. } => forms.contains(&expected.form),
        Rule::Revenue { holding } if REVENUE.contains(&expected.form) => holding.iter().any(|set| {
            let mut of_revenue = figures.plan.expectations.iter().filter(|one| REVENUE.contains(&one.form));
            set.contains(&expected.holding) || !of_revenue.any(|one| set.contains(&one.holding))
        }),
        _ => false,
    }
}
