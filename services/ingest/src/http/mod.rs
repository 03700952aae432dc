//! `POST /v1/events`: who asks, in which format, and then the records. And `GET /v1/rejected`.

pub(crate) mod batch;
pub(crate) mod binary;
mod encoding;
mod kept;
pub(crate) mod lines;
mod ndjson;
mod rejected;
mod structured;

use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use weir_kernel::keys::Role;
use weir_kernel::problem::ProblemDetails;
use weir_kernel::topics::LOG;

use self::encoding::Encoding;
use self::kept::kept;
use crate::content_type::ContentType;
use crate::intake::Intake;
use crate::memory::Held;
use crate::metrics::Metrics;
use crate::rounds::ROUNDS;
use crate::service::Service;
use crate::shares::{NoPlace, Place, Share};

/// How records are written in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Event,
    Binary,
    Batch,
    Ndjson,
}

impl Format {
    const fn as_str(self) -> &'static str {
        match self {
            Format::Event => "event",
            Format::Binary => "binary",
            Format::Batch => "batch",
            Format::Ndjson => "ndjson",
        }
    }
}

/// The service's own routes.
pub(crate) fn routes(service: Service) -> Router {
    Router::new()
        .route("/v1/events", post(events))
        .route("/v1/rejected", get(rejected::rejected))
        .with_state(service)
}

async fn events(State(service): State<Service>, headers: HeaderMap, body: Body) -> Response {
    receive(service, &headers, body).await.unwrap_or_else(IntoResponse::into_response)
}

async fn receive(service: Service, headers: &HeaderMap, body: Body) -> Result<Response, ProblemDetails> {
    let caller = service.keys.authorize(headers, &[Role::Bureau]).await?;
    let (format, encoding) = (format(headers)?, Encoding::of(headers)?);
    let body = encoding.decoded(body, &service.limits);
    let intake = Intake::new(service.clone(), caller);
    let request = Request::begin(&service, &intake.share, format)?;
    match format {
        Format::Event => request.end(structured::event(&service, intake, body).await),
        Format::Binary => request.end(structured::binary(&service, intake, headers, body).await),
        Format::Batch => request.end(structured::batch(&service, intake, body).await),
        Format::Ndjson => Ok(ndjson::stream(&service, intake, body, request)),
    }
}

/// The format that the headers name.
fn format(headers: &HeaderMap) -> Result<Format, ProblemDetails> {
    let refuse =
        |code, detail: &str| Err(ProblemDetails::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail));
    let content_type = headers.get(CONTENT_TYPE).map_or("", |value| value.to_str().unwrap_or("?"));
    let content_type = ContentType::of(content_type);
    if !content_type.is_utf8() {
        return refuse("unsupported-charset", "send UTF-8");
    }
    match content_type.essence.as_str() {
        "application/cloudevents+json" => Ok(Format::Event),
        "application/cloudevents-batch+json" => Ok(Format::Batch),
        "application/x-ndjson" => Ok(Format::Ndjson),
        "application/json" | "" if binary::is_binary(headers) => Ok(Format::Binary),
        _ => refuse(
            "unsupported-media-type",
            "send application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson, or \
             application/json with the attributes in ce- headers",
        ),
    }
}

/// What is held for senders leaves no room.
const FULL: &str = "too much is held for senders already";

/// A request being served, until its answer is written: holds its place, and times it.
#[derive(Debug)]
struct Request {
    format: Format,
    begun: Instant,
    metrics: Metrics,
    _place: Place,
}

impl Service {
    /// A place among the requests that are served.
    ///
    /// # Errors
    /// 503 while there is none, 429 where the key has all of its own.
    fn place(&self, share: &Share) -> Result<Place, ProblemDetails> {
        let after = self.limits.retry_after;
        self.shares.place(share).map_err(|why| match why {
            NoPlace::OfAll => {
                ProblemDetails::unavailable("busy", "too many requests are being served", after)
            }
            NoPlace::OfKey => {
                let most = self.limits.key_requests;
                let detail =
                    format!("{most} requests of the key are being served, and no more are at a time");
                ProblemDetails::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail)
                    .retry_after(after)
            }
        })
    }

    /// 503: what is held for senders leaves no room.
    fn full(&self) -> ProblemDetails {
        ProblemDetails::unavailable("busy", FULL, self.limits.retry_after)
    }
}

impl Request {
    /// Takes a place, if there is one and the service is ready.
    fn begin(service: &Service, share: &Share, format: Format) -> Result<Self, ProblemDetails> {
        let after = service.limits.retry_after;
        let reasons = service.readiness.reasons();
        if [LOG, ROUNDS].iter().any(|need| reasons.contains_key(need)) {
            return Err(ProblemDetails::unavailable("log-unavailable", "the log can't be read yet", after));
        }
        let place = service.place(share)?;
        service.metrics.under_way.inc();
        Ok(Self { format, begun: Instant::now(), metrics: service.metrics.clone(), _place: place })
    }

    /// Ends with an answer, which keeps the place and the room that it takes until it is written.
    fn end(
        self,
        served: Result<(Response<Vec<u8>>, Held), ProblemDetails>,
    ) -> Result<Response, ProblemDetails> {
        let status = served.as_ref().map_or_else(ProblemDetails::status, |(answer, _)| answer.status());
        self.served(status);
        let (answer, held) = served?;
        Ok(answer.map(|text| Body::from(kept(text, (held, self)))))
    }

    fn served(&self, status: StatusCode) {
        self.metrics.served(self.format.as_str(), status.as_u16(), self.begun.elapsed());
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.metrics.under_way.dec();
    }
}
