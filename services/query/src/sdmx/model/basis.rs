//! The basis of a figure: what of a year it takes in.

use weir_schemas::plan::{Frequency, Measure};

/// What of the year a figure takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::sdmx) enum Basis {
    /// The year up to the period's end.
    YearToDate,
    /// What is there on the period's last day.
    Stock,
    /// The whole year.
    Annual,
}

impl Basis {
    /// All of them.
    pub(in crate::sdmx) const ALL: [Self; 3] = [Self::YearToDate, Self::Stock, Self::Annual];

    /// That of a measure's figures at a frequency.
    pub(super) const fn of(measure: &Measure, frequency: Frequency) -> Self {
        match frequency {
            _ if measure.is_stock() => Self::Stock,
            Frequency::A => Self::Annual,
            Frequency::Q | Frequency::M => Self::YearToDate,
        }
    }

    /// Its code.
    pub(in crate::sdmx) const fn code(self) -> &'static str {
        match self {
            Self::YearToDate => "YTD",
            Self::Stock => "STOCK",
            Self::Annual => "ANNUAL",
        }
    }
}
