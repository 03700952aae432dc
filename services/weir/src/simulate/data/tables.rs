//! Tables of what is derived or drawn: vintages of reference values, and registers.

use serde::Deserialize;
use weir_schemas::event::{Register, RegisterLevel};

/// A vintage in which a series is published, and what it changes.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::simulate) struct VintageRow {
    pub(in crate::simulate) series: String,
    pub(in crate::simulate) vintage: String,
    /// The first and the last year it describes.
    pub(in crate::simulate) from: i16,
    pub(in crate::simulate) to: i16,
    /// Of the year's end: month and day so many years later.
    pub(in crate::simulate) years_after: i16,
    pub(in crate::simulate) month: i8,
    pub(in crate::simulate) day: i8,
    /// Against the value first published, of ten thousand.
    pub(in crate::simulate) change: i64,
}

/// A register, and how many enter it in each year.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::simulate) struct RegisterRow {
    pub(in crate::simulate) register: Register,
    /// What its entries are called.
    pub(in crate::simulate) name: String,
    types: String,
    /// Who recognises entries, where somebody does.
    pub(in crate::simulate) level: Option<RegisterLevel>,
    /// Whether a smaller province has fewer.
    pub(in crate::simulate) shrinks: bool,
    /// Those that stand before the first year.
    before: u64,
    y2021: u64,
    y2022: u64,
    y2023: u64,
    y2024: u64,
    y2025: u64,
    /// Those that leave in a year.
    pub(in crate::simulate) removed: u64,
}

impl RegisterRow {
    /// How many enter in a year; in the one before the first, those that stand already.
    pub(in crate::simulate) const fn entering(&self, year: i16) -> u64 {
        match year {
            2020 => self.before,
            2021 => self.y2021,
            2022 => self.y2022,
            2023 => self.y2023,
            2024 => self.y2024,
            2025 => self.y2025,
            _ => 0,
        }
    }

    /// What kinds of entries there are.
    pub(in crate::simulate) fn types(&self) -> Vec<&str> {
        self.types.split('|').filter(|kind| !kind.is_empty()).collect()
    }
}
