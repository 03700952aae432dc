//! Exact numbers, and how they are written.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use rust_decimal::Decimal;

/// An exact number.
pub type Exact = BigRational;

/// The number that a decimal is.
pub(crate) fn of(decimal: Decimal) -> Exact {
    Exact::new(BigInt::from(decimal.mantissa()), power_of_ten(decimal.scale()))
}

/// A sum of decimals in as few digits as it takes: `-12.5`, `3`.
///
/// What no decimal of 40 places is, as no sum of decimals in events can be, is cut there.
pub fn text(number: &Exact) -> String {
    const MOST: u32 = 40;
    let places = (0..MOST).find(|places| (number * power_of_ten(*places)).is_integer()).unwrap_or(MOST);
    written(&(number * power_of_ten(places)).to_integer(), places)
}

/// With `places` decimals, rounded half to even.
pub fn half_even(number: &Exact, places: u32) -> String {
    rounded(number, places, |below| (below % 2_u8) != BigInt::zero())
}

/// With `places` decimals, rounded half up, by size: −2.5 is −3.
pub fn half_up(number: &Exact, places: u32) -> String {
    // The integer below a negative half is the farther one already.
    rounded(number, places, |_| number.is_positive())
}

/// The nearest number of so many decimals; a half goes up from the integer below where `up` says so.
fn rounded(number: &Exact, places: u32, up: impl Fn(&BigInt) -> bool) -> String {
    let shifted = number * power_of_ten(places);
    let below = shifted.floor().to_integer();
    let twice = (shifted - Exact::from(below.clone())) * BigInt::from(2);
    let one = Exact::one();
    let nearest = if twice > one || (twice == one && up(&below)) { below + 1 } else { below };
    written(&nearest, places)
}

/// An integer number of units of the last of `places` decimals.
fn written(units: &BigInt, places: u32) -> String {
    let digits = units.abs().to_string();
    let places = places as usize;
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    let sign = if units.is_negative() { "-" } else { "" };
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

fn power_of_ten(places: u32) -> BigInt {
    BigInt::from(10).pow(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> Exact {
        Exact::new(numerator.into(), denominator.into())
    }

    #[test]
    fn halves_go_to_the_even_digit_or_away_from_zero() {
        let shown = |number: &Exact| (half_even(number, 0), half_up(number, 0));
        assert_eq!(shown(&ratio(5, 2)), ("2".into(), "3".into()));
        assert_eq!(shown(&ratio(7, 2)), ("4".into(), "4".into()));
        assert_eq!(shown(&ratio(-5, 2)), ("-2".into(), "-3".into()));
        assert_eq!(shown(&ratio(-1, 2)), ("0".into(), "-1".into()));
        assert_eq!(shown(&ratio(-7, 3)), ("-2".into(), "-2".into()));
        assert_eq!(shown(&ratio(-8, 3)), ("-3".into(), "-3".into()));
    }

    #[test]
    fn a_figure_of_the_plan() {
        let exact = ratio(33_823 * 10_000, 83_720_000);
        assert_eq!((half_even(&exact, 6).as_str(), half_up(&exact, 2).as_str()), ("4.040014", "4.04"));
    }

    #[test]
    fn sums_are_written_in_as_few_digits_as_it_takes() {
        let sum = of("1.50".parse().unwrap()) + of("-14".parse().unwrap());
        assert_eq!(text(&sum), "-12.5");
        assert_eq!(text(&of("-0.00".parse().unwrap())), "0");
        assert_eq!(text(&of("0.000001".parse().unwrap())), "0.000001");
        assert_eq!(text(&ratio(120, 1)), "120");
    }
}
