//! Registration numbers of technology contracts: sixteen digits, whose inner structure is not enforced.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::codelist::Area;
use crate::excerpt::quoted;
use crate::text_form::text_form;

const LENGTH: usize = 16;

/// A contract's registration number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContractNumber(u64);

/// Why a text, or what it would be made of, is no registration number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ContractNumberError {
    /// Not sixteen digits.
    #[error("contract registration number '{0}' is not sixteen digits")]
    Form(String),
    /// A part with more digits than its place.
    #[error("{part} {value} of the contract registration number has more than {digits} digits")]
    Part {
        /// Year, office or serial.
        part: &'static str,
        /// Its value.
        value: u32,
        /// How many digits it may have.
        digits: u32,
    },
}

impl ContractNumber {
    /// Reads sixteen digits.
    ///
    /// # Errors
    /// When the text is not sixteen digits.
    pub fn parse(text: &str) -> Result<Self, ContractNumberError> {
        let malformed = || ContractNumberError::Form(quoted(text));
        if text.len() != LENGTH || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed());
        }
        text.parse().map(Self).map_err(|_| malformed())
    }

    /// Makes a number in the customary structure: year (4), prefecture (4), office (2), serial (6).
    ///
    /// # Errors
    /// When a part has too many digits for its place.
    pub fn compose(year: u16, area: Area, office: u8, serial: u32) -> Result<Self, ContractNumberError> {
        let part = |part, value: u32, digits| {
            if value < 10_u32.pow(digits) {
                Ok(u64::from(value))
            } else {
                Err(ContractNumberError::Part { part, value, digits })
            }
        };
        let year = part("year", year.into(), 4)?;
        let office = part("office", office.into(), 2)?;
        let serial = part("serial", serial, 6)?;
        let prefecture = u64::from(area.as_u32() / 100);
        Ok(Self(((year * 10_000 + prefecture) * 100 + office) * 1_000_000 + serial))
    }
}

impl fmt::Display for ContractNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016}", self.0)
    }
}

impl fmt::Debug for ContractNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContractNumber({self})")
    }
}

impl FromStr for ContractNumber {
    type Err = ContractNumberError;

    fn from_str(text: &str) -> Result<Self, ContractNumberError> {
        Self::parse(text)
    }
}

text_form!(ContractNumber, "a sixteen-digit registration number");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn composes_in_the_customary_structure() {
        let area = Area::parse("510704").unwrap();
        assert_eq!(ContractNumber::compose(2023, area, 1, 42).unwrap().to_string(), "2023510701000042");
        assert_eq!(
            ContractNumber::compose(2023, area, 100, 42).unwrap_err().to_string(),
            "office 100 of the contract registration number has more than 2 digits"
        );
    }

    #[test]
    fn refuses_what_is_not_sixteen_digits() {
        for text in ["", "202351070100004", "20235107010000421", "2023510701O00042", "+023510701000042"] {
            assert_eq!(ContractNumber::parse(text), Err(ContractNumberError::Form(text.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn text_round_trip(text in "[0-9]{16}") {
            let number = ContractNumber::parse(&text).unwrap();
            prop_assert_eq!(number.to_string(), text);
        }
    }
}
