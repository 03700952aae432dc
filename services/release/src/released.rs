//! The cells of a release, as the log keeps them.

use std::collections::HashMap;

use weir_schemas::cell::{Cell, Series};
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact;
use weir_schemas::plan::Plan;
use weir_schemas::release::Released;

use crate::cut::Shown;
use crate::outline::Place;
use crate::province::Judged;
use crate::reading::{OutOfRange, Remarks};

/// The protected cells of an earlier release, by place.
pub type Earlier = HashMap<Place, Released>;

/// By place, what an earlier release showed.
pub fn showed(released: &Earlier) -> HashMap<Place, Shown> {
    let shown = |released: &Released| match released.cell.conf_status {
        status if !status.is_free() => Shown::Suppressed(status),
        _ => usize::try_from(released.since)
            .map_or(Shown::Nothing, |since| Shown::AsOf(since.saturating_sub(1))),
    };
    released.iter().map(|(place, released)| (*place, shown(released))).collect()
}

/// The protected cells among those of a release, by place. What the plan does not know any more is left out.
pub fn protected(plan: &Plan, released: Vec<Released>) -> Earlier {
    let numbers: HashMap<&str, usize> = (0..)
        .zip(&plan.measures)
        .filter(|(_, measure)| measure.is_protected())
        .map(|(n, m)| (&*m.id, n))
        .collect();
    let place = |released: Released| {
        let Series { measure, area, field } = &released.cell.series;
        let measure = *numbers.get(&**measure)?;
        Some((Place { measure, area: *area, field: *field, slot: released.cell.slot }, released))
    };
    released.into_iter().filter_map(place).collect()
}

/// The cell that a release has at a place, if it has one; `before` is that of the release before it, and `number` its own number.
///
/// # Errors
/// When a sum is out of range.
pub fn cell(
    plan: &Plan,
    judged: &Judged,
    remarks: Option<&Remarks>,
    before: Option<&Released>,
    number: u32,
) -> Result<Option<Released>, OutOfRange> {
    let Judged { place, shown, sum, contributors } = judged;
    let out_of_range = || OutOfRange::Sum { place: *place };
    let Some(measure) = plan.measures.get(place.measure).map(|measure| measure.id.clone()) else {
        return Ok(None);
    };
    let empty = Cell::empty(Series { measure, area: place.area, field: place.field }, place.slot);
    let synthetic = remarks.is_some_and(|remarks| remarks.synthetic);
    let compiled = remarks.and_then(|remarks| remarks.supplement);
    let added = compiled.unwrap_or(0);
    let supplement = exact::from_millionths(added).ok_or_else(out_of_range)?;
    let stands = |cut: usize| usize::try_from(number).is_ok_and(|number| cut + 1 < number);
    let released = match shown {
        Shown::Suppressed(conf_status) => {
            let synthetic = synthetic || before.is_some_and(|before| before.cell.synthetic);
            let cell = Cell { conf_status: *conf_status, contributions: 1, synthetic, ..empty };
            Released { cell, since: number }
        }
        Shown::AsOf(cut) if stands(*cut) => {
            let Some(Released { cell, since }) = before.cloned() else { return Ok(None) };
            // What was compiled without unit records is told as it is now, and where it was all there was it may be gone.
            if cell.contributors == 0 && compiled.is_none() {
                return Ok(None);
            }
            let value =
                cell.value.checked_sub(cell.supplement).and_then(|value| value.checked_add(supplement));
            let value = value.ok_or_else(out_of_range)?;
            let synthetic = cell.synthetic || (synthetic && !supplement.is_zero());
            Released { cell: Cell { value, accepted: value, supplement, synthetic, ..cell }, since }
        }
        Shown::Nothing | Shown::AsOf(_) => {
            let is_new = *shown == Shown::Nothing;
            if is_new && remarks.is_none() {
                return Ok(None);
            }
            let sum = i128::try_from(*sum).ok().and_then(|sum| sum.checked_add(added));
            let value = sum.and_then(exact::from_millionths).ok_or_else(out_of_range)?;
            let cell = Cell {
                value,
                supplement,
                accepted: value,
                contributions: remarks.map_or(0, |remarks| remarks.contributions),
                contributors: *contributors,
                status: remarks.map_or(ObsStatus::A, |remarks| remarks.status),
                forms: remarks
                    .into_iter()
                    .flat_map(|remarks| &remarks.forms)
                    .map(|form| (*form).to_owned())
                    .collect(),
                synthetic,
                ..empty
            };
            Released { cell, since: number }
        }
    };
    Ok(Some(released))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use weir_schemas::codelist::{Area, Field};
    use weir_schemas::period::Slot;
    use weir_schemas::plan::SICHUAN_14;

    use super::*;

    fn remarks(supplement: Option<i128>) -> Remarks {
        let (status, forms) = (ObsStatus::A, BTreeSet::new());
        Remarks { supplement, contributions: 1, status, forms, synthetic: false }
    }

    fn judged(plan: &Plan, shown: Shown, sum: u128) -> Judged {
        let measure = plan.measures.iter().position(|measure| &*measure.id == "rd_internal").unwrap();
        let place = Place { measure, area: Area::SICHUAN, field: Field::Total, slot: Slot::year(2024) };
        Judged { place, shown, sum, contributors: u64::from(sum > 0) * 9 }
    }

    #[test]
    fn where_a_supplement_is_all_there_was_nothing_is_left_when_it_is_voided() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let alone = cell(&plan, &judged(&plan, Shown::Nothing, 0), Some(&remarks(Some(7))), None, 1);
        let alone = alone.unwrap().unwrap();
        assert!(!alone.cell.value.is_zero());
        let stands = judged(&plan, Shown::AsOf(0), 0);
        let next =
            |remarks: Option<Remarks>| cell(&plan, &stands, remarks.as_ref(), Some(&alone), 2).unwrap();
        assert_eq!(next(None), None);
        assert_eq!(next(Some(remarks(None))), None, "what others say there is not shown");
        assert_eq!(next(Some(remarks(Some(0)))).unwrap().cell.value, 0.into(), "nothing was compiled");
        // Beside what contributors say it is taken off.
        let beside = cell(&plan, &judged(&plan, Shown::AsOf(0), 5), Some(&remarks(Some(7))), None, 1);
        let beside = beside.unwrap().unwrap();
        let left = cell(&plan, &stands, None, Some(&beside), 2).unwrap().unwrap();
        assert_eq!(left.cell.value, beside.cell.value - beside.cell.supplement);
    }

    #[test]
    fn a_sum_that_no_cell_holds_is_an_error_that_names_nobody() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let large = judged(&plan, Shown::AsOf(0), u128::MAX);
        let refused = cell(&plan, &large, Some(&remarks(None)), None, 1).unwrap_err();
        assert_eq!(refused.to_string(), "a sum is out of range");
        let said =
            OutOfRange::Said { subject: "91510100MA0000000A".to_owned(), measure: "rd_internal".to_owned() };
        assert!(!said.to_string().contains("9151") && !said.to_string().contains("rd_internal"));
    }
}
