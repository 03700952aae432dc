//! `GET /v1/releases`: the releases there are; `GET /v1/releases/{name}`: one of them.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use weir_kernel::problem::ProblemDetails;

use super::shown::{Answer, Shown};
use super::unknown;
use crate::http::figures::named;
use crate::http::format::{FORMAT, Format, Reply};
use crate::http::openapi::parameters as described;
use crate::http::parameters::{Pairs, Parameters};
use crate::http::{App, Work};

pub(super) type Name = Result<Path<String>, PathRejection>;

/// Answers with all releases, what was asked for last first.
#[utoipa::path(
    get,
    path = "/v1/releases",
    tag = "releases",
    responses((status = 200, body = Answer)),
)]
pub(in crate::http) async fn releases(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    app.reads_releases(&headers).await?;
    let parameters = Parameters::read(query, &[FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let answer = app.releases(Answer::of)?;
    reply.with(Work::Long, &answer, app.keeps_releases(), None)
}

/// Answers with one release.
#[utoipa::path(
    get,
    path = "/v1/releases/{name}",
    tag = "releases",
    params(described::Release),
    responses((status = 200, body = Shown)),
)]
pub(in crate::http) async fn release(
    State(app): State<Arc<App>>,
    name: Name,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    app.reads_releases(&headers).await?;
    let name = named(name)?;
    let parameters = Parameters::read(query, &[FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let release = app.releases(|releases| Shown::named(releases, &name))?.ok_or_else(|| unknown(&name))?;
    reply.with(Work::Short, &release, app.keeps_releases(), release.moment())
}
