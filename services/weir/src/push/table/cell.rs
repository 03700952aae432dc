//! A cell of a table as it stands in the file.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// A text.
    Text(String),
    /// A number that a spreadsheet keeps.
    Number(Number),
    /// A number that is shown as a date.
    Date(Serial),
    /// True or false.
    Truth(bool),
    /// An error, such as `#N/A`.
    Error(String),
    /// A formula whose value the file does not hold: no spreadsheet has computed it.
    Uncomputed,
}

impl Cell {
    /// Whether it is as good as empty.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.chars().all(super::text::is_blank))
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => f.write_str(&number.decimal()),
            Self::Date(serial) => match serial.date() {
                Some(date) => write!(f, "{date}"),
                None => f.write_str(&Number(serial.days).decimal()),
            },
            Self::Truth(truth) => f.write_str(if *truth { "TRUE" } else { "FALSE" }),
            Self::Error(error) => f.write_str(error),
            Self::Uncomputed => Ok(()),
        }
    }
}

/// A number as spreadsheets keep it: in binary, to 15 significant decimal digits.
///
/// It is read once, by [`Number::decimal`], and nothing is ever computed with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

/// The digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

impl Number {
    /// The decimal of at most 15 significant digits that is nearest: what was typed, and what the spreadsheet shows.
    ///
    /// Every decimal of so many digits comes back from its binary form, and what a formula adds behind them (0.1 + 0.2 is
    /// 0.30000000000000004) is dropped as the spreadsheet drops it.
    pub(crate) fn decimal(self) -> String {
        let scientific = format!("{:.*e}", DIGITS - 1, self.0);
        let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
        let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
        let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
        let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return "0".to_owned();
        }
        let Ok(whole) = usize::try_from(exponent + 1) else {
            let zeros = "0".repeat((exponent + 1).unsigned_abs() as usize);
            return format!("{sign}0.{zeros}{digits}");
        };
        match digits.split_at_checked(whole) {
            None | Some((_, "")) => format!("{sign}{digits:0<whole$}"),
            Some(("", fraction)) => format!("{sign}0.{fraction}"),
            Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        }
    }
}

/// A date as spreadsheets keep it: days since the beginning of one of two calendars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Serial {
    /// Days; the fraction is the time of day.
    pub(crate) days: f64,
    /// Whether they count from 1904, as workbooks of old Macintoshes do, not from 1900.
    pub(crate) is_1904: bool,
}

/// Days between the beginnings of both calendars.
const BETWEEN: f64 = 1_462.0;

impl Serial {
    /// The day, from March 1900 (before it, the calendar has a day that never was) to 2999.
    pub(crate) fn date(self) -> Option<Date> {
        let days = self.since_1900().trunc();
        if !(61.0..402_000.0).contains(&days) {
            return None;
        }
        // Within the bounds above, a whole number is one to the last digit.
        let day = date(1899, 12, 30).checked_add((days as i64).days()).ok()?;
        (day.year() < 3000).then_some(day)
    }

    /// The same date in the calendar that begins in 1900.
    pub(crate) fn since_1900(self) -> f64 {
        if self.is_1904 { self.days + BETWEEN } else { self.days }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn a_number_is_what_a_spreadsheet_shows() {
        let shown = |number: f64| Number(number).decimal();
        assert_eq!(shown(0.1 + 0.2), "0.3");
        assert_eq!(shown(1_234.5), "1234.5");
        assert_eq!(shown(915_101_006_000_179_000.0), "915101006000179000");
        assert_eq!(shown(-0.000_001_5), "-0.0000015");
        assert_eq!(shown(2.675 * 100.0), "267.5");
        assert_eq!(
            (shown(0.0), shown(-0.0), shown(1e15), shown(10.0)),
            ("0".into(), "0".into(), "1000000000000000".into(), "10".into())
        );
    }

    #[test]
    fn dates_of_both_calendars() {
        let day = |days, is_1904| Serial { days, is_1904 }.date().map(|date| date.to_string());
        assert_eq!(day(45_444.0, false).as_deref(), Some("2024-06-01"));
        assert_eq!(day(45_444.75, false).as_deref(), Some("2024-06-01"));
        assert_eq!(day(43_982.0, true).as_deref(), Some("2024-06-01"));
        assert_eq!(
            (day(1.0, false), day(-5.0, false), day(1e18, false), day(f64::NAN, false)),
            (None, None, None, None)
        );
    }

    proptest! {
        #[test]
        fn up_to_fifteen_digits_come_back(mantissa in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..=10) {
            let decimal = Decimal::new(mantissa, scale).normalize();
            let binary: f64 = decimal.to_string().parse().unwrap();
            prop_assert_eq!(Number(binary).decimal().parse::<Decimal>().unwrap().normalize(), decimal);
        }

        #[test]
        fn any_number_is_a_decimal(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            let text = Number(number).decimal();
            if number.is_finite() {
                prop_assert!(text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-'), "{}", text);
            }
        }
    }
}
