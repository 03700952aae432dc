//! `GET /v1/releases/{name}/targets`: how far the plan's area had come, by what is released.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Field;
use weir_schemas::event::day;
use weir_schemas::figure::Audience;
use weir_schemas::plan::Frequency;

use super::figures::shown;
use super::list::Name;
use crate::http::figures::named;
use crate::http::format::{FORMAT, Format, Reply};
use crate::http::openapi::parameters as described;
use crate::http::parameters::{Pairs, Parameters};
use crate::http::targets::{Answer, judged};
use crate::http::{App, Work};

/// Answers with the plan's targets by a release.
#[utoipa::path(
    get,
    path = "/v1/releases/{name}/targets",
    tag = "releases",
    params(described::Release, described::Areas),
    responses((status = 200, body = Answer<'_>)),
)]
pub(in crate::http) async fn targets(
    State(app): State<Arc<App>>,
    name: Name,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    app.reads_releases(&headers).await?;
    let name = named(name)?;
    let parameters = Parameters::read(query, &["area", FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let areas = parameters.areas(&app.plan)?;
    app.bounds_targets(&areas)?;
    for area in &areas {
        shown(&app.plan, *area, Field::Total, Frequency::A)?;
    }
    let (cut, cells) = app.release(&name).await?;
    let at = cut.header.asked.cut;
    let judged = Work::Long.run(|| judged(&app.plan, &cells, day(at), Audience::Public, &areas));
    reply.with(Work::Long, &Answer::of(judged, &app.plan), app.keeps_releases(), Some(at))
}
