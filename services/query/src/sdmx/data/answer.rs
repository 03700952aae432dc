//! `GET /sdmx/data/{context}/{agency}/{id}/{version}/{key}`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;

use super::deliver::Timeline;
use super::{Observing, Selection, Shape};
use crate::http::{App, Work, wrong};
use crate::sdmx::answer::{Answer, nothing};
use crate::sdmx::message::Message;
use crate::sdmx::model::Flow;
use crate::sdmx::query::{Filters, Keyset, Maintained, Offered, Request, language, moment, negotiate};

const KNOWN: [&str; 11] = [
    "c",
    "updatedAfter",
    "firstNObservations",
    "lastNObservations",
    "dimensionAtObservation",
    "attributes",
    "measures",
    "includeHistory",
    "asOf",
    "as_of",
    "format",
];

/// Answers with data.
pub(in crate::sdmx) async fn data(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let request = Request::read(&uri, 5, &KNOWN)?;
    let format = negotiate(Offered::Data, request.parameter("format"), &headers)?;
    let agency = app.settings.sdmx_agency.as_str();
    let flows = Maintained::flows(request.segment(0), &Maintained::read(&request, 1), agency)?;
    let keys = Keyset::read(request.segment(4))?;
    let filters = Filters::read(&request, &flows)?;
    let shape = Shape::read(&request, &flows)?;
    let timeline = timeline(&request)?;
    let select = |flow: &Flow| Selection::of(*flow, &app.plan, &access, &keys, &filters);
    let selections = Work::Long.run(|| flows.iter().map(select).collect::<Result<Vec<_>, _>>())?;
    let observing =
        Observing { app: &app, selections: &selections, filters: &filters, audience: access.audience() };
    let (sets, at) = observing.deliver(timeline, &shape).await?;
    if sets.is_empty() {
        return Ok(nothing(Some(at)));
    }
    let message = Message {
        agency,
        plan: &app.plan,
        language: language(&headers),
        shape: &shape,
        sets: &sets,
        history: timeline.history,
    };
    let answer = Answer { content_type: Offered::Data.content_type(format), as_of: Some(at), public: false };
    answer.write(&headers, |prepared| message.write(format, prepared))
}

/// Which states of the data a request asks for.
pub(super) fn timeline(request: &Request) -> Result<Timeline, ProblemDetails> {
    let as_of = as_of(request)?;
    let updated_after = request.get("updatedAfter", moment)?;
    if let Some((after, as_of)) = updated_after.zip(as_of).filter(|(after, as_of)| after > as_of) {
        return Err(wrong("updatedAfter", format!("{after} is later than asOf, {as_of}")));
    }
    let history = request.get("includeHistory", |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(format!("{other:?} is neither true nor false")),
    })?;
    Ok(Timeline { as_of, updated_after, history: history.unwrap_or(false) })
}

/// The moment that is asked about; by the name that it has elsewhere as well.
pub(in crate::sdmx) fn as_of(request: &Request) -> Result<Option<Timestamp>, ProblemDetails> {
    match (request.get("asOf", moment)?, request.get("as_of", moment)?) {
        (Some(_), Some(_)) => Err(wrong("as_of", "is asOf by another name, and given twice")),
        (one, other) => Ok(one.or(other)),
    }
}
