//! `POST /v1/rebuild`: every projection again from the log, beside the live ones.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use weir_kernel::problem::ProblemDetails;

use super::{App, unavailable};
use crate::generation::Rebuild;
use crate::status::RebuildStatus;

/// Begins a rebuild, or says which is under way.
pub(super) async fn rebuild(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    app.authorize(&headers).await?;
    let rebuild = app.generations.rebuild().await.map_err(|error| unavailable(&error))?;
    app.wake.notify_one();
    let (generation, under_way) = match &rebuild {
        Rebuild::Begun(generation) => (generation, false),
        Rebuild::UnderWay(generation) => (generation, true),
    };
    let answer = RebuildStatus { generation: generation.name().to_owned(), under_way };
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}
