//! The figure at other moments: what it was just before it was altered.

use jiff::{SignedDuration, Timestamp};
use weir_kernel::clickhouse::{Error, Generation};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::{self, Audience, Cells, Figures};
use weir_schemas::plan::Measure;

use super::Asked;
use super::change::{AsOf, altered, before};
use crate::http::App;
use crate::past::Needed;
use crate::tables::{Entering, moments};

/// The tables that a figure's past is read from.
pub(super) struct Past<'a> {
    pub(super) app: &'a App,
    pub(super) asked: Asked<'a>,
    pub(super) generation: Generation,
    /// Who reads the explanation.
    pub(super) audience: Audience,
}

impl Past<'_> {
    /// The cells of the figure and of the period before it, and those that its numerator is taken apart by.
    pub(super) async fn cells_taken_apart(&self, at: Timestamp) -> Result<Cells, Error> {
        let Asked { indicator, area, field, period } = self.asked;
        let plan = &self.app.plan;
        let here = std::slice::from_ref(&area);
        let needed = Needed::by_indicator(plan, indicator, here, field).read_by(self.audience);
        let mut cells = needed.cells(&self.generation, [before(period), period].into_iter(), at).await?;
        let numerator = plan.measure(&indicator.numerator).filter(|measure| !measure.is_reference());
        let Some(measure) = numerator else { return Ok(cells) };
        let children: Vec<Area> = area.children().collect();
        let single: Vec<Field> = Field::ALL.into_iter().filter(|one| *one != Field::Total).collect();
        let inside = (!children.is_empty()).then(|| Needed::by_measure(plan, measure, &children, field));
        let by_field = (field == Field::Total).then(|| Needed::by_all(plan, &[], &[measure], here, single));
        for needed in inside.into_iter().chain(by_field) {
            let needed = needed.read_by(self.audience);
            cells.merge(needed.cells(&self.generation, std::iter::once(period), at).await?);
        }
        Ok(cells)
    }

    /// The figure as of a moment.
    async fn figure(&self, at: Timestamp) -> Result<figure::Observation, Error> {
        let Asked { indicator, area, field, period } = self.asked;
        let plan = &self.app.plan;
        let needed = Needed::by_indicator(plan, indicator, std::slice::from_ref(&area), field);
        let needed = needed.read_by(self.audience);
        let cells = needed.cells(&self.generation, std::iter::once(period), at).await?;
        Ok(Figures::new(plan, &cells).read_by(self.audience).indicator(indicator, area, field, period))
    }

    /// The figure just before the last recorded change that altered it, and when that was; none where there was none, or it
    /// lies behind more changes than are looked at.
    pub(super) async fn altered(&self, now: &AsOf) -> Result<Option<(AsOf, Timestamp)>, Error> {
        let (figure, at) = now;
        let most = self.app.settings.explain_changes.get();
        for moment in moments(&self.generation, &self.changing(), *at, most).await? {
            let then = moment - SignedDuration::from_millis(1);
            let earlier = self.figure(then).await?;
            if !altered(&earlier, figure).is_empty() {
                return Ok(Some(((earlier, then), moment)));
            }
        }
        Ok(None)
    }

    /// All that may alter the figure.
    fn changing(&self) -> Vec<Entering<'_>> {
        let by = self.asked.indicator.denominator.as_ref();
        let divisors = by.into_iter().flat_map(|by| by.measure.iter().chain(&by.published));
        let measures = std::iter::once(&self.asked.indicator.numerator).chain(divisors);
        let measures = measures.filter_map(|id| self.app.plan.measure(id));
        measures.map(|measure| self.of(measure, measure.is_reference())).collect()
    }

    /// What a figure was computed from: its numerator and the denominator that divides it.
    pub(super) fn entering(&self, figure: &figure::Observation) -> Vec<Entering<'_>> {
        let numerator = self.app.plan.measure(&self.asked.indicator.numerator).map(|one| self.of(one, false));
        let denominator = self.divisor(figure).map(|measure| {
            let period = figure.denominator_period.unwrap_or(figure.period);
            Entering { slot: period.slot(), ..self.of(measure, false) }
        });
        numerator.into_iter().chain(denominator).collect()
    }

    /// The measure that divides a figure: the published one where it does.
    pub(super) fn divisor(&self, figure: &figure::Observation) -> Option<&Measure> {
        let by = self.asked.indicator.denominator.as_ref()?;
        figure.denominator?;
        let measure = self.app.plan.measure(by.measure.as_ref()?)?;
        // Only reference values have a vintage.
        let published = by.published.as_ref().filter(|_| figure.denominator_vintage.is_some());
        match published.and_then(|id| self.app.plan.measure(id)) {
            Some(published) if !measure.is_reference() => Some(published),
            _ => Some(measure),
        }
    }

    fn of<'b>(&self, measure: &'b Measure, earlier: bool) -> Entering<'b> {
        let Asked { area, field, period, .. } = self.asked;
        // The reference value that divides a part of a year is the year's.
        let whole = weir_schemas::period::Slot::year(period.year());
        let slot = if measure.is_reference() { whole } else { period.slot() };
        Entering { measure, area, field, slot, earlier }
    }
}
