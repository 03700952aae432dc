//! What changed between two figures, and whose effect it is.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact::Exact;
use weir_schemas::figure::{self, Effects};
use weir_schemas::period::Period;
use weir_schemas::plan::Indicator;

use super::suppressed;

/// A figure as one side of a change.
#[derive(Debug, Serialize)]
struct Side {
    /// The moment it is as of.
    as_of: String,
    period: Period,
    value: Option<String>,
    numerator: Option<Decimal>,
    denominator: Option<Decimal>,
    denominator_period: Option<Period>,
    denominator_vintage: Option<String>,
    status: ObsStatus,
}

/// The difference of two figures. Effects are null where a figure is missing.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    /// When the change was recorded; null between two periods.
    recorded: Option<String>,
    before: Side,
    after: Side,
    /// What is another: `numerator`, `denominator`, or both.
    altered: Vec<&'static str>,
    change: Option<String>,
    numerator_effect: Option<String>,
    /// Null where nothing divides.
    denominator_effect: Option<String>,
}

/// A figure as of a moment.
pub(super) type AsOf = (figure::Observation, Timestamp);

impl Change {
    /// From the one to the other; none where either may not be shown.
    pub(super) fn between(
        (before, then): &AsOf,
        (after, now): &AsOf,
        recorded: Option<Timestamp>,
        indicator: &Indicator,
    ) -> Option<Self> {
        if suppressed(before) || suppressed(after) {
            return None;
        }
        let effects = Effects::between(before, after, indicator.scale);
        let shown = |effect: fn(&Effects) -> Option<String>| effects.as_ref().and_then(effect);
        Some(Self {
            recorded: recorded.map(|at| format!("{at:.3}")),
            before: Side::of(before, *then),
            after: Side::of(after, *now),
            altered: altered(before, after),
            change: shown(|effects| Some(effects.change.value())),
            numerator_effect: shown(|effects| Some(effects.numerator.value())),
            denominator_effect: shown(|effects| effects.denominator.as_ref().map(Exact::value)),
        })
    }
}

/// What of a figure is another.
pub(super) fn altered(before: &figure::Observation, after: &figure::Observation) -> Vec<&'static str> {
    let below = |one: &figure::Observation| (one.denominator, one.denominator_period);
    let parts =
        [("numerator", before.numerator != after.numerator), ("denominator", below(before) != below(after))];
    parts.into_iter().filter(|(_, altered)| *altered).map(|(part, _)| part).collect()
}

impl Side {
    fn of(figure: &figure::Observation, at: Timestamp) -> Self {
        Self {
            as_of: format!("{at:.3}"),
            period: figure.period,
            value: figure.value.as_ref().map(Exact::value),
            numerator: figure.numerator,
            denominator: figure.denominator,
            denominator_period: figure.denominator_period,
            denominator_vintage: figure.denominator_vintage.clone(),
            status: figure.status,
        }
    }
}

/// The period before one, of its frequency.
pub(super) const fn before(period: Period) -> Period {
    match period {
        Period::Year(year) => Period::Year(year - 1),
        Period::Quarter(year, 1) => Period::Quarter(year - 1, 4),
        Period::Quarter(year, quarter) => Period::Quarter(year, quarter - 1),
        Period::Month(year, 1) => Period::Month(year - 1, 12),
        Period::Month(year, month) => Period::Month(year, month - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_before_is_of_the_same_frequency() {
        for (period, earlier) in [
            ("2024", "2023"),
            ("2024-Q1", "2023-Q4"),
            ("2024-Q3", "2024-Q2"),
            ("2024-01", "2023-12"),
            ("2024-12", "2024-11"),
        ] {
            assert_eq!(before(period.parse().unwrap()).to_string(), earlier);
        }
    }
}
