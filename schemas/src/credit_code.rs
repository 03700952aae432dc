//! Unified social credit codes (GB 32100-2015): the identity of every reporting unit.
//!
//! Eighteen characters: registration department, category, six digits of area, nine of organisation code
//! (GB 11714, whose last is a check character of its own), and a check character over the whole.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::codelist::Area;
use crate::text_form::text_form;

/// The 31 characters of a credit code, by value: digits and letters without I, O, S, V, Z.
const ALPHABET: [u8; 31] = *b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^i mod 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714, over the organisation code's first eight characters.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

const LENGTH: usize = 18;
const ORGANISATION: usize = 8;
const ORGANISATION_CHECK: usize = 16;
const CHECK: usize = 17;

/// A credit code, right in form and in both check characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CreditCode([u8; LENGTH]);

/// Why a text is no credit code. Positions count from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CreditCodeError {
    /// Too short or too long.
    #[error("credit code has {found} characters, expected {expected}")]
    Length {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A character no credit code contains.
    #[error(
        "character {position} of the credit code is '{found}', expected a digit or one of ABCDEFGHJKLMNPQRTUWXY"
    )]
    Character {
        /// Where it stands.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// A letter in the area, characters 3 to 8.
    #[error(
        "character {position} of the credit code is '{found}', expected a digit: characters 3 to 8 are the area"
    )]
    Area {
        /// Where it stands.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// The last character does not follow from the others.
    #[error("check character is '{found}', expected '{expected}'")]
    Check {
        /// What stands there.
        found: char,
        /// What the other seventeen demand.
        expected: char,
    },
    /// The seventeenth character does not follow from the eight before it.
    #[error("check character of the organisation code (character 17) is '{found}', expected '{expected}'")]
    OrganisationCheck {
        /// What stands there.
        found: char,
        /// What the organisation code demands.
        expected: char,
    },
}

impl CreditCode {
    /// Reads eighteen characters and checks both check characters.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn parse(text: &str) -> Result<Self, CreditCodeError> {
        let code = Self(characters(text)?);
        let Self(bytes) = code;
        expect(bytes[CHECK], check(&bytes), |found, expected| CreditCodeError::Check { found, expected })?;
        expect(bytes[ORGANISATION_CHECK], organisation_check(&bytes), |found, expected| {
            CreditCodeError::OrganisationCheck { found, expected }
        })?;
        Ok(code)
    }

    /// Completes the first sixteen characters with both check characters.
    ///
    /// # Errors
    /// When they are not sixteen, or not of a credit code's form.
    pub fn with_check_digits(prefix: &str) -> Result<Self, CreditCodeError> {
        let first: [u8; ORGANISATION_CHECK] = characters(prefix)?;
        let mut bytes = [b'0'; LENGTH];
        bytes[..ORGANISATION_CHECK].copy_from_slice(&first);
        bytes[ORGANISATION_CHECK] = organisation_check(&bytes);
        bytes[CHECK] = check(&bytes);
        Ok(Self(bytes))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // All characters are of the alphabet, which is ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The area the code was given in, if the list still holds it. A unit may have moved since.
    pub fn area(self) -> Option<Area> {
        self.as_str().get(2..ORGANISATION).and_then(|digits| Area::parse(digits).ok())
    }
}

/// The characters of a code or of its beginning, if there are `N` of them and each may stand where it stands.
fn characters<const N: usize>(text: &str) -> Result<[u8; N], CreditCodeError> {
    let found = text.chars().count();
    if found != N {
        return Err(CreditCodeError::Length { found, expected: N });
    }
    let mut bytes = [0; N];
    for ((index, character), byte) in text.chars().enumerate().zip(&mut bytes) {
        let position = index + 1;
        *byte = u8::try_from(character)
            .ok()
            .filter(|b| ALPHABET.contains(b))
            .ok_or(CreditCodeError::Character { position, found: character })?;
        if (3..=8).contains(&position) && !byte.is_ascii_digit() {
            return Err(CreditCodeError::Area { position, found: character });
        }
    }
    Ok(bytes)
}

fn expect(
    found: u8,
    expected: u8,
    error: impl FnOnce(char, char) -> CreditCodeError,
) -> Result<(), CreditCodeError> {
    if found == expected { Ok(()) } else { Err(error(found.into(), expected.into())) }
}

fn check(bytes: &[u8; LENGTH]) -> u8 {
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(&byte, weight)| value(byte) * weight).sum();
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// A character's place in the credit code's alphabet.
fn value(byte: u8) -> u32 {
    (0..).zip(ALPHABET).find_map(|(value, letter)| (letter == byte).then_some(value)).unwrap_or_default()
}

fn organisation_check(bytes: &[u8; LENGTH]) -> u8 {
    // GB 11714 counts through the whole alphabet, I, O, S, V and Z included.
    let value = |byte: u8| (byte as char).to_digit(36).unwrap_or_default();
    let sum: u32 = bytes[ORGANISATION..]
        .iter()
        .zip(ORGANISATION_WEIGHTS)
        .map(|(&byte, weight)| value(byte) * weight)
        .sum();
    *b"0X987654321".get((sum % 11) as usize).unwrap_or(&b'0')
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({self})")
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;

    fn from_str(text: &str) -> Result<Self, CreditCodeError> {
        Self::parse(text)
    }
}

text_form!(CreditCode, "an eighteen-character credit code");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_codes() {
        for text in ["91110000600037341L", "91350100M000100Y43", "11320000MB151840XJ"] {
            assert_eq!(CreditCode::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn made_codes() {
        for text in ["91510100MA6C00017C", "91510700MA6C000256", "91511500MA6C000333"] {
            assert_eq!(CreditCode::with_check_digits(&text[..16]).unwrap().as_str(), text);
            assert!(CreditCode::parse(text).is_ok());
        }
        assert_eq!(
            CreditCode::parse("91510700MA6C000256").unwrap().area(),
            Some(Area::parse("510700").unwrap())
        );
    }

    #[test]
    fn refusals_say_why() {
        let refusal = |text| CreditCode::parse(text).unwrap_err().to_string();
        assert_eq!(refusal("91350100M000100Y4Z"), CHARACTER_18_Z);
        assert_eq!(refusal("91510100MA6C000177"), "check character is '7', expected 'C'");
        assert_eq!(refusal("91510100MA6C00017"), "credit code has 17 characters, expected 18");
        assert_eq!(
            refusal("9151O100MA6C00017C"),
            "character 5 of the credit code is 'O', expected a digit or one of ABCDEFGHJKLMNPQRTUWXY"
        );
        assert_eq!(
            refusal("9151A100MA6C00017C"),
            "character 5 of the credit code is 'A', expected a digit: characters 3 to 8 are the area"
        );
        assert_eq!(
            refusal("９1510100MA6C00017C").split(',').next(),
            Some("character 1 of the credit code is '９'")
        );
    }

    const CHARACTER_18_Z: &str =
        "character 18 of the credit code is 'Z', expected a digit or one of ABCDEFGHJKLMNPQRTUWXY";

    #[test]
    fn the_organisation_codes_own_check_is_checked() {
        // The seventeenth character changed, and the last made to fit.
        let mut bytes = *b"91510100MA6C00011X";
        bytes[CHECK] = check(&bytes);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(
            CreditCode::parse(&text).unwrap_err().to_string(),
            "check character of the organisation code (character 17) is '1', expected '7'"
        );
    }

    fn prefix() -> impl Strategy<Value = String> {
        let letter = "[0-9ABCDEFGHJKLMNPQRTUWXY]";
        proptest::string::string_regex(&format!("{letter}{{2}}[0-9]{{6}}{letter}{{8}}")).unwrap()
    }

    proptest! {
        #[test]
        fn composed_codes_parse(prefix in prefix()) {
            let code = CreditCode::with_check_digits(&prefix).unwrap();
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_eq!(&code.as_str()[..16], prefix);
        }

        #[test]
        fn any_changed_character_is_detected(prefix in prefix(), at in 0_usize..18, to in any::<char>()) {
            let code = CreditCode::with_check_digits(&prefix).unwrap();
            let changed: String = code.as_str().chars().enumerate().map(|(i, c)| if i == at { to } else { c }).collect();
            prop_assert_eq!(CreditCode::parse(&changed).is_ok(), changed == code.as_str());
        }

        #[test]
        fn any_changed_character_of_the_alphabet_is_detected(prefix in prefix(), at in 0_usize..18, to in 0_usize..31) {
            let code = CreditCode::with_check_digits(&prefix).unwrap();
            let mut changed = code.as_str().as_bytes().to_vec();
            changed[at] = ALPHABET[to];
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(CreditCode::parse(&changed).is_ok(), changed == code.as_str());
        }

        #[test]
        fn two_exchanged_neighbours_are_detected(prefix in prefix(), at in 0_usize..16) {
            let code = CreditCode::with_check_digits(&prefix).unwrap();
            let mut changed = code.as_str().as_bytes().to_vec();
            changed.swap(at, at + 1);
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(CreditCode::parse(&changed).is_ok(), changed == code.as_str());
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,20}") {
            let _ = CreditCode::parse(&text);
        }
    }
}
