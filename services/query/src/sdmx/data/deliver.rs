//! What of the data is delivered: as it is, what changed since a moment, or each dissemination.

use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;

use super::changes::between;
use super::observe::too_large;
use super::{DataSet, Observing};

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
    /// The data sets that are asked for, and the moment that they are of.
    ///
    /// # Errors
    /// Those of [`at`](Self::at), and 413 when there are more disseminations than one answer may look at.
    pub(super) async fn deliver(
        &self,
        timeline: Timeline,
    ) -> Result<(Vec<DataSet>, Timestamp), ProblemDetails> {
        let Timeline { as_of, updated_after, history } = timeline;
        if updated_after.is_none() && !history {
            return self.at(as_of).await;
        }
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
            return Ok((between(&held, &now, None), until));
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
            let changes = between(&held, &now, Some(moment));
            observations += changes.iter().map(DataSet::len).sum::<usize>();
            self.sent(observations)?;
            disseminated.extend(changes);
            held = now;
        }
        Ok((disseminated, until))
    }

    /// That no more observations are sent than one answer may hold.
    ///
    /// # Errors
    /// 413 when there are more.
    pub(super) fn sent(&self, observations: usize) -> Result<(), ProblemDetails> {
        let most = self.app.settings.observations;
        if observations <= most {
            return Ok(());
        }
        Err(too_large(format!(
            "there are {observations} observations or more, over the {most} of one answer; narrow the key, or \
             c[TIME_PERIOD], or ask for lastNObservations"
        )))
    }
}
