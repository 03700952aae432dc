//! What of the observations is written: the first and last, with which attributes, in series or flat.

use std::num::NonZeroUsize;

use weir_kernel::problem::ProblemDetails;

use super::{DataSet, Series};
use crate::http::wrong;
use crate::sdmx::model::{Attribute, DIMENSIONS, Flow, OBS_VALUE, TIME_PERIOD};
use crate::sdmx::query::{Request, not_served};

/// What of the observations is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Shape {
    first: Option<NonZeroUsize>,
    last: Option<NonZeroUsize>,
    /// Whether observations stand by themselves, not in series.
    pub(in crate::sdmx) flat: bool,
    /// Whether values are written.
    pub(in crate::sdmx) value: bool,
    /// Those attributes that are written; `None` for all.
    attributes: Option<Vec<String>>,
}

impl Shape {
    /// Reads the parameters that say it.
    ///
    /// # Errors
    /// 400 with the parameter that is wrong, 501 for cross-sections.
    pub(in crate::sdmx) fn read(request: &Request, flows: &[Flow]) -> Result<Self, ProblemDetails> {
        let count = |name: &str| {
            let number = |text: &str| text.parse().map_err(|_| format!("{text:?} is no number above zero"));
            request.get(name, number)
        };
        let flat = match request.parameter("dimensionAtObservation") {
            None => false,
            Some("AllDimensions") => true,
            Some(id) if id == TIME_PERIOD.id => false,
            Some(id) if DIMENSIONS.iter().any(|dimension| dimension.id == id) => {
                return Err(not_served("a cross-section (dimensionAtObservation other than time)"));
            }
            Some(other) => {
                return Err(wrong("dimensionAtObservation", format!("{other:?} is no dimension")));
            }
        };
        let value = request.get("measures", |text| {
            let any = text.split(',').map(|one| match one {
                "all" => Ok(true),
                "none" => Ok(false),
                id if id == OBS_VALUE.id => Ok(true),
                other => Err(format!("{other:?} is no measure, and not all or none")),
            });
            any.collect::<Result<Vec<_>, _>>().map(|any| any.contains(&true))
        })?;
        let attributes = request.get("attributes", |text| named(text, flows))?.flatten();
        Ok(Self {
            first: count("firstNObservations")?,
            last: count("lastNObservations")?,
            flat,
            value: value.unwrap_or(true),
            attributes,
        })
    }

    /// The attributes of a flow that are written.
    pub(in crate::sdmx) fn attributes(&self, flow: Flow) -> Vec<Attribute> {
        let all = flow.attributes().iter().copied();
        let wanted = |attribute: &Attribute| {
            let id = attribute.component().id;
            self.attributes.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted == id))
        };
        all.filter(wanted).collect()
    }

    /// Whether not all observations of a series are asked for.
    pub(super) const fn cuts(&self) -> bool {
        self.first.is_some() || self.last.is_some()
    }

    /// Leaves of each series its first and last observations, so many as are asked for.
    pub(in crate::sdmx) fn cut(&self, sets: &mut [DataSet]) {
        if !self.cuts() {
            return;
        }
        let [first, last] = [self.first, self.last].map(|most| most.map_or(0, NonZeroUsize::get));
        for Series { observations, .. } in sets.iter_mut().flat_map(|set| &mut set.series) {
            let from_end = observations.len().saturating_sub(last);
            let mut at = 0..;
            observations.retain(|_| at.next().is_some_and(|at| at < first || at >= from_end));
        }
    }
}

/// The attributes that are named; `None` for all.
fn named(text: &str, flows: &[Flow]) -> Result<Option<Vec<String>>, String> {
    let mut ids = Vec::new();
    for one in text.split(',') {
        let is = |attribute: &&Attribute| attribute.component().id == one;
        match one {
            // All are attached to observations.
            "dsd" | "all" | "obs" => return Ok(None),
            "none" | "msd" | "dataset" | "series" => {}
            id if flows.iter().flat_map(|flow| flow.attributes()).any(|attribute| is(&attribute)) => {
                ids.push(id.to_owned());
            }
            other => return Err(format!("{other:?} is no attribute of the flow")),
        }
    }
    Ok(Some(ids))
}
