//! A smaller province: every count and every sum in proportion.

use rust_decimal::{Decimal, RoundingStrategy};

use super::FULL_UNITS;

/// How much of the full province is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale(u32);

impl Scale {
    pub(super) const fn of(units: u32) -> Self {
        Self(units)
    }

    /// Whether nothing is scaled.
    pub(super) const fn is_full(self) -> bool {
        self.0 == FULL_UNITS
    }

    /// A count, rounded; at least one of what there is.
    pub(super) fn count(self, full: u64) -> u64 {
        let scaled = (full * u64::from(self.0) + u64::from(FULL_UNITS) / 2) / u64::from(FULL_UNITS);
        if full == 0 { 0 } else { scaled.max(1) }
    }

    /// A sum in whole units of its measure, rounded down.
    pub(super) fn sum(self, full: u64) -> u64 {
        let scaled = u128::from(full) * u128::from(self.0) / u128::from(FULL_UNITS);
        u64::try_from(scaled).unwrap_or(u64::MAX)
    }

    /// A published value, with at most `places` decimals.
    pub(super) fn value(self, full: Decimal, places: u32) -> Decimal {
        let scaled = full * Decimal::from(self.0) / Decimal::from(FULL_UNITS);
        scaled.round_dp_with_strategy(places, RoundingStrategy::MidpointNearestEven).normalize()
    }
}
