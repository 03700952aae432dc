//! Which cells changed since somebody last looked, by measure and area: enough to know which figures may have.

use std::collections::{HashMap, HashSet};

use weir_schemas::cell::Series;
use weir_schemas::codelist::Area;
use weir_schemas::plan::MeasureId;

/// What changed. It names areas and not cells, so it never outgrows the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Everything may have: the cells were loaded anew.
    pub(crate) whole: bool,
    /// The areas in which a measure's cells changed.
    pub(crate) areas: HashMap<MeasureId, HashSet<Area>>,
}

impl Changes {
    /// A cell of a series changed.
    pub(super) fn note(&mut self, series: &Series) {
        match self.areas.get_mut(&series.measure) {
            Some(areas) => {
                areas.insert(series.area);
            }
            None => {
                self.areas.insert(series.measure.clone(), HashSet::from([series.area]));
            }
        }
    }
}
