//! What operators ask every service: `/livez`, `/readyz`, `/metrics`.

mod readiness;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde::Serialize;

pub use readiness::{Readiness, Reasons};

use crate::problem::ProblemDetails;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A service's own routes with the operators' beside them; what neither knows is answered with a problem.
pub fn with_operations(service: Router, readiness: Readiness, registry: Arc<Registry>) -> Router {
    service
        .merge(router(readiness, registry))
        .fallback(
            |uri: Uri| async move { ProblemDetails::not_found(format!("nothing is at {}", uri.path())) },
        )
        .method_not_allowed_fallback(|method: Method, uri: Uri| async move {
            let detail = format!("{} does not take {method}", uri.path());
            ProblemDetails::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
        })
}

/// The operators' routes alone.
pub fn router(readiness: Readiness, registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "live\n" }))
        .route("/readyz", get(move || async move { report(readiness.reasons()) }))
        .route("/metrics", get(move || async move { metrics(&registry) }))
}

#[derive(Serialize)]
struct Report {
    ready: bool,
    reasons: Reasons,
}

fn report(reasons: Reasons) -> Response {
    let ready = reasons.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CACHE_CONTROL, "no-store")], Json(Report { ready, reasons })).into_response()
}

fn metrics(registry: &Registry) -> Response {
    let mut text = String::new();
    match encode(&mut text, registry) {
        Ok(()) => ([(CONTENT_TYPE, OPENMETRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics can't be written");
            ProblemDetails::internal().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::post;
    use prometheus_client::metrics::counter::Counter;
    use tower::ServiceExt;

    use super::*;

    async fn ask(router: &Router, path: &str) -> (u16, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 100_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn tells_live_ready_and_metrics() {
        let mut registry = crate::telemetry::registry("test");
        let seen = Counter::<u64>::default();
        registry.register("seen", "What was seen", seen.clone());
        seen.inc_by(3);
        let readiness = Readiness::waiting_for(["log"]);
        let service = Router::new().route("/v1/events", post(|| async {}));
        let router = with_operations(service, readiness.clone(), Arc::new(registry));

        assert_eq!(ask(&router, "/livez").await, (200, "live\n".to_owned()));
        assert_eq!(
            ask(&router, "/readyz").await,
            (503, r#"{"ready":false,"reasons":{"log":"starting"}}"#.to_owned())
        );
        readiness.met("log");
        assert_eq!(ask(&router, "/readyz").await, (200, r#"{"ready":true,"reasons":{}}"#.to_owned()));
        let (status, metrics) = ask(&router, "/metrics").await;
        assert_eq!(status, 200);
        assert!(metrics.contains("weir_test_seen_total 3\n"), "{metrics}");
        readiness.drain();
        assert_eq!(ask(&router, "/readyz").await.0, 503);
        assert_eq!(ask(&router, "/livez").await.0, 200);
    }

    #[tokio::test]
    async fn unknown_paths_and_methods_are_problems() {
        let service = Router::new().route("/v1/events", post(|| async {}));
        let router = with_operations(service, Readiness::waiting_for([]), Arc::new(Registry::default()));
        let (status, body) = ask(&router, "/v2").await;
        assert_eq!(status, 404);
        assert!(body.contains(r#""code":"not-found""#), "{body}");
        let (status, body) = ask(&router, "/v1/events").await;
        assert_eq!(status, 405);
        assert!(body.contains(r#""code":"method-not-allowed""#), "{body}");
    }
}
