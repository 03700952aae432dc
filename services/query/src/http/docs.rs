//! `GET /docs`: a page to try this interface, by Swagger UI. It loads nothing from elsewhere.

use std::io::{Cursor, Read};
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::Response;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use weir_kernel::problem::ProblemDetails;
use zip::ZipArchive;

use super::answer::{Kept, Shown, respond};

const PAGE: &str = include_str!("docs/page.html");
const START: &str = include_str!("docs/start.js");
/// Swagger UI styles elements and draws its arrows as inline images; nothing comes from other hosts.
const POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// A file that the page loads.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: Bytes,
}

/// The files of the page; Swagger UI's are taken out of its archive when the first is asked for.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let of_swagger = |name, content_type| Some(Asset { name, content_type, body: unpacked(name)? });
    let start = Asset { name: "start.js", content_type: SCRIPT, body: Bytes::from_static(START.as_bytes()) };
    [
        of_swagger("swagger-ui.css", "text/css; charset=utf-8"),
        of_swagger("swagger-ui-bundle.js", SCRIPT),
        of_swagger("favicon-32x32.png", "image/png"),
        Some(start),
    ]
    .into_iter()
    .flatten()
    .collect()
});

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of Swagger UI's distribution; the archive's folder is named by its version.
fn unpacked(name: &str) -> Option<Bytes> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok()?;
    let at = (0..archive.len()).find(|at| {
        archive
            .name_for_index(*at)
            .is_some_and(|path| path.is_ok_and(|path| path.ends_with(&format!("/dist/{name}"))))
    })?;
    let mut body = Vec::new();
    archive.by_index(at).ok()?.read_to_end(&mut body).ok()?;
    Some(body.into())
}

/// Answers with a page to try this interface.
#[utoipa::path(get, path = "/docs", tag = "about", responses((status = 200, body = String, content_type = "text/html")))]
pub(super) async fn page(headers: HeaderMap) -> Result<Response, ProblemDetails> {
    let mut response = shown(PAGE.into(), "text/html; charset=utf-8", &headers)?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

/// Answers with a file that the page loads.
#[utoipa::path(
    get,
    path = "/docs/{file}",
    tag = "about",
    params(("file" = String, Path, description = "Its name", example = "start.js")),
    responses(
        (status = 200, content((String = "text/css"), (String = "text/javascript"), (String = "image/png"))),
    ),
)]
pub(super) async fn asset(
    file: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    let Path(file) = file.map_err(|error| ProblemDetails::bad_request("path", error.body_text()))?;
    let asset = ASSETS.iter().find(|asset| asset.name == file);
    let asset = asset.ok_or_else(|| ProblemDetails::not_found(format!("nothing is at /docs/{file}")))?;
    shown(asset.body.to_vec(), asset.content_type, &headers)
}

fn shown(body: Vec<u8>, content_type: &'static str, headers: &HeaderMap) -> Result<Response, ProblemDetails> {
    respond(
        Shown { body, content_type, file: None, next: None, dated: Vec::new() },
        headers,
        Kept::Publicly,
        None,
    )
}
