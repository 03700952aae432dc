//! What a flow is about: an indicator, a measure, a reference series or a target.

use weir_schemas::codelist::Field;
use weir_schemas::figure::frequencies;
use weir_schemas::plan::{Frequency, Indicator, Measure, Name, Plan, Rule};

use super::{Basis, Flow, Unit};

/// Where the figures of a subject come from.
#[derive(Debug, Clone, Copy)]
pub(in crate::sdmx) enum Source<'a> {
    /// An indicator's figures.
    Indicator(&'a Indicator),
    /// A measure's.
    Measure(&'a Measure),
    /// What the plan says of an indicator.
    Target(&'a Indicator),
}

/// One member of a flow's dimension INDICATOR.
#[derive(Debug, Clone)]
pub(in crate::sdmx) struct Subject<'a> {
    /// Its id in the plan.
    pub(in crate::sdmx) id: &'a str,
    /// Its name.
    pub(in crate::sdmx) name: &'a Name,
    /// Where its figures come from.
    pub(in crate::sdmx) source: Source<'a>,
    /// How often it is answered.
    pub(in crate::sdmx) frequencies: &'a [Frequency],
    /// Its unit.
    pub(in crate::sdmx) unit: Unit,
    /// What it counts; `None` for an indicator without one, which a plan that was read has not.
    numerator: Option<&'a Measure>,
}

impl<'a> Subject<'a> {
    /// All that a flow is about, in the plan's order.
    pub(in crate::sdmx) fn all(flow: Flow, plan: &'a Plan) -> Vec<Self> {
        match flow {
            Flow::Indicators => {
                let of = |one| Self::of_indicator(Source::Indicator(one), one, &one.frequencies, plan);
                plan.indicators.iter().map(of).collect()
            }
            Flow::Targets => {
                let of = |one| Self::of_indicator(Source::Target(one), one, &[Frequency::A], plan);
                plan.indicators.iter().map(of).collect()
            }
            Flow::Measures => {
                plan.measures.iter().filter(|one| is_counted(one)).map(Self::of_measure).collect()
            }
            Flow::References => {
                plan.measures.iter().filter(|one| one.is_reference()).map(Self::of_measure).collect()
            }
        }
    }

    fn of_indicator(
        source: Source<'a>,
        indicator: &'a Indicator,
        frequencies: &'a [Frequency],
        plan: &'a Plan,
    ) -> Self {
        let numerator = plan.measure(&indicator.numerator);
        let unit = Unit::of_indicator(indicator, numerator);
        Self { id: &indicator.id, name: &indicator.name, source, frequencies, unit, numerator }
    }

    fn of_measure(measure: &'a Measure) -> Self {
        Self {
            id: &measure.id,
            name: &measure.name,
            source: Source::Measure(measure),
            frequencies: frequencies(measure),
            unit: Unit::of_measure(measure),
            numerator: Some(measure),
        }
    }

    /// The basis of its figures at a frequency.
    pub(in crate::sdmx) fn basis(&self, frequency: Frequency) -> Basis {
        self.numerator.map_or(Basis::Annual, |measure| Basis::of(measure, frequency))
    }

    /// The fields that it is answered by: what is published is of all together, and so is what is aimed at.
    pub(in crate::sdmx) fn fields(&self) -> &'static [Field] {
        let total =
            matches!(self.source, Source::Target(_)) || self.numerator.is_some_and(Measure::is_reference);
        if total { &[Field::Total] } else { &Field::ALL }
    }
}

/// Whether a measure is a statistic that is counted here; rounds and their last days are none.
fn is_counted(measure: &Measure) -> bool {
    !measure.is_reference() && !matches!(measure.rule, Rule::RoundClosed { .. } | Rule::RoundDeadline { .. })
}
