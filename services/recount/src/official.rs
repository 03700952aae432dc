//! Official totals (docs/measures.md §4): what is published of an indicator itself, beside ours.

use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::Vintage;
use weir_schemas::period::Period;
use weir_schemas::plan::{Indicator, Rule};

use crate::exact::{self, Exact};
use crate::recount::Figures;

/// What is published of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// In the indicator's unit.
    pub value: Exact,
    /// How final it is.
    pub vintage: Option<Vintage>,
    /// Ours less what is published; `None` where ours is missing.
    pub difference: Option<Exact>,
    /// Whether a synthetic event says it.
    pub synthetic: bool,
}

impl Figures<'_> {
    /// What series `official_ID` says for the area and period, beside `ours`; nothing of a single field. A total is published
    /// in base units and scaled like ours, a ratio as it is shown.
    pub(crate) fn official(
        &self,
        indicator: &Indicator,
        area: Area,
        field: Field,
        period: Period,
        ours: Option<&Exact>,
    ) -> Option<Official> {
        let name = format!("official_{}", indicator.id);
        let is_it = |rule: &Rule| matches!(rule, Rule::Reference { series } if *series == name);
        let measure = self.plan.measures.iter().find(|one| is_it(&one.rule))?;
        let published = Some(self.measure(measure, area, field, period)).filter(|_| field == Field::Total)?;
        let value = published.value?;
        let is_ratio = indicator.denominator.is_some();
        let value = if is_ratio { value } else { value * exact::of(indicator.scale) };
        let difference = ours.map(|ours| ours - &value);
        Some(Official { value, vintage: published.vintage, difference, synthetic: published.synthetic })
    }
}
