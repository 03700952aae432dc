//! What ClickHouse holds of single events, for those who may see them. Replayed rows equal their first copies, so each is
//! taken once.

mod contributions;
mod events;
mod exceptions;
mod findings;

use weir_schemas::codelist::{Area, AreaLevel};

pub(crate) use contributions::{Behind, BehindKey, Entering, PartSum, behind, moments, parts};
pub(crate) use events::{Copy, Entry, Identity, Place, copies, entries, history, lost, subjects};
pub(crate) use exceptions::{Conflict, SetAside, conflicts, count_conflicts, count_set_aside, set_aside};
pub(crate) use findings::{Found, Raised, Wanted, count_findings, findings, of_subjects};

/// The codes of all that lies in some areas, as ranges. What has no area has code 0, and lies in `whole` alone: the
/// plan's area.
pub(crate) fn inside(areas: &[Area], whole: Area) -> Vec<(u32, u32)> {
    let span = |area: &Area| {
        let code = area.as_u32();
        let last = match area.level() {
            AreaLevel::Province => code + 9_999,
            AreaLevel::Prefecture => code + 99,
            AreaLevel::County => code,
        };
        (code, last)
    };
    let nowhere = areas.contains(&whole).then_some((0, 0));
    areas.iter().map(span).chain(nowhere).collect()
}

/// The codes of all there is: inside the plan's area, outside it, or nowhere.
pub(crate) const EVERYWHERE: (u32, u32) = (0, u32::MAX);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_the_codes_of_all_inside_it() {
        let area = |code: &str| code.parse::<Area>().unwrap();
        let sichuan = Area::SICHUAN;
        assert_eq!(
            inside(&[area("510704"), area("510700")], sichuan),
            [(510_704, 510_704), (510_700, 510_799)]
        );
        assert_eq!(inside(&[sichuan], sichuan), [(510_000, 519_999), (0, 0)]);
        // A city governed by its province directly has no counties.
        assert!(Area::all().filter(|one| one.level() != AreaLevel::County).all(|one| {
            let [(from, to)] = inside(&[one], area("110000"))[..] else { return one.as_u32() == 110_000 };
            Area::all()
                .filter(|other| one.contains(*other))
                .all(|other| (from..=to).contains(&other.as_u32()))
        }));
    }
}
