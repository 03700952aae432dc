//! How much of what happens is told.

use weir_schemas::event::{Form, Level};
use weir_schemas::period::Period;

use super::scale::Scale;

/// All levels, in the order in which they review.
pub(super) const LEVELS: [Level; 3] = [Level::County, Level::City, Level::Province];

/// How much of what happens is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Every unit files every month, and every level reviews every report.
    Whole,
    /// What a demonstration needs: the same figures for whole years out of a fifth of the events.
    Demo,
}

impl Detail {
    /// How many high-tech enterprises of above-scale industry, the largest, file every month.
    pub(super) fn monthly(self, scale: Scale) -> usize {
        match self {
            Detail::Whole => usize::MAX,
            Detail::Demo => usize::try_from(scale.count(225)).unwrap_or(usize::MAX),
        }
    }

    /// The levels that review a report about which there is nothing to say. The demonstration has the province's
    /// word alone, on R&D and on the revenue of whole years, which is what releases are made of.
    pub(super) fn reviewers(self, form: Form, period: Period) -> &'static [Level] {
        let research = matches!(form, Form::F107_2 | Form::RdInst | Form::RdHe);
        let counts = research || period.last_month() == 12;
        match self {
            Detail::Whole => &LEVELS,
            Detail::Demo if counts => &LEVELS[2..],
            Detail::Demo => &[],
        }
    }

    /// Of how many prefectures, and of how many counties, the rounds are told.
    pub(super) const fn rounds(self) -> (usize, usize) {
        match self {
            Detail::Whole => (usize::MAX, usize::MAX),
            Detail::Demo => (2, 1),
        }
    }
}
