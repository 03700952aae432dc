//! What the series of a request show at a moment.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ObsStatus;
use weir_schemas::event::day;
use weir_schemas::figure::{self, Cells, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Comparator, Indicator, Plan};

use super::{Action, DataSet, Observation, Selection, Series, SeriesKey};
use crate::http::{App, past_unreachable};
use crate::past::Needed;
use crate::sdmx::model::{FREQUENCIES, Flow, OBS_VALUE, Shown, Source, Subject, TIME_PERIOD, frequency_code};
use crate::sdmx::query::Filters;

/// Series to be observed, with what is asked of their observations.
pub(in crate::sdmx) struct Observing<'a> {
    pub(in crate::sdmx) app: &'a App,
    pub(in crate::sdmx) selections: &'a [Selection<'a>],
    pub(in crate::sdmx) filters: &'a Filters,
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
        let load = async |generation: Generation, at| {
            self.bounded(at)?;
            let mut cells = Cells::default();
            for (field, areas) in self.needed() {
                let (needed, periods) = self.of_field(field, &areas, at);
                let summed = needed.sums(&generation, periods.into_iter(), at).await;
                cells.extend(summed.map_err(|error| past_unreachable(&error))?);
            }
            Ok(cells)
        };
        let observe = |cells: &Cells, at| {
            self.bounded(at)?;
            let figures = Figures::new(&self.app.plan, cells);
            let sets = self.selections.iter().map(|selection| self.observe(selection, figures, day(at)));
            Ok(sets.filter(|set| !set.series.is_empty()).collect())
        };
        self.app.cells(as_of, load, observe).await
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
        for selection in self.selections.iter().filter(|selection| selection.flow != Flow::Targets) {
            let frequencies: BTreeSet<_> = selection.series.iter().map(|key| key.frequency).collect();
            let periods = frequencies.into_iter().flat_map(|code| self.periods_of(code, day(until)));
            moments.extend(periods.filter_map(begins));
        }
        for (field, areas) in self.needed() {
            let (needed, periods) = self.of_field(field, &areas, until);
            let recorded = needed.moments(&generation, periods.into_iter(), (after, until), most + 1).await;
            moments.extend(recorded.map_err(|error| past_unreachable(&error))?);
        }
        moments.retain(|moment| *moment <= until && after.is_none_or(|after| *moment > after));
        Ok((moments.len() <= most).then(|| moments.into_iter().collect()))
    }

    /// The periods of a frequency that have begun on a day and are asked for.
    fn periods_of(&self, frequency: &str, day: Date) -> Vec<Period> {
        let Some(frequency) = FREQUENCIES.into_iter().find(|one| frequency_code(*one) == frequency) else {
            return Vec::new();
        };
        let begun = figure::periods(frequency, self.app.plan.calendar, None, None, day);
        begun.filter(|period| self.asks_for(*period)).collect()
    }

    fn asks_for(&self, period: Period) -> bool {
        self.filters.hold(TIME_PERIOD.id, Some(&period.to_string()))
    }

    /// That no more figures are asked for than one answer may look at.
    fn bounded(&self, at: Timestamp) -> Result<(), ProblemDetails> {
        let most = self.app.settings.sdmx_figures;
        let of = |code| self.periods_of(code, day(at)).len();
        let (years, quarters, months) = (of("A"), of("Q"), of("M"));
        let of_series = |key: &SeriesKey| match key.frequency {
            "A" => years,
            "Q" => quarters,
            _ => months,
        };
        let asked: usize = self.selections.iter().flat_map(|one| &one.series).map(of_series).sum();
        if asked > most {
            return Err(too_large(format!(
                "asks for {asked} figures, over the {most} of one answer; narrow the key, or c[TIME_PERIOD]"
            )));
        }
        Ok(())
    }

    /// The fields that cells are needed of, each with its areas.
    fn needed(&self) -> Vec<(Field, Vec<Area>)> {
        let mut fields: Vec<(Field, BTreeSet<Area>)> = Vec::new();
        let of_cells = self.selections.iter().filter(|selection| selection.flow != Flow::Targets);
        for key in of_cells.flat_map(|selection| &selection.series) {
            match fields.iter_mut().find(|(field, _)| *field == key.field) {
                Some((_, areas)) => drop(areas.insert(key.area)),
                None => fields.push((key.field, BTreeSet::from([key.area]))),
            }
        }
        fields.into_iter().map(|(field, areas)| (field, areas.into_iter().collect())).collect()
    }

    /// What the series of a field are made of, and their periods.
    fn of_field<'b>(
        &'b self,
        field: Field,
        areas: &'b [Area],
        at: Timestamp,
    ) -> (Needed<'b>, BTreeSet<Period>) {
        let (mut indicators, mut measures) = (Vec::new(), Vec::new());
        let mut frequencies = BTreeSet::new();
        for selection in self.selections {
            let of_field = selection.series.iter().filter(|key| key.field == field);
            let mut subjects = BTreeSet::new();
            for key in of_field {
                subjects.insert(key.subject);
                frequencies.insert(key.frequency);
            }
            for subject in subjects.into_iter().filter_map(|at| selection.subjects.get(at)) {
                match subject.source {
                    Source::Indicator(indicator) => indicators.push(indicator),
                    Source::Measure(measure) => measures.push(measure),
                    Source::Target(_) => {}
                }
            }
        }
        let periods = frequencies.into_iter().flat_map(|code| self.periods_of(code, day(at))).collect();
        (Needed::by_all(&self.app.plan, &indicators, &measures, areas, field), periods)
    }

    fn observe(&self, selection: &Selection<'_>, figures: Figures<'_>, day: Date) -> DataSet {
        let periods = ["A", "Q", "M"].map(|code| (code, self.periods_of(code, day)));
        let mut all = Vec::new();
        for key in &selection.series {
            let Some(subject) = selection.subjects.get(key.subject) else { continue };
            let begun = periods.iter().find(|(code, _)| *code == key.frequency).map(|(_, begun)| begun);
            let observed: Vec<(Period, Shown)> = match subject.source {
                Source::Target(indicator) => targeted(indicator, &self.app.plan, subject)
                    .filter(|(period, _)| self.asks_for(*period))
                    .collect(),
                _ => begun
                    .into_iter()
                    .flatten()
                    .filter_map(|period| Some((*period, figure_of(subject, figures, key, *period)?)))
                    .collect(),
            };
            let observations: Vec<Observation> = observed
                .into_iter()
                .filter(|(_, shown)| self.asks_for_shown(selection.flow, shown))
                .map(|(period, shown)| Observation { period, shown: Some(shown) })
                .collect();
            if !observations.is_empty() {
                all.push(Series { key: key.clone(), observations });
            }
        }
        DataSet { flow: selection.flow, action: Action::Information, since: None, series: all }
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

/// What an indicator or a measure shows; `None` where there is nothing to tell.
fn figure_of(subject: &Subject<'_>, figures: Figures<'_>, key: &SeriesKey, period: Period) -> Option<Shown> {
    let (ours, official, decimals) = match subject.source {
        Source::Indicator(indicator) => {
            let ours = figures.indicator(indicator, key.area, key.field, period);
            let official = figures.official(indicator, key.field, &ours);
            (ours, official, Some(indicator.decimals))
        }
        Source::Measure(measure) => (figures.measure(measure, key.area, key.field, period), None, None),
        Source::Target(_) => return None,
    };
    if ours.value.is_none() && ours.numerator.is_none() && ours.status == ObsStatus::O && official.is_none() {
        return None;
    }
    let of_indicator = matches!(subject.source, Source::Indicator(_));
    let numerator = ours.numerator.filter(|_| of_indicator);
    Some(Shown {
        value: ours.value.map(|value| plain(&value.value())),
        status: ours.status.as_str(),
        unit: subject.unit.code.clone(),
        multiplier: subject.unit.multiplier,
        decimals,
        numerator: numerator.map(|value| plain(&value.to_string())),
        supplement: ours.supplement.map(|value| plain(&value.to_string())),
        denominator: ours.denominator.map(|value| plain(&value.to_string())),
        denominator_period: ours.denominator_period.map(|period| period.to_string()),
        vintage: ours.denominator_vintage,
        coverage: ours.coverage.map(|share| plain(&share.value())),
        contributors: ours.contributors,
        synthetic: ours.synthetic || official.as_ref().is_some_and(|official| official.synthetic),
        official_difference: official
            .as_ref()
            .and_then(|official| official.difference.as_ref())
            .map(|value| plain(&value.value())),
        official: official.as_ref().map(|official| plain(&official.value.value())),
        official_vintage: official.map(|official| official.vintage),
        ..Shown::default()
    })
}

/// What the plan aims at, year by year: its path from the baseline; what is to be reached each year; else the target.
fn targeted<'a>(
    indicator: &'a Indicator,
    plan: &'a Plan,
    subject: &'a Subject<'_>,
) -> impl Iterator<Item = (Period, Shown)> {
    let target = &indicator.target;
    let notes: Vec<&str> = plan
        .notes
        .iter()
        .filter(|note| note.indicators.contains(&indicator.id))
        .map(|note| note.text.en.as_str())
        .collect();
    let comment = (!notes.is_empty()).then(|| notes.join(" "));
    let shown = move |year: i16, value: String| {
        let part = match year {
            year if target.each_year || year == target.year => "TARGET",
            year if Some(year) == target.baseline_year => "BASELINE",
            _ => "PATH",
        };
        let shown = Shown {
            value: Some(plain(&value)),
            status: ObsStatus::A.as_str(),
            unit: subject.unit.code.clone(),
            multiplier: subject.unit.multiplier,
            decimals: Some(indicator.decimals),
            target_part: Some(part),
            comparator: Some(match target.comparator {
                Comparator::Above => "GT",
                Comparator::AtLeast => "GE",
                Comparator::Equal => "EQ",
            }),
            aspirational: target.aspirational,
            comment: comment.clone(),
            ..Shown::default()
        };
        (Period::Year(year), shown)
    };
    let mut years: Vec<(i16, String)> =
        target.path().map(|(period, value)| (period.year(), value.value())).collect();
    if target.each_year {
        let first = plan.begins.unwrap_or(plan.calendar.from);
        years = (first..=target.year).map(|year| (year, target.value.to_string())).collect();
    } else if years.is_empty() {
        years = vec![(target.year, target.value.to_string())];
    }
    years.into_iter().map(move |(year, value)| shown(year, value))
}

/// When a period begins to be answered: with its last month, in China.
fn begins(period: Period) -> Option<Timestamp> {
    Offset::constant(8).to_timestamp(period.last_month_begins().at(0, 0, 0, 0)).ok()
}

/// A decimal without the zeros at its end.
fn plain(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// 413: more than one answer may hold.
pub(super) fn too_large(detail: String) -> ProblemDetails {
    ProblemDetails::new(StatusCode::PAYLOAD_TOO_LARGE, "too-much-data", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_ends_with_its_last_digit() {
        for (text, shown) in [("4.040000", "4.04"), ("10.000000", "10"), ("0.000000", "0"), ("100", "100")] {
            assert_eq!(plain(text), shown);
        }
    }
}
