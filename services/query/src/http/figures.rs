//! `GET /v1/indicators/{id}` and `GET /v1/measures/{id}`.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::day;
use weir_schemas::figure::{self, Cells, Figures, Official};
use weir_schemas::period::Period;
use weir_schemas::plan::{Indicator, Measure, Rule};

use super::answer::Kept;
use super::asked::{Asked, KNOWN};
use super::format::{Format, Reply};
use super::moment::past_unreachable;
use super::observation::Answer;
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
    let indicator = app.indicator(&named(id)?)?;
    let parameters = Parameters::read(query, &KNOWN)?;
    let reply = Reply::to(&parameters, &headers, Format::FIGURES)?;
    let asked = Asked::read(&parameters, &app.plan, &indicator.frequencies)?;
    access.covers(&asked.areas)?;
    let work = app.work(asked.figures_at_most(&app.plan));
    let needed =
        Needed::by_indicator(&app.plan, indicator, &asked.areas, asked.field).read_by(access.audience());
    let figure =
        |figures: Figures<'_>, area, period| beside_official(figures, indicator, asked.field, (area, period));
    let (figures, at) = app.observe(&asked, work, &needed, figure).await?;
    let answer = Answer::of_indicator(indicator, asked.field, figures);
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
    let measure = app.measure(&named(id)?)?;
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
    let answer = Answer::of_measure(measure, asked.field, figures, grows);
    reply.with(work, &answer, Kept::Privately, Some(at))
}

/// What a path names.
///
/// # Errors
/// 400 where it is no text.
pub(super) fn named<T>(path: Result<Path<T>, PathRejection>) -> Result<T, ProblemDetails> {
    let not_text = |rejection: PathRejection| ProblemDetails::bad_request("path", rejection.body_text());
    path.map(|Path(named)| named).map_err(not_text)
}

/// An indicator's figure at a place, beside what is officially published of it. What is published uses no cell of ours, so it
/// is shown beside a figure that is kept from the reader as well; the difference is not.
pub(crate) fn beside_official(
    figures: Figures<'_>,
    indicator: &Indicator,
    field: Field,
    (area, period): (Area, Period),
) -> (figure::Observation, Option<Official>) {
    let ours = figures.indicator(indicator, area, field, period);
    let official = figures.official(indicator, field, &ours);
    (ours, official)
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
    /// The plan's indicator of an id.
    ///
    /// # Errors
    /// 404 where it has none.
    pub(super) fn indicator(&self, id: &str) -> Result<&Indicator, ProblemDetails> {
        let indicator = self.plan.indicator(id);
        indicator.ok_or_else(|| ProblemDetails::not_found(format!("the plan has no indicator {id:?}")))
    }

    /// The plan's measure of an id.
    ///
    /// # Errors
    /// 404 where it has none.
    pub(super) fn measure(&self, id: &str) -> Result<&Measure, ProblemDetails> {
        let measure = self.plan.measure(id);
        measure.ok_or_else(|| ProblemDetails::not_found(format!("the plan has no measure {id:?}")))
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
    ///
    /// # Errors
    /// 400 where they are more than one answer has.
    pub(super) fn places(
        &self,
        asked: &Asked,
        closed: Timestamp,
    ) -> Result<Vec<(Area, Period)>, ProblemDetails> {
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
