//! Chinese patent numbers (ZC 0006-2003), the identity of every patent.
//!
//! Since October 2003: year (4), kind (1), serial (7), a point, a check digit.
//! Before: year (2), kind (1), serial (5), a point, a check digit.
//! A leading `ZL` (granted) is read and left out.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::excerpt::quoted;
use crate::text_form::text_form;

/// By place; the older, shorter form uses the first eight.
const WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
const FIRST_YEAR: u16 = 1985;
/// The year in which the form changed: both forms occur.
const LONG_SINCE: u16 = 2003;

/// A patent number, right in form and check digit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatentNumber {
    year: u16,
    kind: PatentKind,
    serial: u32,
    form: Form,
}

/// What a patent protects, and by which road it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum PatentKind {
    /// Invention.
    Invention = 1,
    /// Utility model.
    UtilityModel = 2,
    /// Design.
    Design = 3,
    /// Invention, by an international application.
    PctInvention = 8,
    /// Utility model, by an international application.
    PctUtilityModel = 9,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Form {
    Short,
    Long,
}

/// Why a text, or what it would be made of, is no patent number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatentNumberError {
    /// Not twelve (or, before October 2003, eight) digits, a point and a check digit.
    #[error(
        "patent number '{0}' is not twelve digits (eight before October 2003), a point and a check digit"
    )]
    Form(String),
    /// A year in which no number of this form was given.
    #[error("year {0} of the patent number is before its form of number was in use")]
    Year(u16),
    /// No kind of patent.
    #[error("kind '{0}' of the patent number is none of 1, 2, 3, 8, 9")]
    Kind(char),
    /// A serial with too many digits for its year's form.
    #[error("serial {serial} of the patent number has more than {digits} digits")]
    Serial {
        /// The serial.
        serial: u32,
        /// How many digits it may have.
        digits: u32,
    },
    /// The check digit does not follow from the others.
    #[error("check digit of the patent number is '{found}', expected '{expected}'")]
    Check {
        /// What stands there.
        found: char,
        /// What the other digits demand.
        expected: char,
    },
}

impl PatentKind {
    fn of_digit(digit: char) -> Result<Self, PatentNumberError> {
        match digit {
            '1' => Ok(Self::Invention),
            '2' => Ok(Self::UtilityModel),
            '3' => Ok(Self::Design),
            '8' => Ok(Self::PctInvention),
            '9' => Ok(Self::PctUtilityModel),
            other => Err(PatentNumberError::Kind(other)),
        }
    }
}

impl Form {
    const fn serial_digits(self) -> u32 {
        match self {
            Self::Short => 5,
            Self::Long => 7,
        }
    }
}

impl PatentNumber {
    /// Reads a number with or without `ZL` and checks its check digit.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn parse(text: &str) -> Result<Self, PatentNumberError> {
        let malformed = || PatentNumberError::Form(quoted(text));
        let number = text.strip_prefix("ZL").unwrap_or(text);
        let (digits, check) = number.split_once('.').ok_or_else(malformed)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        let (form, year_digits) = match digits.len() {
            8 => (Form::Short, 2),
            12 => (Form::Long, 4),
            _ => return Err(malformed()),
        };
        let mut check_characters = check.chars();
        let (Some(found), None) = (check_characters.next(), check_characters.next()) else {
            return Err(malformed());
        };
        let (year, rest) = digits.split_at(year_digits);
        let (kind, serial) = rest.split_at(1);
        let year = full_year(year.parse().map_err(|_| malformed())?, form)?;
        let kind = PatentKind::of_digit(kind.parse().map_err(|_| malformed())?)?;
        let serial = serial.parse().map_err(|_| malformed())?;
        let number = Self { year, kind, serial, form };
        let expected = number.check();
        if found == expected { Ok(number) } else { Err(PatentNumberError::Check { found, expected }) }
    }

    /// Makes a number, check digit included; of 2003 in the longer form.
    ///
    /// # Errors
    /// When the year is before 1985 or past 9999, or the serial has too many digits.
    pub fn compose(year: u16, kind: PatentKind, serial: u32) -> Result<Self, PatentNumberError> {
        if !(FIRST_YEAR..=9999).contains(&year) {
            return Err(PatentNumberError::Year(year));
        }
        let form = if year < LONG_SINCE { Form::Short } else { Form::Long };
        let digits = form.serial_digits();
        if serial >= 10_u32.pow(digits) {
            return Err(PatentNumberError::Serial { serial, digits });
        }
        Ok(Self { year, kind, serial, form })
    }

    /// The year of filing.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// What the patent protects.
    pub const fn kind(self) -> PatentKind {
        self.kind
    }

    /// The number within its year and kind.
    pub const fn serial(self) -> u32 {
        self.serial
    }

    /// Whether it is an invention patent; no other counts as high-value.
    pub const fn is_invention(self) -> bool {
        matches!(self.kind, PatentKind::Invention | PatentKind::PctInvention)
    }

    fn check(self) -> char {
        let (mut digits, places) = match self.form {
            Form::Short => (u64::from(self.year % 100), 8),
            Form::Long => (u64::from(self.year), 12),
        };
        digits =
            (digits * 10 + self.kind as u64) * 10_u64.pow(self.form.serial_digits()) + u64::from(self.serial);
        let mut sum = 0;
        for weight in WEIGHTS.into_iter().take(places).rev() {
            sum += (digits % 10) as u32 * weight;
            digits /= 10;
        }
        char::from_digit(sum % 11, 10).unwrap_or('X')
    }
}

fn full_year(year: u16, form: Form) -> Result<u16, PatentNumberError> {
    let (full, from) = match form {
        Form::Long => (year, LONG_SINCE),
        Form::Short if year <= LONG_SINCE % 100 => (2000 + year, FIRST_YEAR),
        Form::Short => (1900 + year, FIRST_YEAR),
    };
    if full < from { Err(PatentNumberError::Year(full)) } else { Ok(full) }
}

impl fmt::Display for PatentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, check) = (self.kind as u8, self.check());
        match self.form {
            Form::Short => write!(f, "{:02}{kind}{:05}.{check}", self.year % 100, self.serial),
            Form::Long => write!(f, "{:04}{kind}{:07}.{check}", self.year, self.serial),
        }
    }
}

impl fmt::Debug for PatentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatentNumber({self})")
    }
}

impl FromStr for PatentNumber {
    type Err = PatentNumberError;

    fn from_str(text: &str) -> Result<Self, PatentNumberError> {
        Self::parse(text)
    }
}

text_form!(PatentNumber, "a patent number");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_numbers() {
        for text in ["201710601862.3", "95115608.X", "97101765.4"] {
            let number = PatentNumber::parse(text).unwrap();
            assert_eq!(number.to_string(), text);
            assert_eq!(PatentNumber::parse(&format!("ZL{text}")), Ok(number));
        }
    }

    #[test]
    fn made_numbers() {
        let compose = |year, kind, serial| PatentNumber::compose(year, kind, serial).unwrap().to_string();
        assert_eq!(compose(2021, PatentKind::Invention, 1), "202110000001.6");
        assert_eq!(compose(2020, PatentKind::Invention, 123_456), "202010123456.2");
        assert_eq!(compose(2020, PatentKind::PctInvention, 12_345), "202080012345.2");
    }

    #[test]
    fn parts() {
        let old = PatentNumber::parse("95115608.X").unwrap();
        assert_eq!((old.year(), old.kind(), old.serial()), (1995, PatentKind::Invention, 15_608));
        let early = PatentNumber::compose(2001, PatentKind::Design, 12_345).unwrap();
        assert!(early.to_string().starts_with("01312345."));
        assert_eq!(early.to_string().parse(), Ok(early));
    }

    #[test]
    fn only_kinds_1_and_8_are_inventions() {
        let kinds = [
            (PatentKind::Invention, true),
            (PatentKind::UtilityModel, false),
            (PatentKind::Design, false),
            (PatentKind::PctInvention, true),
            (PatentKind::PctUtilityModel, false),
        ];
        for (kind, invention) in kinds {
            assert_eq!(PatentNumber::compose(2020, kind, 1).unwrap().is_invention(), invention);
        }
    }

    #[test]
    fn refusals_say_why() {
        let refusal = |text| PatentNumber::parse(text).unwrap_err().to_string();
        assert_eq!(refusal("201710601862.4"), "check digit of the patent number is '4', expected '3'");
        assert_eq!(refusal("201740601862.3"), "kind '4' of the patent number is none of 1, 2, 3, 8, 9");
        assert_eq!(
            refusal("2017106018623"),
            "patent number '2017106018623' is not twelve digits (eight before October 2003), a point and a check digit"
        );
        assert_eq!(
            refusal("199910601862.3"),
            "year 1999 of the patent number is before its form of number was in use"
        );
        assert!(refusal("ZL").contains("is not twelve digits"));
        assert_eq!(
            PatentNumber::compose(1999, PatentKind::Invention, 100_000).unwrap_err().to_string(),
            "serial 100000 of the patent number has more than 5 digits"
        );
        assert_eq!(PatentNumber::compose(1984, PatentKind::Invention, 1), Err(PatentNumberError::Year(1984)));
    }

    fn kind() -> impl Strategy<Value = PatentKind> {
        prop_oneof![
            Just(PatentKind::Invention),
            Just(PatentKind::UtilityModel),
            Just(PatentKind::Design),
            Just(PatentKind::PctInvention),
            Just(PatentKind::PctUtilityModel),
        ]
    }

    proptest! {
        #[test]
        fn composed_numbers_parse(year in 1985_u16..2100, kind in kind(), serial in 0_u32..100_000) {
            let number = PatentNumber::compose(year, kind, serial).unwrap();
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            prop_assert_eq!((number.year(), number.kind(), number.serial()), (year, kind, serial));
        }

        #[test]
        fn any_changed_digit_is_detected(year in 1985_u16..2100, kind in kind(), serial in 0_u32..100_000, at in 0_usize..14, to in "[0-9X]") {
            let text = PatentNumber::compose(year, kind, serial).unwrap().to_string();
            let changed: String =
                text.chars().enumerate().map(|(i, c)| if i == at { to.clone() } else { c.to_string() }).collect();
            prop_assert_eq!(PatentNumber::parse(&changed).is_ok(), changed == text);
        }

        #[test]
        fn parsing_never_panics(text in "(ZL)?[0-9]{0,13}\\PC{0,3}") {
            if let Ok(number) = PatentNumber::parse(&text) {
                prop_assert_eq!(number.to_string(), text.trim_start_matches("ZL"));
            }
        }
    }
}
