//! Which figures may have changed where cells did: each indicator by the measures that it is made of.

use std::collections::{HashMap, HashSet};

use weir_schemas::codelist::Area;
use weir_schemas::event::Form;
use weir_schemas::plan::{Indicator, Measure, MeasureId, Plan};

use super::wanted::Place;
use crate::cells::Changes;
use crate::past::shown_by;

/// The indicators that a measure enters, by their places in the plan.
#[derive(Debug)]
pub(super) struct Sources {
    /// In the area of its cells.
    near: HashMap<MeasureId, Vec<usize>>,
    /// Everywhere: whether a round is closed is said once, for the plan's area.
    everywhere: HashMap<MeasureId, Vec<usize>>,
}

/// The figures that may have changed.
#[derive(Debug)]
pub(super) struct Touched {
    whole: bool,
    everywhere: HashSet<usize>,
    near: HashMap<usize, HashSet<Area>>,
}

impl Sources {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut sources = Self { near: HashMap::new(), everywhere: HashMap::new() };
        for (place, indicator) in plan.indicators.iter().enumerate() {
            let shown: Vec<&Measure> = measures(plan, indicator);
            let forms: HashSet<Form> = shown.iter().flat_map(|one| one.forms()).copied().collect();
            for form in forms {
                sources.everywhere.entry(Measure::closed_id(form).into()).or_default().push(place);
            }
            let covered = shown.iter().flat_map(|one| plan.expectations_of(one)).map(|one| one.form);
            let counted: HashSet<MeasureId> = covered
                .flat_map(|form| [Measure::filed_id(form).into(), Measure::expected_id(form).into()])
                .collect();
            for id in shown_by(indicator).collect::<HashSet<_>>().into_iter().chain(counted) {
                sources.near.entry(id).or_default().push(place);
            }
        }
        sources
    }

    /// What changes touch: never less than what they change.
    pub(super) fn touched(&self, changes: &Changes) -> Touched {
        let mut touched = Touched { whole: changes.whole, everywhere: HashSet::new(), near: HashMap::new() };
        for (measure, areas) in &changes.areas {
            touched.everywhere.extend(self.everywhere.get(measure).into_iter().flatten());
            for indicator in self.near.get(measure).into_iter().flatten() {
                touched.near.entry(*indicator).or_default().extend(areas);
            }
        }
        touched
    }
}

impl Touched {
    pub(super) fn holds(&self, place: &Place) -> bool {
        self.whole
            || self.everywhere.contains(&place.indicator)
            || self.near.get(&place.indicator).is_some_and(|areas| areas.contains(&place.area))
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.whole && self.everywhere.is_empty() && self.near.is_empty()
    }
}

fn measures<'a>(plan: &'a Plan, indicator: &'a Indicator) -> Vec<&'a Measure> {
    shown_by(indicator).filter_map(|id| plan.measure(&id)).collect()
}
