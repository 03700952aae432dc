//! A single event in either mode, or a batch of them: read whole, answered whole.

use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use futures::TryStreamExt;
use serde_json::value::RawValue;
use weir_kernel::problem::ProblemDetails;

use super::batch::{NoBatch, elements};
use super::binary;
use super::encoding::Decoded;
use crate::answer::{Answer, Totals};
use crate::intake::{Incoming, Intake};
use crate::memory::{Held, Memory};
use crate::service::Service;

/// The bytes of a body that is read without copying.
const USUAL: usize = 256 << 10;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An answer, and the room that it takes.
type Answered = (Response<Vec<u8>>, Held);

/// Takes one event.
pub(super) async fn event(
    service: &Service,
    intake: Intake,
    body: Decoded,
) -> Result<Answered, ProblemDetails> {
    let limits = &service.limits;
    let (bytes, held) =
        read(service, &intake.share.memory, body, limits.max_record_bytes.min(limits.max_body_bytes)).await?;
    let raw: &RawValue = serde_json::from_slice(&bytes).map_err(|error| {
        ProblemDetails::bad_request("unreadable", format!("the body can't be read: {error}"))
    })?;
    let record = Incoming { bytes: bytes.slice_ref(raw.get().as_bytes()), ..Incoming::default() };
    answer(service, intake, vec![record], held).await
}

/// Takes one event whose attributes stand in the headers.
pub(super) async fn binary(
    service: &Service,
    intake: Intake,
    headers: &HeaderMap,
    body: Decoded,
) -> Result<Answered, ProblemDetails> {
    let limits = &service.limits;
    let (body, held) =
        read(service, &intake.share.memory, body, limits.max_record_bytes.min(limits.max_body_bytes)).await?;
    let bytes = binary::structured(headers, &body)?;
    let too_long = bytes.len() > limits.max_record_bytes;
    answer(service, intake, vec![Incoming { bytes, too_long, ..Incoming::default() }], held).await
}

/// Takes an array of events. Each element is judged by itself.
pub(super) async fn batch(
    service: &Service,
    intake: Intake,
    body: Decoded,
) -> Result<Answered, ProblemDetails> {
    let limits = &service.limits;
    let (bytes, mut held) = read(service, &intake.share.memory, body, limits.max_body_bytes).await?;
    let elements = elements(&bytes, limits.max_batch_records).map_err(|error| match error {
        NoBatch::TooMany(_) => {
            ProblemDetails::new(StatusCode::PAYLOAD_TOO_LARGE, "batch-too-large", error.to_string())
        }
        NoBatch::Unreadable(_) => ProblemDetails::bad_request("unreadable", error.to_string()),
    })?;
    if !held.grow(&intake.share.memory, 0, elements.len()) {
        return Err(service.full());
    }
    let records = elements
        .into_iter()
        .enumerate()
        .map(|(index, raw)| {
            let bytes = bytes.slice_ref(raw.get().as_bytes());
            let too_long = bytes.len() > limits.max_record_bytes;
            Incoming { index, bytes, too_long, ..Incoming::default() }
        })
        .collect();
    answer(service, intake, records, held).await
}

/// Reads a body of at most `most` bytes, as far as there is room for it.
async fn read(
    service: &Service,
    memory: &Memory,
    body: Decoded,
    most: usize,
) -> Result<(Bytes, Held), ProblemDetails> {
    let Decoded { body, mut window } = body;
    let reading = async {
        // As long as it says it is, up to what most are: what is longer grows as it comes.
        let expected = usize::try_from(body.size_hint().lower()).unwrap_or(USUAL).min(USUAL);
        let mut whole = Vec::with_capacity(expected);
        let mut held = memory.hold(0, 1).ok_or_else(|| service.full())?;
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.try_next().await.map_err(|error| broken(&error))? {
            if whole.len() + chunk.len() > most {
                let detail = format!("the body is longer than {most} bytes");
                return Err(ProblemDetails::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail));
            }
            let kept = window.fill(chunk.len());
            if !held.grow(memory, chunk.len() + kept, 0) {
                return Err(service.full());
            }
            whole.extend_from_slice(&chunk);
        }
        // What the decoder kept is gone.
        drop(chunks);
        held.shrink(whole.len(), 1);
        let whole = Bytes::from(whole);
        let marked = whole.starts_with(BYTE_ORDER_MARK);
        Ok((if marked { whole.slice(BYTE_ORDER_MARK.len()..) } else { whole }, held))
    };
    let timeout = service.limits.body_timeout;
    tokio::time::timeout(timeout, reading).await.unwrap_or_else(|_| {
        let detail = format!("the body did not arrive within {timeout:?}");
        Err(ProblemDetails::new(StatusCode::REQUEST_TIMEOUT, "body-timeout", detail))
    })
}

fn broken(error: &axum::Error) -> ProblemDetails {
    ProblemDetails::bad_request("unreadable", format!("the body broke off: {error}"))
}

async fn answer(
    service: &Service,
    mut intake: Intake,
    records: Vec<Incoming>,
    mut held: Held,
) -> Result<Answered, ProblemDetails> {
    let too_many = |code, detail: String, after: Duration| {
        // Whole seconds are told, so the next one.
        let after = Duration::from_secs(after.as_secs() + 1);
        ProblemDetails::new(StatusCode::TOO_MANY_REQUESTS, code, detail).retry_after(after)
    };
    let (count, quota) = (records.len(), service.limits.key_quota);
    if service.limits.together(count) < count {
        let detail = format!(
            "the key may send {quota} records a day, and this batch holds {count}: send fewer at a time"
        );
        return Err(ProblemDetails::new(StatusCode::PAYLOAD_TOO_LARGE, "batch-too-large", detail));
    }
    intake.reserve(count).map_err(|after| {
        let rate = service.limits.key_rate;
        let detail = format!("the key has sent more than {rate} records a second; none of these was taken");
        too_many("too-many-records", detail, after)
    })?;
    intake.count(count).map_err(|after| {
        intake.put_back(count);
        let detail = format!("less is left of the key's {quota} records a day; none of these was taken");
        too_many("quota-used-up", detail, after)
    })?;
    // A sender who hangs up must not leave records appended and uncounted, so the work goes on without them.
    let taken = tokio::spawn(async move {
        let results = intake.take(records, &mut held).await;
        (results, held)
    })
    .await;
    let Ok((results, mut held)) = taken else {
        return Err(ProblemDetails::internal());
    };
    let mut totals = Totals::default();
    totals.add(&results);
    let text = serde_json::to_vec(&Answer { totals, results }).map_err(|_| ProblemDetails::internal())?;
    // The records are gone; what is wrong with them is in the text.
    held.shrink(text.len(), 0);
    let mut response = Response::new(text);
    *response.status_mut() = totals.status();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if totals.retry > 0 {
        let seconds = HeaderValue::from(service.limits.retry_after.as_secs().max(1));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    Ok((response, held))
}
