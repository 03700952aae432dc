//! Answers: bytes of a media type with an entity tag, or that there is nothing.

use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LANGUAGE, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;

use super::query::language;
use crate::http::{Kept, WEIR_AS_OF, entity_tag, tagged};

/// An answer to be written.
pub(super) struct Answer {
    /// Its media type.
    pub(super) content_type: &'static str,
    /// The moment that it reflects, if it holds statistics.
    pub(super) as_of: Option<Timestamp>,
    /// Whether anybody may keep it.
    pub(super) public: bool,
}

/// What a message could not be written for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritten {
    /// As JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// As XML.
    #[error(transparent)]
    Xml(#[from] std::io::Error),
    /// As CSV.
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

impl Answer {
    /// Writes it, or answers 304 where the reader has it. `message` writes it as prepared at a moment; the tag is of all
    /// that it says besides.
    pub(super) fn write(
        &self,
        request: &HeaderMap,
        message: impl Fn(Timestamp) -> Result<Vec<u8>, Unwritten>,
    ) -> Result<Response, ProblemDetails> {
        let written = |prepared| {
            message(prepared).map_err(|error| {
                tracing::error!(%error, "a message can't be written");
                ProblemDetails::internal()
            })
        };
        let undated = written(Timestamp::UNIX_EPOCH)?;
        let kept = if self.public { Kept::Publicly } else { Kept::Privately };
        let prepared = self.as_of.unwrap_or_else(Timestamp::now);
        let body =
            || written(prepared).map(|body| ([(CONTENT_TYPE, self.content_type)], body).into_response());
        let mut response = tagged(entity_tag(&undated), body, request, kept, self.as_of)?;
        let headers = response.headers_mut();
        headers.insert(VARY, varying());
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language(request).tag()));
        Ok(response)
    }
}

/// 204: there is such data, and none of it is there.
pub(super) fn nothing(as_of: Option<Timestamp>) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(VARY, varying());
    if let Some(value) = as_of.and_then(|at| HeaderValue::try_from(format!("{at:.3}")).ok()) {
        headers.insert(WEIR_AS_OF, value);
    }
    response
}

/// What of a request an answer depends on.
fn varying() -> HeaderValue {
    let names: [HeaderName; 4] = [ACCEPT, ACCEPT_LANGUAGE, ACCEPT_ENCODING, AUTHORIZATION];
    let names = names.map(|name| name.as_str().to_owned()).join(", ");
    HeaderValue::try_from(names).unwrap_or(HeaderValue::from_static("*"))
}
