//! Which cells a table has: those that the public sees of a group of measures in a year (docs/measures.md §5).

use std::collections::HashMap;

use jiff::civil::Date;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::frequencies;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Frequency, Plan};

use crate::group::Group;
use crate::table::Position;

/// The slots of a year: its months, then the year itself.
pub(crate) const SLOTS: usize = 13;

/// The place of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The measure's number in the plan.
    pub measure: usize,
    /// The area.
    pub area: Area,
    /// The field.
    pub field: Field,
    /// The slot.
    pub slot: Slot,
}

/// The cells of a table.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Their places, by number.
    pub places: Vec<Place>,
    pub(crate) positions: Vec<Position>,
    pub(crate) numbers: HashMap<Place, usize>,
}

impl Outline {
    /// The cells of a group of measures in a year: of quarters and the year those of the province by field and of the
    /// prefectures; then of the other months that of the province. Of periods that have begun on `day`.
    pub fn of(plan: &Plan, group: &Group, year: i16, day: Date) -> Self {
        let mut outline = Self { places: Vec::new(), positions: Vec::new(), numbers: HashMap::new() };
        let whole = Field::ALL.into_iter().map(|field| (plan.area, field));
        let parts = plan.area.children().map(|area| (area, Field::Total));
        let shown: Vec<(Area, Field)> = whole.chain(parts).collect();
        let mut series = HashMap::new();
        // Of numbers that are shown side by side in a year the later one decided on gives way: that is a month.
        for months in [false, true] {
            for measure in &group.measures {
                let often = plan.measures.get(*measure).map_or(&[][..], frequencies);
                for (area, field) in &shown {
                    let next = series.len();
                    let series = *series.entry((*measure, *area, *field)).or_insert(next);
                    let is_whole = (*area, *field) == (plan.area, Field::Total);
                    for slot in slots(often, months, is_whole) {
                        let place =
                            Place { measure: *measure, area: *area, field: *field, slot: at(year, slot) };
                        if place.slot.period().last_month_begins() > day {
                            continue;
                        }
                        outline.numbers.insert(place, outline.places.len());
                        outline.places.push(place);
                        outline.positions.push(Position { series, slot });
                    }
                }
            }
        }
        outline
    }
}

/// The slots of a year that are shown, from 0: the ends of quarters and the year, or the other months.
fn slots(often: &[Frequency], months: bool, is_whole: bool) -> impl Iterator<Item = usize> {
    let [year, quarterly, monthly] =
        [Frequency::A, Frequency::Q, Frequency::M].map(|one| often.contains(&one));
    (0..SLOTS).filter(move |slot| match (slot + 1 == SLOTS, (slot + 1).is_multiple_of(3)) {
        (true, _) => !months && year,
        (false, true) => !months && quarterly,
        (false, false) => months && monthly && is_whole,
    })
}

/// A year's slot by its place in it, from 0.
pub(crate) fn at(year: i16, slot: usize) -> Slot {
    match i8::try_from(slot + 1) {
        Ok(month) if slot + 1 < SLOTS => Slot::month(year, month),
        _ => Slot::year(year),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use weir_schemas::plan::SICHUAN_14;
    use weir_schemas::release::is_public;

    use super::*;
    use crate::group::groups;

    #[test]
    fn the_public_sees_the_province_by_field_and_prefectures_by_total() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let of = |measure: &str, day| {
            let number = plan.measures.iter().position(|one| &*one.id == measure).unwrap();
            let groups = groups(&plan);
            let group = groups.iter().find(|group| group.measures.contains(&number)).unwrap();
            Outline::of(&plan, group, 2024, day)
        };
        let contracts = of("contract_turnover", date(2024, 12, 1));
        // Twelve fields and 21 prefectures, in four quarters and the year; eight months more of the whole.
        assert_eq!(contracts.places.len(), 33 * 5 + 8);
        let is_quarterly =
            |place: &Place| place.slot.is_year() || (place.slot.number() % 100).is_multiple_of(3);
        assert!(contracts.places[..33 * 5].iter().all(is_quarterly), "those come first");
        // Filed for whole years.
        assert_eq!(of("rd_internal", date(2025, 3, 1)).places.len(), 4 * 33);
        assert_eq!(
            of("contract_turnover", date(2024, 5, 1)).places.len(),
            33 + 4,
            "the second quarter has not ended"
        );
        for (number, place) in contracts.places.iter().enumerate() {
            assert_eq!(contracts.numbers[place], number);
        }
    }

    /// What a release has cells of, and what readers are told it has, is written twice: which cells there are, and whether one is among them.
    #[test]
    fn a_table_has_the_cells_that_are_public() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let parts = plan.area.children().flat_map(|area| std::iter::once(area).chain(area.children()));
        let areas: Vec<Area> = std::iter::once(plan.area).chain(parts).collect();
        for group in groups(&plan) {
            for year in plan.calendar.from..=plan.calendar.to {
                let outline = Outline::of(&plan, &group, year, date(year + 2, 1, 1));
                for (measure, area, field, slot) in group.measures.iter().flat_map(|measure| {
                    areas.iter().flat_map(move |area| {
                        let fields = Field::ALL.into_iter();
                        fields.flat_map(move |field| {
                            (0..SLOTS).map(move |slot| (*measure, *area, field, at(year, slot)))
                        })
                    })
                }) {
                    let place = Place { measure, area, field, slot };
                    let answered = frequencies(&plan.measures[measure]).contains(&frequency(slot));
                    assert_eq!(
                        outline.numbers.contains_key(&place),
                        answered && is_public(&plan, area, field, slot),
                        "{} at {place:?}",
                        plan.measures[measure].id
                    );
                }
            }
        }
    }

    /// The least frequent frequency at which a slot is answered.
    fn frequency(slot: Slot) -> Frequency {
        match (slot.is_year(), (slot.number() % 100).is_multiple_of(3)) {
            (true, _) => Frequency::A,
            (false, true) => Frequency::Q,
            (false, false) => Frequency::M,
        }
    }
}
