//! What the series of a request show at a moment.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Area;
use weir_schemas::event::day;
use weir_schemas::figure::{self, Audience, Cells, Figures};
use weir_schemas::period::Period;

use super::figure::{figure_of, targeted};
use super::select::Line;
use super::{Action, DataSet, Observation, Selection, Series, SeriesKey};
use crate::http::{App, Work, past_unreachable};
use crate::past::Needed;
use crate::sdmx::model::{FREQUENCIES, Flow, OBS_VALUE, Shown, Source, TIME_PERIOD, frequency_code};
use crate::sdmx::query::Filters;

/// Series to be observed, with what is asked of their observations.
pub(in crate::sdmx) struct Observing<'a> {
    pub(in crate::sdmx) app: &'a App,
    pub(in crate::sdmx) selections: &'a [Selection<'a>],
    pub(in crate::sdmx) filters: &'a Filters,
    /// Who reads them.
    pub(in crate::sdmx) audience: Audience,
}

impl Observing<'_> {
    /// What they show, a data set for each flow in which anything does, and the moment that is of: `as_of`, or the
    /// closed one where it is none or later.
    ///
    /// # Errors
    /// 413 when it is too much for one answer, 503 while there are no figures, or the past can't be read.
    pub(in crate::sdmx) async fn at(
        &self,
        as_of: Option<Timestamp>,
    ) -> Result<(Vec<DataSet>, Timestamp), ProblemDetails> {
        // Before there is anything to wait for, and to hold while waiting.
        self.bounded(as_of)?;
        let load = async |generation: Generation, at| self.sum(generation, at).await;
        let observe = |cells: &Cells, at| {
            let figures = Figures::new(&self.app.plan, cells).read_by(self.audience);
            let sets = self.selections.iter().map(|selection| self.observe(selection, figures, day(at)));
            Ok(sets.filter(|set| !set.series.is_empty()).collect())
        };
        self.app.cells(as_of, Work::Long, load, observe).await
    }

    /// The cells that they are made of at a moment.
    ///
    /// # Errors
    /// 503 when the past can't be read.
    pub(super) async fn sum(&self, generation: Generation, at: Timestamp) -> Result<Cells, ProblemDetails> {
        let areas = self.areas();
        let (needed, periods) = self.needed(&areas, at);
        let cells = needed.cells(&generation, periods.into_iter(), at).await;
        cells.map_err(|error| past_unreachable(&error))
    }

    /// The moments after `after` and up to `until` at which what they show may have changed, in order: when anything
    /// that they are made of was recorded, and when a period began. `None` if there are more than `most`.
    ///
    /// # Errors
    /// 503 when the past can't be read.
    pub(super) async fn moments(
        &self,
        after: Option<Timestamp>,
        until: Timestamp,
        most: usize,
    ) -> Result<Option<Vec<Timestamp>>, ProblemDetails> {
        let (generation, _) = self.app.tables(Some(until))?;
        let mut moments = BTreeSet::new();
        let frequencies: BTreeSet<_> =
            self.counted().map(|(_, line)| frequency_code(line.frequency)).collect();
        let periods = frequencies.into_iter().flat_map(|code| self.periods_of(code, day(until)));
        moments.extend(periods.filter_map(begins));
        let areas = self.areas();
        let (needed, periods) = self.needed(&areas, until);
        let recorded = needed.moments(&generation, periods.into_iter(), (after, until), most + 1).await;
        moments.extend(recorded.map_err(|error| past_unreachable(&error))?);
        moments.retain(|moment| *moment <= until && after.is_none_or(|after| *moment > after));
        Ok((moments.len() <= most).then(|| moments.into_iter().collect()))
    }

    /// The periods of a frequency that have begun on a day and are asked for.
    pub(super) fn periods_of(&self, frequency: &str, day: Date) -> Vec<Period> {
        let Some(frequency) = FREQUENCIES.into_iter().find(|one| frequency_code(*one) == frequency) else {
            return Vec::new();
        };
        let begun = figure::periods(frequency, self.app.plan.calendar, None, None, day);
        begun.filter(|period| self.asks_for(*period)).collect()
    }

    fn asks_for(&self, period: Period) -> bool {
        self.filters.hold(TIME_PERIOD.id, Some(&period.to_string()))
    }

    /// That no more figures are asked for than one answer may look at: by their number, before there are any.
    ///
    /// # Errors
    /// 413 when there are more, 503 while there are none.
    pub(super) fn bounded(&self, as_of: Option<Timestamp>) -> Result<(), ProblemDetails> {
        let most = self.app.settings.sdmx_figures;
        let (_, at) = self.app.tables(as_of)?;
        let begun = FREQUENCIES.map(|one| (one, self.periods_of(frequency_code(one), day(at)).len()));
        let of_line = |line: &Line| {
            let begun = begun.iter().find(|(frequency, _)| *frequency == line.frequency);
            line.places.len() * begun.map_or(0, |(_, periods)| *periods)
        };
        let asked: usize = self.selections.iter().flat_map(|one| &one.lines).map(of_line).sum();
        if asked > most {
            return Err(too_large(format!(
                "asks for {asked} figures, over the {most} of one answer; narrow the key, or c[TIME_PERIOD]"
            )));
        }
        Ok(())
    }

    /// What of the selections is made of cells: what the plan aims at is not.
    fn counted(&self) -> impl Iterator<Item = (&Selection<'_>, &Line)> {
        let of_cells = self.selections.iter().filter(|selection| selection.flow != Flow::Targets);
        of_cells.flat_map(|selection| selection.lines.iter().map(move |line| (selection, line)))
    }

    /// The areas that cells are needed of.
    fn areas(&self) -> Vec<Area> {
        let places = self.counted().flat_map(|(_, line)| line.places.iter());
        let areas: BTreeSet<Area> = places.map(|(area, _)| *area).collect();
        areas.into_iter().collect()
    }

    /// What the series are made of in these areas, and their periods that have begun at a moment.
    fn needed<'b>(&'b self, areas: &'b [Area], at: Timestamp) -> (Needed<'b>, BTreeSet<Period>) {
        let (mut indicators, mut measures) = (BTreeMap::new(), BTreeMap::new());
        let (mut fields, mut frequencies) = (BTreeSet::new(), BTreeSet::new());
        for (selection, line) in self.counted() {
            fields.extend(line.places.iter().map(|(_, field)| *field));
            frequencies.insert(frequency_code(line.frequency));
            let Some(subject) = selection.subjects.get(line.subject) else { continue };
            match subject.source {
                Source::Indicator(indicator) => drop(indicators.insert(subject.id, indicator)),
                Source::Measure(measure) => drop(measures.insert(subject.id, measure)),
                Source::Target(_) => {}
            }
        }
        let periods = frequencies.into_iter().flat_map(|code| self.periods_of(code, day(at))).collect();
        let indicators: Vec<_> = indicators.into_values().collect();
        let measures: Vec<_> = measures.into_values().collect();
        let fields = fields.into_iter().collect();
        let needed = Needed::by_all(&self.app.plan, &indicators, &measures, areas, fields);
        (needed.read_by(self.audience), periods)
    }

    pub(super) fn observe(&self, selection: &Selection<'_>, figures: Figures<'_>, day: Date) -> DataSet {
        let periods = ["A", "Q", "M"].map(|code| (code, self.periods_of(code, day)));
        let mut all = Vec::new();
        for key in selection.series() {
            let Some(subject) = selection.subjects.get(key.subject) else { continue };
            let begun = periods.iter().find(|(code, _)| *code == key.frequency).map(|(_, begun)| begun);
            let begun = begun.map_or(&[][..], Vec::as_slice);
            let observations: Vec<Observation> = match subject.source {
                Source::Target(indicator) => targeted(indicator, &self.app.plan, subject)
                    .filter(|(period, shown)| {
                        self.asks_for(*period) && self.asks_for_shown(selection.flow, shown)
                    })
                    .map(|(period, shown)| Observation { period, shown: Some(shown) })
                    .collect(),
                _ => begun
                    .iter()
                    .filter_map(|period| self.observation(selection, figures, &key, *period))
                    .collect(),
            };
            if !observations.is_empty() {
                all.push(Series { key, observations });
            }
        }
        DataSet { flow: selection.flow, action: Action::Information, since: None, series: all }
    }

    /// What a series shows at a period; `None` where that is nothing, or is not asked for.
    pub(super) fn observation(
        &self,
        selection: &Selection<'_>,
        figures: Figures<'_>,
        key: &SeriesKey,
        period: Period,
    ) -> Option<Observation> {
        let shown = figure_of(selection.subjects.get(key.subject)?, figures, key, period)?;
        let asked = self.asks_for_shown(selection.flow, &shown);
        asked.then_some(Observation { period, shown: Some(shown) })
    }

    /// Whether value and attributes are asked for.
    fn asks_for_shown(&self, flow: Flow, shown: &Shown) -> bool {
        self.filters.hold(OBS_VALUE.id, shown.value.as_deref())
            && flow.attributes().iter().all(|attribute| {
                let id = attribute.component().id;
                !self.filters.ask(id) || self.filters.hold(id, attribute.of(shown).as_deref())
            })
    }
}

/// When a period begins to be answered: with its last month, in China.
fn begins(period: Period) -> Option<Timestamp> {
    Offset::constant(8).to_timestamp(period.last_month_begins().at(0, 0, 0, 0)).ok()
}

/// 413: more than one answer may hold.
pub(super) fn too_large(detail: String) -> ProblemDetails {
    ProblemDetails::new(StatusCode::PAYLOAD_TOO_LARGE, "too-much-data", detail)
}
