//! Counts requests and how long they took.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::metrics::Metrics;

/// Answers the request, and counts it under its route: paths themselves are without number.
pub(super) async fn measured(
    State(metrics): State<Metrics>,
    route: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let response = next.run(request).await;
    metrics.answered(route.as_str(), response.status().as_u16(), begun.elapsed());
    response
}
