//! The limits that a plan file sets, `[disclosure]`.

use serde::{Deserialize, Serialize};

use super::PrimaryRules;

/// How far figures may tell of single units. The defaults are those of docs/measures.md §5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The fewest contributors of a figure that is shown.
    pub contributors: u64,
    /// The p of the p % rule, of the primary rules.
    pub percent: u16,
    /// How many per cent off, either way, whoever reads all releases must believe that a confidential sum may be.
    pub interval: u16,
}

impl Default for Limits {
    /// Three contributors, and 10 % of both.
    fn default() -> Self {
        Self { contributors: 3, percent: 10, interval: 10 }
    }
}

impl Limits {
    /// Those of the primary rules.
    pub const fn primary(&self) -> PrimaryRules {
        PrimaryRules { contributors: self.contributors, percent: self.percent }
    }
}
