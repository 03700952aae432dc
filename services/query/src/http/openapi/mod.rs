//! The description of this interface, made from the code that answers, as `OpenAPI` 3.1.
//!
//! Each handler says what it takes and answers; [`shared`] adds what all have in common: formats, headers, problems.

mod operations;
pub(super) mod parameters;
mod sdmx;
mod shared;
pub(super) mod words;

use std::sync::{Arc, LazyLock};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use utoipa::OpenApi;
use weir_kernel::problem::ProblemDetails;

use self::operations::Operations;
use self::sdmx::Sdmx;
use self::shared::Shared;
use super::answer::{Kept, json};
use super::{
    App, coverage, docs, exceptions, explain, figures, live, plan, queries, receipts, releases, targets,
};

/// The description without what [`shared`] adds.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Weir query",
        description = "The figures of a plan, each as of any moment, exact and with its status. Decimals are strings in JSON. \
            Data that is made up says `synthetic`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        plan::plan,
        figures::indicator,
        explain::explain,
        figures::measure,
        live::live,
        targets::targets,
        coverage::coverage,
        receipts::receipts,
        queries::queries,
        exceptions::exceptions,
        releases::releases,
        releases::release,
        releases::indicator,
        releases::measure,
        releases::targets,
        openapi,
        docs::page,
        docs::asset,
    ),
    tags(
        (name = "figures", description = "For analysts and officials"),
        (name = "releases", description = "For the public, analysts and officials"),
        (name = "units", description = "For officials, bureaus and operators"),
        (name = "about", description = "For anybody"),
        (name = "sdmx", description = "SDMX REST 2.x"),
        (name = "operations", description = "For operators of the service"),
    ),
    modifiers(&Operations, &Sdmx, &Shared),
)]
struct Described;

/// The whole description.
pub(super) static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(Described::openapi);

/// Answers with this description.
#[utoipa::path(get, path = "/openapi.json", tag = "about", responses((status = 200, body = Object)))]
pub(super) async fn openapi(
    State(_): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    json(&*DOCUMENT, &headers, Kept::Publicly, None)
}
