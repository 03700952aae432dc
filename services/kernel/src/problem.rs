//! Errors of a whole request, as RFC 9457 `application/problem+json`.

use std::time::Duration;

use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use weir_schemas::excerpt::excerpt;

/// The most characters of a detail, which may quote what was sent.
const DETAIL_MOST: usize = 1_000;

/// The answer to a request that could not be served.
///
/// Its `type` is `about:blank`, so `title` is the status's own phrase; programs go by the stable `code`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct ProblemDetails {
    status: StatusCode,
    code: &'static str,
    detail: String,
    retry_after: Option<Duration>,
    accept_encoding: Option<&'static str>,
    invalid_token: bool,
    members: Map<String, Value>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: &'a str,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl ProblemDetails {
    /// A problem with a stable `code` in lower case with hyphens (`body-too-large`) and a sentence for a person,
    /// which is cut where it is long and shown without what does not print.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = excerpt(&detail.into(), DETAIL_MOST);
        Self {
            status,
            code,
            detail,
            retry_after: None,
            accept_encoding: None,
            invalid_token: false,
            members: Map::new(),
        }
    }

    /// 400: the request can't be read.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: no key was shown.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// 401: what was shown is no good, a key or a token; `WWW-Authenticate` says so too, as RFC 6750 has it.
    pub fn invalid_token(code: &'static str, detail: impl Into<String>) -> Self {
        Self { invalid_token: true, ..Self::new(StatusCode::UNAUTHORIZED, code, detail) }
    }

    /// 403: the key does not allow this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: there is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// 500: a fault of the service; what happened belongs in its logs, not in the answer.
    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service failed; its logs say why")
    }

    /// 503: something that the service needs can't be reached; send again after `retry_after`.
    pub fn unavailable(code: &'static str, detail: impl Into<String>, retry_after: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(retry_after)
    }

    /// Says when to try again, in whole seconds, at least one.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// Says which content codings a body may have, as RFC 9110 §15.5.16 has it of a 415.
    #[must_use]
    pub fn accept_encoding(mut self, codings: &'static str) -> Self {
        self.accept_encoding = Some(codings);
        self
    }

    /// Adds an extension member.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.insert(name.into(), value.into());
        self
    }

    /// The status it answers with.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl ProblemDetails {
    /// What `WWW-Authenticate` says of what was shown.
    fn challenge(&self) -> Option<HeaderValue> {
        // RFC 6750 §3 leaves no other characters to a description.
        let fits = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
        let detail: String = self.detail.chars().filter(fits).collect();
        let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{detail}\"");
        self.invalid_token.then(|| challenge.parse().ok())?
    }
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            members: &self.members,
        };
        // Texts, numbers and JSON values serialise without fail.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(WWW_AUTHENTICATE, self.challenge().unwrap_or(bearer));
        }
        if let Some(after) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        if let Some(codings) = self.accept_encoding {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(codings));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_as_the_standard_says() {
        let problem =
            ProblemDetails::unavailable("log-unavailable", "the log is away", Duration::from_millis(5))
                .with("retry", true);
        let response = problem.into_response();
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[RETRY_AFTER], "1");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        assert_eq!(
            std::str::from_utf8(&body).unwrap(),
            r#"{"type":"about:blank","title":"Service Unavailable","status":503,"code":"log-unavailable","detail":"the log is away","retry":true}"#
        );
    }

    #[tokio::test]
    async fn what_it_quotes_is_cut_and_prints() {
        let sent = "\u{1b}[2J".to_owned() + &"x".repeat(1 << 20);
        let response = ProblemDetails::bad_request("unreadable", sent).into_response();
        let body = axum::body::to_bytes(response.into_body(), 2_000).await.unwrap();
        assert!(std::str::from_utf8(&body).unwrap().contains("�[2Jxxx"));
    }

    #[test]
    fn who_has_no_key_is_told_how_to_show_one() {
        assert_eq!(
            ProblemDetails::unauthorized("no key").into_response().headers()[WWW_AUTHENTICATE],
            "Bearer"
        );
        let refused = ProblemDetails::invalid_token("token-expired", "the \"token\"\u{a0}expired");
        assert_eq!(
            refused.into_response().headers()[WWW_AUTHENTICATE],
            r#"Bearer error="invalid_token", error_description="the tokenexpired""#
        );
    }
}
