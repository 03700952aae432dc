//! Growth on the comparable panel: the reports in force that say this year and the year before.

use rust_decimal::Decimal;

use super::{Audience, Figures};
use crate::cell::{Cell, Series};
use crate::codelist::{Area, Field};
use crate::exact::Exact;
use crate::period::Period;
use crate::plan::Measure;

/// The fewest units outside the panel, if there are any: the total less the panel would tell what fewer of them report.
const OUTSIDE_LEAST: u64 = 3;

/// Growth on the comparable panel against the same period of the year before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Growth {
    /// No report says both years, or those that do had nothing the year before.
    Missing,
    /// It would tell what single units report.
    Withheld(Withheld),
    /// It is known.
    Known {
        /// Σ this year / Σ the year before − 1, exact: 0.05 is growth by 5 %.
        rate: Exact,
        /// The units in the panel with all their reports.
        contributors: u64,
    },
}

/// Why growth is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// The figure itself is kept from the reader.
    Figure,
    /// One or two units lie outside the panel, and would be told by the difference. So from everybody.
    Outside,
    /// What is said in the panel, now or of the year before, is kept from the reader.
    Panel,
}

impl Growth {
    /// The growth that a cell tells.
    pub fn of(cell: &Cell) -> Self {
        let Some(ratio) = Exact::ratio(cell.panel, cell.panel_prior) else { return Self::Missing };
        let outside = cell.contributors.saturating_sub(cell.panel_contributors);
        if (1..OUTSIDE_LEAST).contains(&outside) {
            return Self::Withheld(Withheld::Outside);
        }
        Self::Known { rate: ratio.minus(Decimal::ONE), contributors: cell.panel_contributors }
    }
}

impl Figures<'_> {
    /// Growth of a measure on its comparable panel. Only revenue has one, also summed over forms; of others it is missing.
    pub fn growth(&self, measure: &Measure, area: Area, field: Field, period: Period) -> Growth {
        let series = Series { measure: measure.id.clone(), area, field };
        if measure.is_protected() && self.audience().is_kept_from(self.cells(), &series, period.slot()) {
            return Growth::Withheld(Withheld::Figure);
        }
        let Some(cell) = self.cells().get(&series, period.slot()) else { return Growth::Missing };
        match Growth::of(cell) {
            Growth::Known { .. }
                if self.audience() != Audience::Official && !cell.panel_conf_status.is_free() =>
            {
                Growth::Withheld(Withheld::Panel)
            }
            growth => growth,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::period::Slot;

    fn cell(panel: i64, prior: i64, inside: u64, all: u64) -> Cell {
        let series =
            Series { measure: "industrial_revenue".into(), area: Area::SICHUAN, field: Field::Total };
        let (panel, panel_prior) = (Decimal::from(panel), Decimal::from(prior));
        let empty = Cell::empty(series, Slot::month(2023, 6));
        Cell { panel, panel_prior, panel_contributors: inside, contributors: all, ..empty }
    }

    fn shown(panel: i64, prior: i64, inside: u64, all: u64) -> String {
        match Growth::of(&cell(panel, prior, inside, all)) {
            Growth::Missing => "missing".into(),
            Growth::Withheld(_) => "withheld".into(),
            Growth::Known { rate, contributors } => format!("{} of {contributors}", rate.value()),
        }
    }

    #[test]
    fn the_panel_grows_by_what_its_own_units_say() {
        assert_eq!(shown(105, 100, 7, 7), "0.050000 of 7");
        assert_eq!(shown(2, 3, 7, 7), "-0.333333 of 7");
        assert_eq!(shown(0, 3, 1, 1), "-1.000000 of 1");
    }

    #[test]
    fn it_is_withheld_while_one_or_two_units_lie_outside() {
        let outside = [0, 1, 2, 3, 4].map(|outside| shown(105, 100, 7, 7 + outside));
        let known = "0.050000 of 7";
        assert_eq!(outside, [known, "withheld", "withheld", known, known]);
    }

    #[test]
    fn nothing_grows_from_nothing() {
        assert_eq!(shown(105, 0, 7, 7), "missing");
        assert_eq!(shown(0, 0, 0, 7), "missing");
        // Whether it is missing is no secret: the total less nothing is the total.
        assert_eq!(shown(0, 0, 0, 1), "missing");
    }

    proptest! {
        #[test]
        fn growth_is_exact(panel in 0_i64..10_i64.pow(15), prior in 1_i64..10_i64.pow(15)) {
            let Growth::Known { rate, .. } = Growth::of(&cell(panel, prior, 3, 3)) else { panic!("known") };
            prop_assert_eq!(rate.minus(-Decimal::ONE), Exact::ratio(panel.into(), prior.into()).unwrap());
        }
    }
}
