//! Figures: texts and numbers of cells to decimals.

use rust_decimal::Decimal;

use super::cell::Cell;
use super::text;
use super::unreadable::Unreadable;

/// The decimal that a cell holds, to the last digit it shows.
pub(super) fn read(cell: &Cell) -> Result<Decimal, Unreadable> {
    match cell {
        Cell::Number(number) => decimal(&number.decimal()),
        Cell::Text(typed) => decimal(&digits(typed)?),
        Cell::Date(_) => Err(Unreadable::DateForNumber(cell.to_string())),
        Cell::Truth(_) => Err(Unreadable::NotANumber(cell.to_string())),
        Cell::Error(error) => Err(Unreadable::Error(error.clone())),
        Cell::Uncomputed => Err(Unreadable::Uncomputed),
    }
}

/// The digits of a typed number: full-width ones as ASCII, without blanks around it, nor commas or blanks between thousands.
fn digits(typed: &str) -> Result<String, Unreadable> {
    let plain = text::compact(typed);
    if text::is_scientific(&plain) {
        return Err(Unreadable::Scientific(plain));
    }
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(w, f)| (w, Some(f)));
    if !whole.split(',').all(number) || !fraction.is_none_or(number) {
        return Err(Unreadable::NotANumber(plain));
    }
    // A blank between digits parts thousands like a comma, or two numbers.
    let grouped = text::grouped(typed);
    let (whole, fraction) = grouped.split_once('.').unwrap_or((&grouped, ""));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next().map_or(0, str::len);
    let parted = whole.contains(',');
    if fraction.contains(',') || parted && (first > 3 || groups.any(|group| group.len() != 3)) {
        return Err(Unreadable::Grouping(text::plain(typed)));
    }
    Ok(plain.replace(',', ""))
}

fn decimal(digits: &str) -> Result<Decimal, Unreadable> {
    let exact = Decimal::from_str_exact(digits).map_err(|_| Unreadable::TooLong(digits.to_owned()))?;
    Ok(exact.normalize())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::push::table::cell::Number;

    fn of(text: &str) -> Result<String, String> {
        read(&Cell::Text(text.to_owned())).map(|value| value.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (typed, value) in [
            ("1,234.50", "1234.5"),
            ("１２３", "123"),
            ("１，２３４．５０", "1234.5"),
            ("\u{a0}12\u{3000}", "12"),
            ("1 234 567", "1234567"),
            ("1\u{3000}234, 567 . 5", "1234567.5"),
            ("- 1\u{200b}2", "-12"),
            ("-3", "-3"),
            ("+0.10", "0.1"),
            ("000", "0"),
            ("'42", "42"),
        ] {
            assert_eq!(of(typed).as_deref(), Ok(value), "{typed}");
        }
    }

    #[test]
    fn what_may_be_another_number_is_refused() {
        for (typed, why) in [
            ("12万", "is not a number"),
            ("-", "is not a number"),
            ("…", "is not a number"),
            ("(12)", "is not a number"),
            ("12%", "is not a number"),
            ("1.2.3", "is not a number"),
            (".5", "is not a number"),
            ("1,5", "don't part thousands"),
            ("1234,567", "don't part thousands"),
            ("12 5", "don't part thousands"),
            ("1234 567", "don't part thousands"),
            ("12\n345\n6", "don't part thousands"),
            ("1.234 567", "don't part thousands"),
            ("1.23E+11", "lost digits"),
            ("123456789012345678901234567890", "more digits"),
        ] {
            assert!(of(typed).is_err_and(|error| error.contains(why)), "{typed}");
        }
        assert!(read(&Cell::Error("#N/A".into())).is_err_and(|error| error.to_string().contains("#N/A")));
        assert_eq!(read(&Cell::Uncomputed), Err(Unreadable::Uncomputed));
    }

    proptest! {
        #[test]
        fn a_decimal_comes_back_from_each_of_its_writings(mantissa in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..=6) {
            let value = Decimal::new(mantissa, scale).normalize();
            let text = value.to_string();
            let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
            let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
            let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
            let mut grouped = String::new();
            for (index, digit) in whole.chars().enumerate() {
                if index > 0 && (whole.len() - index) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            for typed in [text.clone(), wide, format!("\u{3000}{sign}{grouped}{fraction}\u{a0}")] {
                prop_assert_eq!(read(&Cell::Text(typed)), Ok(value));
            }
            prop_assert_eq!(read(&Cell::Number(Number(text.parse().unwrap()))), Ok(value));
        }

        #[test]
        fn never_panics(typed in ".{0,24}") {
            let _ = read(&Cell::Text(typed));
        }
    }
}
