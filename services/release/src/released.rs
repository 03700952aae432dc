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
use crate::reading::Remarks;

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
/// `None` also where a sum is out of range, as no sum of words is.
pub fn cell(
    plan: &Plan,
    judged: &Judged,
    remarks: Option<&Remarks>,
    before: Option<&Released>,
    number: u32,
) -> Option<Released> {
    let Judged { place, shown, sum, contributors } = judged;
    let measure = plan.measures.get(place.measure)?.id.clone();
    let empty = Cell::empty(Series { measure, area: place.area, field: place.field }, place.slot);
    let synthetic = remarks.is_some_and(|remarks| remarks.synthetic);
    let added = remarks.map_or(0, |remarks| remarks.supplement);
    let supplement = exact::from_millionths(added)?;
    match shown {
        Shown::Suppressed(conf_status) => {
            let synthetic = synthetic || before.is_some_and(|before| before.cell.synthetic);
            let cell = Cell { conf_status: *conf_status, contributions: 1, synthetic, ..empty };
            Some(Released { cell, since: number })
        }
        Shown::AsOf(cut) if cut + 1 < usize::try_from(number).ok()? => {
            let Released { cell, since } = before?.clone();
            // What was compiled without unit records is told as it is now.
            let value = cell.value - cell.supplement + supplement;
            let synthetic = cell.synthetic || (synthetic && !supplement.is_zero());
            Some(Released { cell: Cell { value, accepted: value, supplement, synthetic, ..cell }, since })
        }
        Shown::Nothing | Shown::AsOf(_) => {
            let is_new = *shown == Shown::Nothing;
            if is_new && remarks.is_none() {
                return None;
            }
            let value = exact::from_millionths(i128::try_from(*sum).ok()?.checked_add(added)?)?;
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
            Some(Released { cell, since: number })
        }
    }
}
