//! Exact figures: decimals as filed, fractions as computed, rounded once when they are shown.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// Decimal places that stored values keep, in base units (yuan, persons, pieces).
pub const SCALE: u32 = 6;

/// The greatest value that one record may hold, in base units: 10¹⁵, several times a nation's yearly product in yuan.
///
/// A [`Decimal`] holds the sum of seventy million such values; more cannot be summed, so the bound must not grow.
pub const BOUND: u64 = 1_000_000_000_000_000;

/// Whether a value is within what one record may hold: its size, and its decimal places.
pub fn fits(value: Decimal) -> bool {
    value.abs() <= Decimal::from(BOUND) && value.normalize().scale() <= SCALE
}

/// A value as ClickHouse holds it in `Decimal(38, 6)`: millionths of the base unit.
///
/// `None` if it has more decimal places than are kept; validation refuses such values at the door.
pub fn to_millionths(value: Decimal) -> Option<i128> {
    let value = value.normalize();
    let missing = SCALE.checked_sub(value.scale())?;
    value.mantissa().checked_mul(10_i128.pow(missing))
}

/// The value of that many millionths; `None` past the 96 bits of a [`Decimal`].
pub fn from_millionths(millionths: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(millionths, SCALE).ok().map(|value| value.normalize())
}

/// An exact figure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(BigRational);

impl Exact {
    /// The fraction `numerator / denominator`; `None` when the denominator is zero.
    pub fn ratio(numerator: Decimal, denominator: Decimal) -> Option<Self> {
        (!denominator.is_zero()).then(|| Self(rational(numerator) / rational(denominator)))
    }

    /// The figure times `factor`.
    #[must_use]
    pub fn times(&self, factor: Decimal) -> Self {
        Self(&self.0 * rational(factor))
    }

    /// The figure less `other`.
    #[must_use]
    pub fn minus(&self, other: impl Into<Self>) -> Self {
        Self(&self.0 - other.into().0)
    }

    /// The figure and `other` together.
    #[must_use]
    pub fn plus(&self, other: impl Into<Self>) -> Self {
        Self(&self.0 + other.into().0)
    }

    /// Its distance from zero.
    #[must_use]
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// What [`value`](Self::value) says, as a figure: sums of such figures are what a reader finds who adds up.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let digits: String = self.value().chars().filter(|digit| *digit != '.').collect();
        let millionths = digits.parse().unwrap_or_else(|_| BigInt::zero());
        Self(BigRational::new(millionths, BigInt::from(10).pow(SCALE)))
    }

    /// With six decimals, rounded half to even: the `value` of an answer.
    pub fn value(&self) -> String {
        self.fixed(SCALE, |twice, unit, quotient_is_odd| twice > unit || (twice == unit && quotient_is_odd))
    }

    /// With `decimals`, the exact figure rounded once, half up (away from zero): the `display` of an answer.
    pub fn display(&self, decimals: u32) -> String {
        self.fixed(decimals, |twice, unit, _| twice >= unit)
    }

    fn fixed(&self, decimals: u32, rounds_up: impl Fn(&BigInt, &BigInt, bool) -> bool) -> String {
        let shifted = self.0.abs() * BigRational::from_integer(BigInt::from(10).pow(decimals));
        let unit = shifted.denom();
        let mut quotient = shifted.numer() / unit;
        let twice = (shifted.numer() % unit) * 2;
        let odd = (&quotient % 2_u8) != BigInt::zero();
        if rounds_up(&twice, unit, odd) {
            quotient += 1;
        }
        let sign = if self.0.is_negative() && !quotient.is_zero() { "-" } else { "" };
        let width = decimals as usize;
        let digits = format!("{:0>1$}", quotient.to_string(), width + 1);
        let (whole, fraction) = digits.split_at(digits.len() - width);
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        Self(rational(value))
    }
}

fn rational(value: Decimal) -> BigRational {
    BigRational::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn rounds_the_exact_figure_once() {
        let exact = Exact::ratio(dec("33823"), dec("83720000")).unwrap().times(dec("10000"));
        assert_eq!(exact.value(), "4.040014");
        assert_eq!(exact.display(2), "4.04");
        let half = Exact::from(dec("0.0000005"));
        assert_eq!((half.value(), half.display(6)), ("0.000000".into(), "0.000001".into()));
        let three_halves = Exact::from(dec("-2.5"));
        assert_eq!((three_halves.display(0), three_halves.value()), ("-3".into(), "-2.500000".into()));
    }

    #[test]
    fn nothing_divides_by_zero() {
        assert_eq!(Exact::ratio(dec("1"), dec("0.00")), None);
    }

    proptest! {
        #[test]
        fn millionths_keep_every_digit(mantissa in -10_i64.pow(17)..10_i64.pow(17), scale in 0_u32..=6) {
            let value = Decimal::new(mantissa, scale);
            prop_assert_eq!(from_millionths(to_millionths(value).unwrap()), Some(value));
        }

        #[test]
        fn what_is_rounded_says_the_same(numerator in -10_i64.pow(15)..10_i64.pow(15), denominator in 1_i64..10_i64.pow(12)) {
            let exact = Exact::ratio(Decimal::from(numerator), Decimal::from(denominator)).unwrap();
            prop_assert_eq!(exact.rounded().value(), exact.value());
            prop_assert_eq!(exact.rounded().rounded(), exact.rounded());
        }

        #[test]
        fn a_rounded_value_is_within_half_a_unit(numerator in 0_i64..10_i64.pow(15), denominator in 1_i64..10_i64.pow(12)) {
            let exact = Exact::ratio(Decimal::from(numerator), Decimal::from(denominator)).unwrap();
            let shown: Decimal = exact.value().parse().unwrap();
            let distance = (exact.0 - rational(shown)).abs();
            prop_assert!(distance <= rational(dec("0.0000005")));
        }
    }
}
