//! What operators ask of aggregation: how far it is, and to rebuild.

mod rebuild;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use tokio::sync::Notify;
use weir_kernel::keys::{KeyRing, Role};
use weir_kernel::log::EventLog;
use weir_kernel::problem::ProblemDetails;

use crate::Error;
use crate::generation::Generations;

/// What requests are answered from.
pub(crate) struct App {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) generations: Generations,
    pub(crate) keys: KeyRing,
    /// Told when there is a generation more to work on.
    pub(crate) wake: Arc<Notify>,
}

/// The service's own routes.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/v1/status", get(status::status))
        .route("/v1/rebuild", post(rebuild::rebuild))
        .with_state(Arc::new(app))
}

impl App {
    /// That an operator asks.
    async fn authorize(&self, headers: &HeaderMap) -> Result<(), ProblemDetails> {
        self.keys.authorize(headers, &[Role::Operator]).await.map(|_| ())
    }
}

/// The log or the store is away.
fn unavailable(error: &Error) -> ProblemDetails {
    tracing::warn!(%error, "an operator's request can't be answered");
    let detail = "the log or the store can't be reached now";
    ProblemDetails::unavailable("store-unreachable", detail, std::time::Duration::from_secs(1))
}
