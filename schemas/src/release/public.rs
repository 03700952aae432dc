//! Which cells releases have (docs/measures.md §5).

use crate::codelist::{Area, Field};
use crate::period::Slot;
use crate::plan::{Frequency, Plan};

/// Whether the public sees a cell there, as far as it is not confidential: of quarters and years those of the province by
/// field and of its parts by total, of other months that of the province alone.
pub fn is_public(plan: &Plan, area: Area, field: Field, slot: Slot) -> bool {
    let is_whole = area == plan.area;
    let is_part = area.parent() == Some(plan.area);
    let quarterly = slot.is_year() || (slot.number() % 100).is_multiple_of(3);
    match field {
        Field::Total if is_whole => true,
        Field::Total => is_part && quarterly,
        _ => is_whole && quarterly,
    }
}

/// Whether the public sees figures of an area and a field at every period of a frequency.
pub fn is_released(plan: &Plan, area: Area, field: Field, frequency: Frequency) -> bool {
    let year = plan.calendar.from;
    let one = match frequency {
        Frequency::A => Slot::year(year),
        Frequency::Q => Slot::month(year, 3),
        Frequency::M => Slot::month(year, 1),
    };
    is_public(plan, area, field, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::SICHUAN_14;

    #[test]
    fn nothing_finer_is_public() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let public = |area: u32, field, slot| is_public(&plan, Area::from_u32(area).unwrap(), field, slot);
        let (quarter, month, year) = (Slot::month(2024, 6), Slot::month(2024, 5), Slot::year(2024));
        for slot in [quarter, year] {
            assert!(public(510_000, Field::F01, slot) && public(510_000, Field::Unknown, slot));
            assert!(public(510_700, Field::Total, slot));
            assert!(!public(510_700, Field::F01, slot) && !public(510_704, Field::Total, slot));
        }
        assert!(public(510_000, Field::Total, month));
        assert!(!public(510_000, Field::F01, month) && !public(510_700, Field::Total, month));
    }

    #[test]
    fn months_are_released_of_the_whole_alone() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let released =
            |area: u32, field, frequency| is_released(&plan, Area::from_u32(area).unwrap(), field, frequency);
        for frequency in [Frequency::A, Frequency::Q] {
            assert!(released(510_000, Field::F01, frequency) && released(510_700, Field::Total, frequency));
            assert!(!released(510_700, Field::F01, frequency) && !released(510_704, Field::Total, frequency));
        }
        assert!(released(510_000, Field::Total, Frequency::M));
        assert!(!released(510_000, Field::F01, Frequency::M));
        assert!(!released(510_700, Field::Total, Frequency::M));
    }
}
