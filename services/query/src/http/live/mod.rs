//! `GET /v1/live`: figures as they change, as server-sent events.

mod board;
mod body;
mod frame;
mod position;
mod shown;
mod sources;
mod streams;
#[cfg(test)]
mod tests;
mod then;
mod wanted;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use weir_kernel::keys::Caller;
use weir_kernel::problem::ProblemDetails;

use self::board::Behind;
use self::body::{Reading, body};
use self::frame::notice;
use self::position::{COMPLETE, Position};
use self::streams::{Joined, NotJoined};
use self::wanted::{KNOWN, Wanted};
use super::App;
use super::access::Access;
use super::openapi::parameters as described;
use super::parameters::{Pairs, Parameters, wrong};

pub(crate) use position::FIGURES_MOST;
pub(crate) use streams::Streams;

/// The last id that a reader has.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Says to a proxy that nothing is to wait for more (nginx).
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");
/// How soon a reader may come back whose place another service has reached and this one has not.
const SOON: Duration = Duration::from_secs(1);

/// Streams figures as they change, as server-sent events.
#[utoipa::path(
    get,
    path = "/v1/live",
    tag = "figures",
    params(described::Figures, described::Live),
    responses((status = 200, body = String, content_type = "text/event-stream")),
)]
pub(super) async fn live(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let caller = app.reader(&headers).await?;
    let parameters = Parameters::read(query, &KNOWN)?;
    let access = Access::of(caller.as_ref());
    let wanted = Wanted::read(&parameters, &app.plan, access.audience())?;
    access.covers(&wanted.areas)?;
    let place = place(&headers)?;
    let (joined, told) = join(&app, &wanted, caller.as_ref(), place).await?;
    let told = told.map(|reason| notice("reset", reason));
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "private, no-store"), UNBUFFERED];
    let reading = Reading { app, caller, audience: wanted.audience, areas: wanted.areas };
    Ok((headers, body(reading, joined, told)).into_response())
}

/// Where the reader's last stream ended, if there was one.
fn place(headers: &HeaderMap) -> Result<Option<Position>, ProblemDetails> {
    let Some(id) = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty()) else { return Ok(None) };
    let id = id.to_str().unwrap_or_default();
    let read: Result<Position, _> = id.parse();
    read.map(Some).map_err(|error| wrong("Last-Event-ID", error))
}

/// What is said to a reader who gets everything again.
const IN_THE_MIDDLE: &str =
    "the stream broke off in the middle of a moment that this service does not know: all figures follow";
const NO_PAST: &str = "what changed since the last id can't be found out: all figures follow";

/// Lets a reader follow from their place: by what is remembered, else by what the figures were then, else from the start.
async fn join(
    app: &App,
    wanted: &Wanted,
    caller: Option<&Caller>,
    place: Option<Position>,
) -> Result<(Joined, Option<&'static str>), ProblemDetails> {
    let streams = &app.streams;
    let key = caller.map(|caller| caller.key.name.as_str());
    let join = |behind| streams.join(wanted, key, behind);
    let refused = |not: NotJoined| match not {
        NotJoined::Refused(problem) => problem,
        NotJoined::Forgotten => ProblemDetails::internal(),
    };
    let Some(Position { at, figure, sender }) = place else {
        return Ok((join(None).map_err(refused)?, None));
    };
    if streams.at().is_some_and(|reflects| reflects < at) {
        let detail = format!("this service does not reflect {at:.3} yet");
        return Err(ProblemDetails::unavailable("not-as-far-yet", detail, SOON));
    }
    if sender == streams.sender {
        match join(Some(Behind::Position { at, figure })) {
            Err(NotJoined::Forgotten) => {}
            joined => {
                streams.metrics.resumed("memory");
                return Ok((joined.map_err(refused)?, None));
            }
        }
    }
    let reason = if figure == COMPLETE {
        match streams.then.figures(app, wanted, at).await {
            Ok(then) => {
                let joined = join(Some(Behind::Compared(then))).map_err(refused)?;
                streams.metrics.resumed("past");
                return Ok((joined, None));
            }
            Err(problem) => {
                tracing::warn!(%problem, "a stream can't be resumed from the past");
                NO_PAST
            }
        }
    } else {
        IN_THE_MIDDLE
    };
    let joined = join(None).map_err(refused)?;
    streams.metrics.resumed("nothing");
    Ok((joined, Some(reason)))
}
