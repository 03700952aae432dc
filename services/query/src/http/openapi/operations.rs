//! What operators ask every service, which the kernel answers.

use utoipa::Modify;
use utoipa::openapi::path::{OperationBuilder, PathItem};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{ContentBuilder, HttpMethod, OpenApi, ResponseBuilder};

/// Path, what it answers, in which media type, and its statuses with what they say.
type Route = (&'static str, &'static str, &'static str, &'static [(u16, &'static str)]);

const ROUTES: [Route; 3] = [
    ("/livez", "Whether the process lives", "text/plain", &[(200, "It does")]),
    (
        "/readyz",
        "Whether the service can answer",
        "application/json",
        &[(200, "It can"), (503, "Not now, and why: `reasons`")],
    ),
    (
        "/metrics",
        "Metrics for Prometheus",
        "application/openmetrics-text",
        &[(200, "Metrics in OpenMetrics")],
    ),
];

/// Adds them.
pub(super) struct Operations;

impl Modify for Operations {
    fn modify(&self, document: &mut OpenApi) {
        for (path, summary, media_type, statuses) in ROUTES {
            let shape = if media_type == "application/json" { Type::Object } else { Type::String };
            let mut operation = OperationBuilder::new()
                .tag("operations")
                .operation_id(Some(path.trim_start_matches('/')))
                .summary(Some(summary));
            for (status, says) in statuses {
                let content = ContentBuilder::new().schema(Some(Object::with_type(shape.clone()))).build();
                let response = ResponseBuilder::new().description(*says).content(media_type, content);
                operation = operation.response(status.to_string(), response.build());
            }
            let item = PathItem::new(HttpMethod::Get, operation.build());
            document.paths.paths.insert(path.to_owned(), item);
        }
    }
}
