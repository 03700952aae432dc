//! What of the data is delivered: as it is, what changed since a moment, or each dissemination.

use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;

use super::changes::between;
use super::observe::too_large;
use super::{DataSet, Observing, Shape};
use crate::http::Work;

/// Which states of the data are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Timeline {
    /// As it was then; now if not said.
    pub(super) as_of: Option<Timestamp>,
    /// Only what changed after this moment.
    pub(super) updated_after: Option<Timestamp>,
    /// Each dissemination by itself.
    pub(super) history: bool,
}

impl Observing<'_> {
    /// The data sets that are asked for, cut to what is asked of their series, and the moment that they are of.
    ///
    /// # Errors
    /// Those of [`at`](Self::at), and 413 when there are more disseminations than one answer may look at, or more observations
    /// than it may hold.
    pub(super) async fn deliver(
        &self,
        timeline: Timeline,
        shape: &Shape,
    ) -> Result<(Vec<DataSet>, Timestamp), ProblemDetails> {
        let Timeline { as_of, updated_after, history } = timeline;
        if updated_after.is_none() && !history {
            let (mut sets, at) = self.at(as_of).await?;
            self.cut(&mut sets, shape, 0)?;
            return Ok((sets, at));
        }
        self.bounded(as_of)?;
        let (_, until) = self.app.tables(as_of)?;
        if updated_after.is_some_and(|after| after >= until) {
            return Ok((Vec::new(), until));
        }
        let mut held = match updated_after {
            Some(after) => self.at(Some(after)).await?.0,
            None => Vec::new(),
        };
        if !history {
            let (now, _) = self.at(Some(until)).await?;
            let mut changes = Work::Long.run(|| between(&held, &now, None));
            self.cut(&mut changes, shape, 0)?;
            return Ok((changes, until));
        }
        let most = self.app.settings.sdmx_moments;
        let Some(moments) = self.moments(updated_after, until, most).await? else {
            return Err(too_large(format!(
                "asks for more than {most} moments at which something may have changed; narrow the key or \
                 c[TIME_PERIOD], or give updatedAfter and asOf"
            )));
        };
        let mut disseminated = Vec::new();
        let mut observations = 0;
        for moment in moments {
            let (now, _) = self.at(Some(moment)).await?;
            let mut changes = Work::Long.run(|| between(&held, &now, Some(moment)));
            observations = self.cut(&mut changes, shape, observations)?;
            disseminated.extend(changes);
            held = now;
        }
        Ok((disseminated, until))
    }

    fn cut(&self, sets: &mut [DataSet], shape: &Shape, before: usize) -> Result<usize, ProblemDetails> {
        cut(sets, shape, before, self.app.settings.observations)
    }
}

/// Cuts data sets to what is asked of their series, and says how many observations there are then, after `before`.
///
/// # Errors
/// 413 when there are more than `most`.
fn cut(sets: &mut [DataSet], shape: &Shape, before: usize, most: usize) -> Result<usize, ProblemDetails> {
    shape.cut(sets);
    let observations = before + sets.iter().map(DataSet::len).sum::<usize>();
    if observations <= most {
        return Ok(observations);
    }
    let or_cut = if shape.cuts() { "" } else { ", or ask for lastNObservations" };
    Err(too_large(format!(
        "there are {observations} observations or more, over the {most} of one answer; narrow the key, or \
         c[TIME_PERIOD]{or_cut}"
    )))
}

#[cfg(test)]
mod tests {
    use weir_schemas::codelist::{Area, Field};
    use weir_schemas::period::Period;
    use weir_schemas::plan::Frequency;

    use super::*;
    use crate::sdmx::data::{Action, Observation, Series, SeriesKey};
    use crate::sdmx::model::{Basis, Flow};
    use crate::sdmx::query::Request;

    #[test]
    fn what_is_cut_off_does_not_count() {
        let key = SeriesKey::new((0, "X".into()), Frequency::A, Area::SICHUAN, Field::Total, Basis::Annual);
        let observations = (2021..2026).map(|year| Observation { period: Period::Year(year), shown: None });
        let series = vec![Series { key, observations: observations.collect() }];
        let set = DataSet { flow: Flow::Indicators, action: Action::Delete, since: None, series };
        let cut_by = |query: &str, before| {
            let known = ["lastNObservations"];
            let request = Request::read(&format!("/sdmx/data?{query}").parse().unwrap(), 5, &known).unwrap();
            let shape = Shape::read(&request, &[Flow::Indicators]).unwrap();
            cut(&mut [set.clone()], &shape, before, 4).map_err(|problem| problem.to_string())
        };
        assert_eq!(cut_by("lastNObservations=1", 3), Ok(4));
        let (all, last) = (cut_by("", 0).unwrap_err(), cut_by("lastNObservations=2", 3).unwrap_err());
        assert!(
            all.contains("ask for lastNObservations") && !last.contains("lastNObservations"),
            "{all} {last}"
        );
    }
}
