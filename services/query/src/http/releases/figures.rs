//! `GET /v1/releases/{name}/indicators/{id}` and `GET /v1/releases/{name}/measures/{id}`: as the live ones are answered,
//! of what is released.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::{self, Audience, Cells, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Plan};
use weir_schemas::release::{Cut, is_released};

use super::not_released;
use crate::http::asked::Asked;
use crate::http::figures::{beside_official, named};
use crate::http::format::{FORMAT, Format, Reply};
use crate::http::observation::Answer;
use crate::http::openapi::parameters as described;
use crate::http::parameters::{Pairs, Parameters};
use crate::http::{App, Work};

type NameAndId = Result<Path<(String, String)>, PathRejection>;

/// The parameters that say which figures, and in which format. A release is of one moment.
const KNOWN: [&str; 6] = ["area", "from", "to", "freq", "field", FORMAT];

/// Answers with an indicator's figures in a release.
#[utoipa::path(
    get,
    path = "/v1/releases/{name}/indicators/{id}",
    tag = "releases",
    params(
        described::Release,
        ("id" = String, Path, description = "Its id in the plan", example = "HTE_COUNT"),
        described::Figures,
    ),
    responses((status = 200, body = Answer<'_>)),
)]
pub(in crate::http) async fn indicator(
    State(app): State<Arc<App>>,
    path: NameAndId,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    app.reads_releases(&headers).await?;
    let (name, id) = named(path)?;
    let indicator = app.indicator(&id)?;
    let parameters = Parameters::read(query, &KNOWN)?;
    let reply = Reply::to(&parameters, &headers, Format::FIGURES)?;
    let asked = Asked::read(&parameters, &app.plan, &indicator.frequencies)?;
    let work = app.work(asked.figures_at_most(&app.plan));
    for area in &asked.areas {
        shown(&app.plan, *area, asked.field, asked.frequency)?;
    }
    let (cut, cells) = app.release(&name).await?;
    let figures = app.released(&asked, work, (&cut, &cells), |figures, area, period| {
        beside_official(figures, indicator, asked.field, (area, period))
    })?;
    let answer = Answer::of_indicator(indicator, asked.field, figures);
    reply.with(work, &answer, app.keeps_releases(), Some(cut.header.asked.cut))
}

/// Answers with a measure's values in a release.
#[utoipa::path(
    get,
    path = "/v1/releases/{name}/measures/{id}",
    tag = "releases",
    params(
        described::Release,
        ("id" = String, Path, description = "Its id in the plan", example = "high_tech_revenue"),
        described::Figures,
    ),
    responses((status = 200, body = Answer<'_>)),
)]
pub(in crate::http) async fn measure(
    State(app): State<Arc<App>>,
    path: NameAndId,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    app.reads_releases(&headers).await?;
    let (name, id) = named(path)?;
    let measure = app.measure(&id)?;
    let parameters = Parameters::read(query, &KNOWN)?;
    let reply = Reply::to(&parameters, &headers, Format::FIGURES)?;
    let asked = Asked::read(&parameters, &app.plan, figure::frequencies(measure))?;
    let work = app.work(asked.figures_at_most(&app.plan));
    for area in &asked.areas {
        shown(&app.plan, *area, asked.field, asked.frequency)?;
    }
    let (cut, cells) = app.release(&name).await?;
    let figures = app.released(&asked, work, (&cut, &cells), |figures, area, period| {
        (figures.measure(measure, area, asked.field, period), None)
    })?;
    let answer = Answer::of_measure(measure, asked.field, figures, false);
    reply.with(work, &answer, app.keeps_releases(), Some(cut.header.asked.cut))
}

impl App {
    /// The figures of all areas and periods asked for, by the cells of a release.
    fn released<T>(
        &self,
        asked: &Asked,
        work: Work,
        (cut, cells): (&Cut, &Cells),
        figure: impl Fn(Figures<'_>, Area, Period) -> T,
    ) -> Result<Vec<T>, ProblemDetails> {
        let places = self.places(asked, cut.header.asked.cut)?;
        let figures = Figures::new(&self.plan, cells).read_by(Audience::Public);
        let compute = || places.into_iter().map(|(area, period)| figure(figures, area, period)).collect();
        Ok(work.run(compute))
    }
}

/// That releases show figures of an area and a field at a frequency.
///
/// # Errors
/// 404 where they do not: that there is no cell would read as if nothing stood there.
pub(super) fn shown(
    plan: &Plan,
    area: Area,
    field: Field,
    frequency: Frequency,
) -> Result<(), ProblemDetails> {
    if is_released(plan, area, field, frequency) {
        return Ok(());
    }
    let whole = plan.area;
    let what = match area == whole || area.parent() == Some(whole) {
        false => format!("nothing of {area}, only of {whole} and its prefectures"),
        true if area != whole && field != Field::Total => {
            format!("no field of {area} by itself, only of {whole}")
        }
        true if area != whole => format!("no months of {area}, only of {whole}"),
        true => "no months of single fields, only of all together".to_owned(),
    };
    Err(not_released(format!("releases show {what}")))
}
