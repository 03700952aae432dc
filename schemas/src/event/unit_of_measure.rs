//! Units of measure and their conversion to base units (yuan, persons, person-years, pieces).

use rust_decimal::Decimal;
use serde::Serialize;

use super::json::Json;
use super::read::{Complaint, FromJson, text};
use crate::exact;
use crate::problem::Code;

/// A unit of measure that a value may travel in. Written as its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitOfMeasure {
    word: &'static str,
    base: &'static str,
    factor: u32,
}

const UNITS: &[UnitOfMeasure] = &[
    UnitOfMeasure { word: "CNY", base: "CNY", factor: 1 },
    UnitOfMeasure { word: "kCNY", base: "CNY", factor: 1_000 },
    UnitOfMeasure { word: "wCNY", base: "CNY", factor: 10_000 },
    UnitOfMeasure { word: "100MCNY", base: "CNY", factor: 100_000_000 },
    UnitOfMeasure { word: "persons", base: "persons", factor: 1 },
    UnitOfMeasure { word: "10k_persons", base: "persons", factor: 10_000 },
    UnitOfMeasure { word: "person_years", base: "person_years", factor: 1 },
    UnitOfMeasure { word: "units", base: "units", factor: 1 },
    UnitOfMeasure { word: "percent", base: "percent", factor: 1 },
];

impl UnitOfMeasure {
    /// Yuan, the unit of money where none is given.
    pub(crate) const YUAN: Self = UNITS[0];

    /// Every unit of measure.
    pub fn all() -> impl Iterator<Item = Self> {
        UNITS.iter().copied()
    }

    /// The units of money, which a report may be sent in.
    pub fn money() -> impl Iterator<Item = Self> {
        Self::all().filter(|unit| unit.is_money())
    }

    /// The unit as it is written.
    pub const fn word(self) -> &'static str {
        self.word
    }

    /// The base unit its values are kept in.
    pub const fn base(self) -> &'static str {
        self.base
    }

    /// Whether it counts money.
    pub fn is_money(self) -> bool {
        self.base == "CNY"
    }

    /// `value` in the base unit, or a complaint if that is out of range.
    pub(crate) fn to_base(self, value: Decimal) -> Result<Decimal, Complaint> {
        value
            .checked_mul(Decimal::from(self.factor))
            .filter(|base| exact::fits(*base))
            .map(|base| base.normalize())
            .ok_or_else(|| (Code::Decimal, format!("is out of range in {}", self.base)))
    }
}

impl Serialize for UnitOfMeasure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word)
    }
}

impl FromJson for UnitOfMeasure {
    fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
        let word = text(value)?;
        UNITS.iter().copied().find(|unit| unit.word == word).ok_or_else(|| {
            let words: Vec<&str> = UNITS.iter().map(|unit| unit.word).collect();
            (Code::Unit, format!("must be one of {}", words.join(", ")))
        })
    }
}
