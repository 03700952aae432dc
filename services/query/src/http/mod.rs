//! The HTTP side: routes, and what they share.

mod accept;
mod access;
mod answer;
mod asked;
mod coverage;
mod docs;
mod event;
mod exceptions;
mod explain;
mod figures;
mod format;
mod live;
mod measured;
mod moment;
mod observation;
mod openapi;
mod page;
mod parameters;
mod plan;
mod queries;
mod receipts;
mod releases;
mod targets;
mod work;

pub(crate) use accept::{Range, preferred, ranges};
pub(crate) use access::Access;
pub(crate) use answer::{Kept, WEIR_AS_OF, entity_tag, tagged};
pub(crate) use figures::beside_official;
pub(crate) use moment::past_unreachable;
pub(crate) use parameters::{moment, wrong};
pub(crate) use work::Work;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::sync::Semaphore;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::KeyRing;
use weir_schemas::plan::Plan;

use crate::cells::LiveCells;
use crate::metrics::Metrics;
use crate::releases::{Catalogue, Shelf};
use crate::settings::Settings;

pub(crate) use live::{FIGURES_MOST, Streams};

/// What requests are answered from.
pub(crate) struct App {
    pub(crate) plan: Plan,
    pub(crate) live: Arc<LiveCells>,
    /// Where the past is.
    pub(crate) clickhouse: ClickHouse,
    pub(crate) keys: KeyRing,
    pub(crate) settings: Settings,
    /// Turns at computing answers about the past.
    pub(crate) past: Semaphore,
    pub(crate) metrics: Metrics,
    /// Which releases there are.
    pub(crate) catalogue: Arc<Catalogue>,
    /// Their cells.
    pub(crate) shelf: Shelf,
    /// What tells the plan file from others: SHA-256, hexadecimal.
    pub(crate) plan_hash: String,
    /// Who follows which figures.
    pub(crate) streams: Arc<Streams>,
}

/// The service's own routes.
pub(crate) fn router(app: impl Into<Arc<App>>) -> Router {
    let app = app.into();
    let metrics = app.metrics.clone();
    Router::new()
        .route("/v1/plan", get(plan::plan))
        .route("/v1/indicators/{id}", get(figures::indicator))
        .route("/v1/indicators/{id}/explain", get(explain::explain))
        .route("/v1/measures/{id}", get(figures::measure))
        .route("/v1/live", get(live::live))
        .route("/v1/targets", get(targets::targets))
        .route("/v1/coverage", get(coverage::coverage))
        .route("/v1/receipts", get(receipts::receipts))
        .route("/v1/queries", get(queries::queries))
        .route("/v1/exceptions", get(exceptions::exceptions))
        .route("/v1/releases", get(releases::releases))
        .route("/v1/releases/{name}", get(releases::release))
        .route("/v1/releases/{name}/indicators/{id}", get(releases::indicator))
        .route("/v1/releases/{name}/measures/{id}", get(releases::measure))
        .route("/v1/releases/{name}/targets", get(releases::targets))
        .merge(crate::sdmx::routes())
        .route("/openapi.json", get(openapi::openapi))
        .route("/docs", get(docs::page))
        .route("/docs/{file}", get(docs::asset))
        .route_layer(from_fn_with_state(metrics, measured::measured))
        .with_state(app)
}

#[cfg(test)]
mod tests;
