//! Of which codes and periods there is data.
//!
//! Whole flows have millions of figures, and most are there: counts are zero where nothing stands. So a figure is looked at
//! only where it could show a code, or a time, of which none has been met.

use std::collections::BTreeSet;

use jiff::Timestamp;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Field;
use weir_schemas::event::day;
use weir_schemas::figure::{Cells, Figures};
use weir_schemas::period::Period;

use super::figure::is_there;
use super::observe::too_large;
use super::{Observing, Selection, SeriesKey};
use crate::http::Work;
use crate::sdmx::model::{DIMENSIONS, Flow};
use crate::sdmx::query::Span;

/// The codes and the times that there is data of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sdmx) struct Extents {
    /// By dimension.
    pub(in crate::sdmx) codes: [BTreeSet<String>; DIMENSIONS.len()],
    /// The period that begins first, and the one that ends last.
    pub(in crate::sdmx) times: Option<(Period, Period)>,
}

impl Extents {
    /// Whether a series with these codes and periods between these would tell nothing new.
    fn holds(&self, codes: &[String; DIMENSIONS.len()], periods: &[Period]) -> bool {
        let known = codes.iter().zip(&self.codes).all(|(code, known)| known.contains(code));
        known && periods.iter().all(|period| self.reaches(*period))
    }

    fn reaches(&self, period: Period) -> bool {
        self.times.is_some_and(|(first, last)| {
            let period = Span::of(period);
            period.begins(&Span::of(first)).is_ge() && period.ends(&Span::of(last)).is_le()
        })
    }

    fn take(&mut self, codes: &[String; DIMENSIONS.len()], period: Period) {
        for (code, known) in codes.iter().zip(&mut self.codes) {
            known.insert(code.clone());
        }
        let (first, last) = self.times.unwrap_or((period, period));
        let span = Span::of(period);
        let first = if span.begins(&Span::of(first)).is_lt() { period } else { first };
        let last = if span.ends(&Span::of(last)).is_gt() { period } else { last };
        self.times = Some((first, last));
    }
}

impl Observing<'_> {
    /// The extents of the one selection, and the moment they are of.
    ///
    /// # Errors
    /// 413 when too many figures must be looked at, which those of the past all are, 503 while there are none, or the past can't be read.
    pub(in crate::sdmx) async fn extents(
        &self,
        selection: &Selection<'_>,
        as_of: Option<Timestamp>,
    ) -> Result<(Extents, Timestamp), ProblemDetails> {
        if as_of.is_some() {
            self.bounded(as_of)?;
        }
        let load = async |generation: Generation, at| self.sum(generation, at).await;
        let look = |cells: &Cells, at| {
            self.look(selection, Figures::new(&self.app.plan, cells).read_by(self.audience), at)
        };
        self.app.cells(as_of, Work::Long, load, look).await
    }

    fn look(
        &self,
        selection: &Selection<'_>,
        figures: Figures<'_>,
        at: Timestamp,
    ) -> Result<Extents, ProblemDetails> {
        let mut extents = Extents::default();
        if selection.flow == Flow::Targets {
            for series in self.observe(selection, figures, day(at)).series {
                let codes = series.key.codes();
                series.observations.iter().for_each(|one| extents.take(&codes, one.period));
            }
            return Ok(extents);
        }
        let periods = ["A", "Q", "M"].map(|code| (code, self.periods_of(code, day(at))));
        let mut left = self.app.settings.sdmx_figures;
        let mut total: Option<(SeriesKey, Vec<Period>)> = None;
        for key in selection.series() {
            let begun = periods.iter().find(|(code, _)| *code == key.frequency).map(|(_, begun)| begun);
            let Some(begun) = begun else { continue };
            let codes = key.codes();
            if extents.holds(&codes, begun) {
                continue;
            }
            // What an area has nothing of altogether, it has nothing of in any field.
            let of_all = SeriesKey { field: Field::Total, ..key.clone() };
            if total.as_ref().is_none_or(|(known, _)| *known != of_all) {
                left = self.spend(left, begun.len())?;
                let there = begun.iter().copied();
                let there = there.filter(|period| is_there(selection, figures, &of_all, *period)).collect();
                total = Some((of_all, there));
            }
            let there = total.as_ref().map_or(&[][..], |(_, there)| there.as_slice());
            let mut shown = |period: &&Period| self.observation(selection, figures, &key, **period).is_some();
            left = self.spend(left, there.len())?;
            let first = there.iter().find(&mut shown);
            let last = there.iter().rev().find(&mut shown);
            for period in first.into_iter().chain(last) {
                extents.take(&codes, *period);
            }
        }
        Ok(extents)
    }

    /// What is left to look at after so many figures.
    fn spend(&self, left: usize, figures: usize) -> Result<usize, ProblemDetails> {
        left.checked_sub(figures).ok_or_else(|| {
            let most = self.app.settings.sdmx_figures;
            too_large(format!(
                "more than {most} figures must be looked at; narrow the key, or c[TIME_PERIOD]"
            ))
        })
    }
}
