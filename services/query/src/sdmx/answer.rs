//! Answers: bytes of a media type with an entity tag, or that there is nothing.

use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LANGUAGE, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;

use super::message::header;
use super::query::language;
use crate::http::{Kept, WEIR_AS_OF, Work, entity_tag, tagged};

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
        message: impl FnOnce(Timestamp) -> Result<Vec<u8>, Unwritten>,
    ) -> Result<Response, ProblemDetails> {
        Work::Long.run(|| {
            let undated = message(UNDATED).map_err(|error| {
                tracing::error!(%error, "a message can't be written");
                ProblemDetails::internal()
            })?;
            let kept = if self.public { Kept::Publicly } else { Kept::Privately };
            let tag = entity_tag(&undated);
            let body = || {
                let body = dated(undated, self.as_of.unwrap_or_else(Timestamp::now));
                Ok(([(CONTENT_TYPE, self.content_type)], body).into_response())
            };
            let mut response = tagged(tag, body, request, kept, self.as_of)?;
            let headers = response.headers_mut();
            headers.insert(VARY, varying());
            headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language(request).tag()));
            Ok(response)
        })
    }
}

/// Stands for the moment that a message is prepared at, until it is sent: a moment that nothing else is of.
const UNDATED: Timestamp = Timestamp::MAX;

/// A message that says when it was prepared.
fn dated(undated: Vec<u8>, prepared: Timestamp) -> Vec<u8> {
    let dates: [fn(Timestamp) -> String; 2] = [header::time, header::id];
    match String::from_utf8(undated) {
        Ok(text) => {
            dates.iter().fold(text, |text, of| text.replace(&of(UNDATED), &of(prepared))).into_bytes()
        }
        Err(binary) => binary.into_bytes(),
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use axum::http::header::{ETAG, IF_NONE_MATCH};

    use super::*;

    fn answer(at: &str) -> Answer {
        Answer { content_type: "application/json", as_of: Some(at.parse().unwrap()), public: false }
    }

    #[tokio::test]
    async fn a_message_is_written_once_and_dated_then() {
        let mut request = HeaderMap::new();
        let mut written = 0;
        let mut write = |at: &str, request: &HeaderMap| {
            let message = |prepared| {
                written += 1;
                Ok(format!("{} {} 7", header::time(prepared), header::id(prepared)).into_bytes())
            };
            answer(at).write(request, message).unwrap()
        };
        let first = write("2024-01-01T00:00:00Z", &request);
        let tag = first.headers()[ETAG].clone();
        let body = axum::body::to_bytes(first.into_body(), 1_000).await.unwrap();
        assert_eq!(body, "2024-01-01T00:00:00.000Z WEIR1704067200000 7");
        request.insert(IF_NONE_MATCH, tag);
        assert_eq!(write("2024-01-01T00:00:00.5Z", &request).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(written, 2);
    }

    /// The runtime has one thread to itself: while a message is written, others are answered.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn whoever_writes_holds_nobody_up() {
        let writing = tokio::spawn(async {
            let (other, answered) = mpsc::channel();
            tokio::spawn(async move { other.send(()) });
            let message = |_| {
                answered.recv_timeout(Duration::from_secs(5)).map_err(std::io::Error::other)?;
                Ok(Vec::new())
            };
            answer("2024-01-01T00:00:00Z").write(&HeaderMap::new(), message).map(|response| response.status())
        });
        assert_eq!(writing.await.unwrap().unwrap(), StatusCode::OK);
    }
}
