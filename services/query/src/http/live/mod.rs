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
use jiff::Timestamp;
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
const AHEAD: &str = "the last id is of a moment that this service will not reach soon: all figures follow";

/// Lets a reader follow from their place: by what is remembered, else by what the figures were then, else from the start.
async fn join(
    app: &App,
    wanted: &Wanted,
    caller: Option<&Caller>,
    place: Option<Position>,
) -> Result<(Joined, Option<&'static str>), ProblemDetails> {
    let streams = &app.streams;
    let refused = |not: NotJoined| match not {
        NotJoined::Refused(problem) => problem,
        NotJoined::Forgotten(_) => ProblemDetails::internal(),
    };
    let ahead = place.and_then(|place| Some((place, streams.at().filter(|reflects| *reflects < place.at)?)));
    let soon = |reflects: Timestamp| reflects.checked_add(app.settings.live_ahead);
    if let Some((Position { at, .. }, reflects)) = ahead
        && soon(reflects).map_or(true, |soon| at <= soon)
    {
        let detail = format!("this service does not reflect {at:.3} yet");
        return Err(ProblemDetails::unavailable("not-as-far-yet", detail, SOON));
    }
    // Whoever waits for the past takes a place already.
    let mut seat = streams.sit(caller.map(|caller| caller.key.name.as_str()))?;
    let Some(Position { at, figure, sender }) = place else {
        return Ok((streams.join(seat, wanted, None).map_err(refused)?, None));
    };
    if ahead.is_none() && sender == streams.sender {
        match streams.join(seat, wanted, Some(Behind::Position { at, figure })) {
            Err(NotJoined::Forgotten(kept)) => seat = kept,
            joined => {
                streams.metrics.resumed("memory");
                return Ok((joined.map_err(refused)?, None));
            }
        }
    }
    let reason = if ahead.is_some() {
        AHEAD
    } else if figure != COMPLETE {
        IN_THE_MIDDLE
    } else if let Some(then) = streams.then.figures(app, wanted, at).await {
        let joined = streams.join(seat, wanted, Some(Behind::Compared(then))).map_err(refused)?;
        streams.metrics.resumed("past");
        return Ok((joined, None));
    } else {
        NO_PAST
    };
    let joined = streams.join(seat, wanted, None).map_err(refused)?;
    streams.metrics.resumed("nothing");
    Ok((joined, Some(reason)))
}
