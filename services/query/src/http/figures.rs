//! `GET /v1/indicators/{id}` and `GET /v1/measures/{id}`.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Area;
use weir_schemas::event::day;
use weir_schemas::figure::{self, Cells, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Indicator, Measure, Rule};

use super::answer::Kept;
use super::asked::{Asked, KNOWN};
use super::format::{Format, Reply};
use super::moment::past_unreachable;
use super::observation::{Answer, Observation, Subject};
use super::openapi::parameters as described;
use super::parameters::{Pairs, Parameters, wrong};
use super::{App, Work};
use crate::past::Needed;

pub(super) type Id = Result<Path<String>, PathRejection>;

/// Asks for growth on the comparable panel, beside [`KNOWN`].
const GROWTH: &str = "growth";

/// Answers with an indicator's figures.
#[utoipa::path(
    get,
    path = "/v1/indicators/{id}",
    tag = "figures",
    params(("id" = String, Path, description = "Its id in the plan", example = "HTE_COUNT"), described::Figures, described::AsOf),
    responses((status = 200, body = Answer<'_>)),
)]
pub(super) async fn indicator(
    State(app): State<Arc<App>>,
    id: Id,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let indicator = app.indicator(id)?;
    let parameters = Parameters::read(query, &KNOWN)?;
    let reply = Reply::to(&parameters, &headers, Format::FIGURES)?;
    let asked = Asked::read(&parameters, &app.plan, &indicator.frequencies)?;
    access.covers(&asked.areas)?;
    let work = app.work(asked.figures_at_most(&app.plan));
    let needed =
        Needed::by_indicator(&app.plan, indicator, &asked.areas, asked.field).read_by(access.audience());
    let figure = |figures: Figures<'_>, area, period| {
        let ours = figures.indicator(indicator, area, asked.field, period);
        let official = figures.official(indicator, asked.field, &ours);
        (ours, official)
    };
    let (figures, at) = app.observe(&asked, work, &needed, figure).await?;
    let answer = Answer {
        subject: Subject::Indicator(indicator),
        field: asked.field,
        synthetic: figures.iter().any(|(ours, official)| {
            ours.synthetic || official.as_ref().is_some_and(|official| official.synthetic)
        }),
        observations: figures
            .into_iter()
            .map(|(ours, official)| Observation::of_indicator(ours, official, indicator))
            .collect(),
        grows: false,
    };
    reply.with(work, &answer, Kept::Privately, Some(at))
}

/// Answers with a measure's values.
#[utoipa::path(
    get,
    path = "/v1/measures/{id}",
    tag = "figures",
    params(("id" = String, Path, description = "Its id in the plan", example = "high_tech_revenue"), described::Figures, described::Growth, described::AsOf),
    responses((status = 200, body = Answer<'_>)),
)]
pub(super) async fn measure(
    State(app): State<Arc<App>>,
    id: Id,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let id = named(id)?;
    let measure: &Measure = app
        .plan
        .measure(&id)
        .ok_or_else(|| ProblemDetails::not_found(format!("the plan has no measure {id:?}")))?;
    let parameters = Parameters::read(query, &[&KNOWN[..], &[GROWTH]].concat())?;
    let reply = Reply::to(&parameters, &headers, Format::FIGURES)?;
    let asked = Asked::read(&parameters, &app.plan, figure::frequencies(measure))?;
    let grows = parameters.get(GROWTH, |value| growth(value, measure))?.is_some();
    access.covers(&asked.areas)?;
    let work = app.work(asked.figures_at_most(&app.plan));
    let needed = Needed::by_measure(&app.plan, measure, &asked.areas, asked.field).read_by(access.audience());
    let figure = |figures: Figures<'_>, area, period| {
        let growth = grows.then(|| figures.growth(measure, area, asked.field, period));
        (figures.measure(measure, area, asked.field, period), growth)
    };
    let (figures, at) = app.observe(&asked, work, &needed, figure).await?;
    let answer = Answer {
        subject: Subject::Measure(measure),
        field: asked.field,
        synthetic: figures.iter().any(|(one, _)| one.synthetic),
        observations: figures
            .into_iter()
            .map(|(one, growth)| Observation::of_measure(one, growth, measure))
            .collect(),
        grows,
    };
    reply.with(work, &answer, Kept::Privately, Some(at))
}

fn named(id: Id) -> Result<String, ProblemDetails> {
    let not_text = |rejection: PathRejection| ProblemDetails::bad_request("path", rejection.body_text());
    id.map(|Path(id)| id).map_err(not_text)
}

/// The one way to ask for growth, of what has a comparable panel.
fn growth(value: &str, measure: &Measure) -> Result<(), String> {
    match measure.rule {
        _ if value != "panel" => Err(format!("{value:?} is not panel")),
        Rule::Revenue { .. } => Ok(()),
        _ => {
            Err(format!("{} has no comparable panel; only revenue is filed with the year before", measure.id))
        }
    }
}

impl App {
    /// The plan's indicator that a path names.
    ///
    /// # Errors
    /// 404 where the plan has none of that id.
    pub(super) fn indicator(&self, id: Id) -> Result<&Indicator, ProblemDetails> {
        let id = named(id)?;
        let indicator = self.plan.indicator(&id);
        indicator.ok_or_else(|| ProblemDetails::not_found(format!("the plan has no indicator {id:?}")))
    }

    /// The figures of all areas and periods asked for, from one state of the cells, and the moment that state reflects.
    async fn observe<T>(
        &self,
        asked: &Asked,
        work: Work,
        needed: &Needed<'_>,
        figure: impl Fn(Figures<'_>, Area, Period) -> T,
    ) -> Result<(Vec<T>, Timestamp), ProblemDetails> {
        let past = async |generation: Generation, at| {
            let places = self.places(asked, at)?;
            let cells = needed.cells(&generation, places.iter().map(|(_, period)| *period), at).await;
            cells.map_err(|error| past_unreachable(&error))
        };
        let figures = |cells: &Cells, at| {
            let figures = Figures::new(&self.plan, cells).read_by(needed.audience);
            let places = self.places(asked, at)?;
            Ok(places.into_iter().map(|(area, period)| figure(figures, area, period)).collect())
        };
        self.cells(asked.as_of, work, past, figures).await
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
}

fn too_many(asked_for: usize, most: usize) -> ProblemDetails {
    wrong(
        "area",
        format!("asks for {asked_for} observations, over the {most} of one answer; narrow area, from or to"),
    )
}
