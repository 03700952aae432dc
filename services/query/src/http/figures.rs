//! `GET /v1/indicators/{id}` and `GET /v1/measures/{id}`.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ObsStatus;
use weir_schemas::event::day;
use weir_schemas::figure::{self, Cells, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Indicator, Measure};

use super::App;
use super::answer::{Kept, json};
use super::asked::{Asked, KNOWN};
use super::moment::past_unreachable;
use super::parameters::{Pairs, Parameters, wrong};
use crate::past::Needed;

type Id = Result<Path<String>, PathRejection>;

/// What the figures are of.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Subject<'a> {
    Indicator(&'a str),
    Measure(&'a str),
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    field: Field,
    synthetic: bool,
    observations: Vec<Observation>,
}

/// One figure as it is shown; decimals are strings.
#[derive(Serialize)]
struct Observation {
    area: Area,
    period: Period,
    value: Option<String>,
    display: Option<String>,
    numerator: Option<Decimal>,
    /// What of the numerator was compiled without unit records.
    supplement: Option<Decimal>,
    denominator: Option<Decimal>,
    denominator_period: Option<Period>,
    denominator_vintage: Option<String>,
    status: ObsStatus,
    /// Of the units expected to file those that did; not known so far.
    coverage: Option<Decimal>,
    contributors: Option<u64>,
}

impl Observation {
    /// As an indicator is displayed, at the plan's decimals; a measure as it is, in its base unit.
    fn shown(figure: figure::Observation, indicator: Option<&Indicator>) -> Self {
        let display = match (indicator, &figure.value) {
            (Some(indicator), Some(value)) => Some(value.display(indicator.decimals)),
            (None, Some(_)) => figure.numerator.map(|value| value.to_string()),
            (_, None) => None,
        };
        Self {
            area: figure.area,
            period: figure.period,
            value: figure.value.map(|value| value.value()),
            display,
            numerator: figure.numerator,
            supplement: figure.supplement,
            denominator: figure.denominator,
            denominator_period: figure.denominator_period,
            denominator_vintage: figure.denominator_vintage,
            status: figure.status,
            coverage: None,
            contributors: figure.contributors,
        }
    }
}

/// Answers with an indicator's figures.
pub(super) async fn indicator(
    State(app): State<Arc<App>>,
    id: Id,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers)?;
    let id = named(id)?;
    let indicator = app
        .plan
        .indicator(&id)
        .ok_or_else(|| ProblemDetails::not_found(format!("the plan has no indicator {id:?}")))?;
    let asked = app.asked(query, &indicator.frequencies)?;
    access.covers(&asked.areas)?;
    let figure = |figures: Figures<'_>, area, period| figures.indicator(indicator, area, asked.field, period);
    let needed = Needed::by_indicator(&app.plan, indicator, &asked.areas, asked.field);
    let (observations, closed) = app.observe(&asked, &needed, figure).await?;
    answer(Subject::Indicator(&indicator.id), Some(indicator), &asked, observations, &headers, closed)
}

/// Answers with a measure's values.
pub(super) async fn measure(
    State(app): State<Arc<App>>,
    id: Id,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers)?;
    let id = named(id)?;
    let measure: &Measure = app
        .plan
        .measure(&id)
        .ok_or_else(|| ProblemDetails::not_found(format!("the plan has no measure {id:?}")))?;
    let asked = app.asked(query, figure::frequencies(measure))?;
    access.covers(&asked.areas)?;
    let figure = |figures: Figures<'_>, area, period| figures.measure(measure, area, asked.field, period);
    let needed = Needed::by_measure(&app.plan, measure, &asked.areas, asked.field);
    let (observations, closed) = app.observe(&asked, &needed, figure).await?;
    answer(Subject::Measure(&measure.id), None, &asked, observations, &headers, closed)
}

fn named(id: Id) -> Result<String, ProblemDetails> {
    let not_text = |rejection: PathRejection| ProblemDetails::bad_request("path", rejection.body_text());
    id.map(|Path(id)| id).map_err(not_text)
}

impl App {
    fn asked(&self, query: Pairs, offered: &[Frequency]) -> Result<Asked, ProblemDetails> {
        Asked::read(&Parameters::read(query, &KNOWN)?, &self.plan, offered)
    }

    /// The figures of all areas and periods asked for, from one state of the cells, and the moment that state reflects.
    async fn observe(
        &self,
        asked: &Asked,
        needed: &Needed<'_>,
        figure: impl Fn(Figures<'_>, Area, Period) -> figure::Observation,
    ) -> Result<(Vec<figure::Observation>, Timestamp), ProblemDetails> {
        let past = async |generation: Generation, at| {
            let places = self.places(asked, at)?;
            let cells = needed.cells(&generation, places.iter().map(|(_, period)| *period), at).await;
            cells.map_err(|error| past_unreachable(&error))
        };
        let figures = |cells: &Cells, at| Ok(self.figures(self.places(asked, at)?, cells, figure));
        self.cells(asked.as_of, past, figures).await
    }

    /// The areas and periods asked for, those that have begun at `closed`.
    fn places(&self, asked: &Asked, closed: Timestamp) -> Result<Vec<(Area, Period)>, ProblemDetails> {
        let periods: Vec<_> =
            figure::periods(asked.frequency, self.plan.calendar, asked.from, asked.to, day(closed)).collect();
        let asked_for = asked.areas.len().saturating_mul(periods.len());
        if asked_for > self.settings.observations {
            return Err(too_many(asked_for, self.settings.observations));
        }
        let of_area = |area| periods.iter().map(move |period| (area, *period));
        Ok(asked.areas.iter().copied().flat_map(of_area).collect())
    }

    fn figures(
        &self,
        places: Vec<(Area, Period)>,
        cells: &Cells,
        figure: impl Fn(Figures<'_>, Area, Period) -> figure::Observation,
    ) -> Vec<figure::Observation> {
        let figures = Figures::new(&self.plan, cells);
        places.into_iter().map(|(area, period)| figure(figures, area, period)).collect()
    }
}

fn too_many(asked_for: usize, most: usize) -> ProblemDetails {
    wrong(
        "area",
        format!("asks for {asked_for} observations, over the {most} of one answer; narrow area, from or to"),
    )
}

fn answer(
    subject: Subject<'_>,
    indicator: Option<&Indicator>,
    asked: &Asked,
    observations: Vec<figure::Observation>,
    headers: &HeaderMap,
    closed: Timestamp,
) -> Result<Response, ProblemDetails> {
    let synthetic = observations.iter().any(|one| one.synthetic);
    let observations = observations.into_iter().map(|one| Observation::shown(one, indicator)).collect();
    let answer = Answer { subject, field: asked.field, synthetic, observations };
    json(&answer, headers, Kept::Privately, Some(closed))
}
