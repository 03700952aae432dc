//! `GET /v1/releases/{name}/indicators/{id}` and `GET /v1/releases/{name}/measures/{id}`: as the live ones are answered,
//! of what is released.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::{self, Audience, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Plan};
use weir_schemas::release::is_released;

use super::not_released;
use crate::http::App;
use crate::http::asked::Asked;
use crate::http::figures::{beside_official, named};
use crate::http::format::{FORMAT, Format, Reply};
use crate::http::observation::Answer;
use crate::http::openapi::parameters as described;
use crate::http::parameters::{Pairs, Parameters};

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
    let figure = |figures: Figures<'_>, field, place| beside_official(figures, indicator, field, place);
    let answer = |field, figures| Answer::of_indicator(indicator, field, figures);
    app.released(&name, (query, &headers), &indicator.frequencies, figure, answer).await
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
    let figure =
        |figures: Figures<'_>, field, (area, period)| (figures.measure(measure, area, field, period), None);
    let answer = |field, figures| Answer::of_measure(measure, field, figures, false);
    app.released(&name, (query, &headers), figure::frequencies(measure), figure, answer).await
}

impl App {
    /// Answers with figures in a release, of something that has these frequencies: what `figure` finds at each place, as `answer`
    /// tells it.
    async fn released<'a, T>(
        &'a self,
        name: &str,
        (query, headers): (Pairs, &HeaderMap),
        frequencies: &[Frequency],
        figure: impl Fn(Figures<'_>, Field, (Area, Period)) -> T,
        answer: impl FnOnce(Field, Vec<T>) -> Answer<'a>,
    ) -> Result<Response, ProblemDetails> {
        let parameters = Parameters::read(query, &KNOWN)?;
        let reply = Reply::to(&parameters, headers, Format::FIGURES)?;
        let asked = Asked::read(&parameters, &self.plan, frequencies)?;
        for area in &asked.areas {
            shown(&self.plan, *area, asked.field, asked.frequency)?;
        }
        let (cut, cells) = self.release(name).await?;
        let at = cut.header.asked.cut;
        let places = self.places(&asked, at)?;
        let figures = Figures::new(&self.plan, &cells).read_by(Audience::Public);
        let found = || places.into_iter().map(|place| figure(figures, asked.field, place)).collect();
        let work = self.work(asked.figures_at_most(&self.plan));
        let answer = answer(asked.field, work.run(found));
        reply.with(work, &answer, self.keeps_releases(), Some(at))
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
