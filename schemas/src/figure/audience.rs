//! For whom figures are, and which cells are kept from them (docs/measures.md §5).

use super::Cells;
use crate::cell::{Cell, Series};
use crate::period::Slot;

/// Who reads figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Audience {
    /// Officials, who see units as well.
    Official,
    /// Analysts, who are sworn: no cell that is confidential by itself. Whoever is not told apart reads as they do.
    #[default]
    Analyst,
    /// Everybody, who reads releases. Their cells were judged when they were cut, and each says itself whether it is kept.
    Public,
}

impl Audience {
    /// Whether a cell is kept from it. One in which nobody says anything new tells what the one before it tells.
    pub(super) fn is_kept_from(self, cells: &Cells, series: &Series, slot: Slot) -> bool {
        let confidential = |cell: &Cell| !cell.conf_status.is_free();
        match self {
            Self::Official => false,
            Self::Public => cells.get(series, slot).is_some_and(confidential),
            Self::Analyst => {
                let told = |slot: &Slot| cells.get(series, *slot).filter(|cell| cell.contributions > 0);
                let mut earlier = std::iter::successors(Some(slot), |slot| {
                    told(slot).filter(|cell| cell.unchanged).and_then(|_| slot.before_in_year())
                });
                earlier.any(|slot| told(&slot).is_some_and(confidential))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codelist::{Area, Field};
    use crate::disclosure::ConfStatus;

    #[test]
    fn what_nobody_changed_tells_what_stood_before() {
        let series = Series { measure: "rd_internal".into(), area: Area::SICHUAN, field: Field::Total };
        let cell = |month, conf_status, unchanged| {
            let empty = Cell::empty(series.clone(), Slot::month(2023, month));
            Cell { contributions: 5, conf_status, unchanged, ..empty }
        };
        let cells: Cells = [
            cell(1, ConfStatus::G, false),
            cell(2, ConfStatus::F, true),
            cell(3, ConfStatus::F, true),
            cell(4, ConfStatus::F, false),
            cell(6, ConfStatus::F, true),
        ]
        .into_iter()
        .collect();
        let kept = |audience: Audience| {
            (1..=6)
                .filter(|month| audience.is_kept_from(&cells, &series, Slot::month(2023, *month)))
                .collect::<Vec<_>>()
        };
        assert_eq!(kept(Audience::Analyst), [1, 2, 3]);
        assert_eq!(kept(Audience::Official), [0_i8; 0]);
        assert_eq!(kept(Audience::Public), [1], "a release says of each cell whether it is kept");
    }
}
