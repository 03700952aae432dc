//! Answers that can be asked for again cheaply: with an entity tag.

use std::fmt::Write as _;

use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use weir_kernel::problem::ProblemDetails;

/// The recorded time that an answer reflects.
pub(crate) const WEIR_AS_OF: HeaderName = HeaderName::from_static("weir-as-of");

/// Who may keep an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kept {
    /// Anybody, asking each time whether it still holds.
    Publicly,
    /// The reader alone, asking each time.
    Privately,
}

/// What is shown of an answer.
pub(super) struct Shown {
    /// As it is sent.
    pub(super) body: Vec<u8>,
    /// What it is.
    pub(super) content_type: &'static str,
    /// Under which name it is kept, where it is a file.
    pub(super) file: Option<String>,
    /// The query of the next page, where there is one.
    pub(super) next: Option<String>,
    /// What of it only says when it was asked for, and so is no part of its tag: the moment, or a place in a list as of it.
    pub(super) dated: Vec<String>,
}

/// An answer in JSON, or 304 where the reader has it already.
pub(super) fn json(
    body: &impl Serialize,
    request: &HeaderMap,
    kept: Kept,
    as_of: Option<Timestamp>,
) -> Result<Response, ProblemDetails> {
    json_dated(body, Vec::new(), request, kept, as_of)
}

/// The same of an answer in which these texts only say when it was asked for.
pub(super) fn json_dated(
    body: &impl Serialize,
    dated: Vec<String>,
    request: &HeaderMap,
    kept: Kept,
    as_of: Option<Timestamp>,
) -> Result<Response, ProblemDetails> {
    let body = serde_json::to_vec(body).map_err(|error| {
        tracing::error!(%error, "an answer can't be written");
        ProblemDetails::internal()
    })?;
    let shown = Shown { body, content_type: "application/json", file: None, next: None, dated };
    respond(shown, request, kept, as_of)
}

/// What is shown, or 304 where the reader has it already. The tag is a hash of what is shown and nothing else: who asks again
/// where nothing changed is shown the same, and has it.
pub(super) fn respond(
    shown: Shown,
    request: &HeaderMap,
    kept: Kept,
    as_of: Option<Timestamp>,
) -> Result<Response, ProblemDetails> {
    let Shown { body, content_type, file, next, dated } = shown;
    let tag = undated_tag(&body, &dated);
    let body = || {
        let mut response = ([(CONTENT_TYPE, content_type)], body).into_response();
        set(&mut response, CONTENT_DISPOSITION, file.map(|name| format!("attachment; filename=\"{name}\"")));
        Ok(response)
    };
    let mut response = tagged(tag, body, request, kept, as_of)?;
    response.headers_mut().insert(VARY, HeaderValue::from(ACCEPT));
    set(&mut response, LINK, next.map(|query| format!("<{query}>; rel=\"next\"")));
    Ok(response)
}

/// Sets a header, if there is something to say.
fn set(response: &mut Response, name: HeaderName, value: Option<String>) {
    if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
        response.headers_mut().insert(name, value);
    }
}

/// An answer with an entity tag, or 304 where the reader has it already.
pub(crate) fn tagged(
    tag: String,
    body: impl FnOnce() -> Result<Response, ProblemDetails>,
    request: &HeaderMap,
    kept: Kept,
    as_of: Option<Timestamp>,
) -> Result<Response, ProblemDetails> {
    let mut response = if holds(request, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { body()? };
    let cache = match kept {
        Kept::Publicly => "public, no-cache",
        Kept::Privately => "private, no-cache",
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    set(&mut response, ETAG, Some(tag));
    set(&mut response, WEIR_AS_OF, as_of.map(|at| format!("{at:.3}")));
    Ok(response)
}

/// The tag of an answer: a hash of what it shows.
pub(crate) fn entity_tag(body: &[u8]) -> String {
    let mut tag = String::from('"');
    for byte in Sha256::digest(body).iter().take(16) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// The tag of an answer without what of it only says when it was asked for.
fn undated_tag(body: &[u8], dated: &[String]) -> String {
    let Some(text) = std::str::from_utf8(body).ok().filter(|_| !dated.is_empty()) else {
        return entity_tag(body);
    };
    let undated = dated.iter().fold(text.to_owned(), |text, date| text.replace(date, ""));
    entity_tag(undated.as_bytes())
}

/// Whether the reader holds the answer with this tag, or takes any (RFC 9110 §13.1.2: weak comparison).
fn holds(request: &HeaderMap, tag: &str) -> bool {
    let lists = request.get_all(IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_all_but_when_it_was_asked_for() {
        let tag = |at: &str, value: &str| {
            let body = format!("{{\"value\":{value},\"as_of\":\"{at}\",\"growth\":\"?as_of={at}\"}}");
            let shown = answered(body, vec![at.to_owned()]);
            shown.headers()[ETAG].to_str().unwrap().to_owned()
        };
        assert_eq!(tag("2024-01-01T00:00:00.000Z", "1"), tag("2024-01-01T00:00:00.500Z", "1"));
        assert_ne!(tag("2024-01-01T00:00:00.000Z", "1"), tag("2024-01-01T00:00:00.000Z", "2"));
    }

    fn answered(body: String, dated: Vec<String>) -> Response {
        let shown = Shown {
            body: body.into_bytes(),
            content_type: "application/json",
            file: None,
            next: None,
            dated,
        };
        respond(shown, &HeaderMap::new(), Kept::Privately, None).unwrap()
    }
}
