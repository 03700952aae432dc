//! SDMX REST 2.x (`/sdmx/…`): the plan's figures, targets and reference series as dataflows, for standard clients.
//!
//! A request is read by [`query`], the plan is told in SDMX's words by [`model`] and [`structure`], [`data`] observes figures as the
//! other handlers do, and [`message`] writes them.

mod answer;
mod availability;
mod data;
mod message;
mod model;
mod query;
mod structure;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use weir_kernel::problem::ProblemDetails;

use crate::http::App;

/// The routes, with and without a tail: what is left out at the end of a path is everything.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sdmx/data", get(data::data))
        .route("/sdmx/data/{*path}", get(data::data))
        .route("/sdmx/availability", get(availability::availability))
        .route("/sdmx/availability/{*path}", get(availability::availability))
        .route("/sdmx/structure", get(structure::structure))
        .route("/sdmx/structure/{*path}", get(structure::structure))
        .route("/sdmx/schema/{*path}", get(structure::schema))
        .route("/sdmx/{*other}", get(other))
}

/// What the standard has besides.
async fn other(Path(path): Path<String>) -> ProblemDetails {
    match path.split('/').next().unwrap_or_default() {
        resource @ ("metadata" | "registration" | "schema") => {
            query::not_served(&format!("/sdmx/{resource}"))
        }
        resource => ProblemDetails::not_found(format!(
            "there is no /sdmx/{resource}; there are data, structure, availability and schema"
        )),
    }
}
