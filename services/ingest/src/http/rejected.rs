//! `GET /v1/rejected`: the rejected records of whoever asks, with what is wrong with each.

use std::num::NonZeroUsize;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::error::Elapsed;
use weir_kernel::keys::Role;
use weir_kernel::log::{self, Record, partition_of};
use weir_kernel::problem::ProblemDetails;
use weir_kernel::topics;
use weir_schemas::problem::Problem;

use super::kept::kept;
use crate::intake::{Place, Rejected};
use crate::memory::{Held, Memory, page_read};
use crate::service::Service;

/// What a request may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Where to go on: the `next` of the page before.
    after: Option<i64>,
    /// Records in the answer at most.
    limit: Option<NonZeroUsize>,
}

/// One page.
#[derive(Debug, Serialize)]
struct Page {
    /// The oldest first.
    rejected: Vec<Shown>,
    /// Where the next page begins; none once all are told. A page may hold fewer than asked for, or none, and have a next one.
    next: Option<i64>,
}

/// A rejected record as it is shown.
#[derive(Debug, Serialize)]
struct Shown {
    /// Its place in the topic of rejected records.
    offset: i64,
    /// When it was received.
    received: Timestamp,
    /// Its place in its request.
    index: usize,
    /// Its place in the bureau's inbox, if it came by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// What is wrong with it.
    problems: Vec<Problem>,
    /// The record as sent, or its beginning.
    record: String,
    /// Whether that is only its beginning.
    truncated: bool,
}

/// Answers with a page of the key's own rejected records.
pub(super) async fn rejected(
    State(service): State<Service>,
    query: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    let key = service.keys.authorize(&headers, &[Role::Bureau]).await?.key;
    let Query(asked) = query.map_err(|rejection| wrong(&rejection.body_text()))?;
    let share = service.shares.of(&key.name);
    let place = service.place(&share)?;
    let mut held = Held::default();
    let (patience, after) = (service.limits.body_timeout, service.limits.retry_after);
    let page = {
        let _turn = tokio::time::timeout(patience, service.pages.acquire()).await.map_err(|_| {
            let detail = "too many pages of rejected records are being read";
            ProblemDetails::unavailable("busy", detail, after)
        })?;
        let reading = service.page(&key.name, &asked, &share.memory, &mut held);
        tokio::time::timeout(patience, reading).await.unwrap_or_else(|late| Err(late.into()))
    };
    let page = page.map_err(|error| match error {
        NoPage::NoRoom => service.full(),
        NoPage::Log(_) | NoPage::Late(_) => {
            tracing::warn!(%error, "the rejected records can't be read");
            let detail = "the rejected records can't be read for now";
            ProblemDetails::unavailable("log-unavailable", detail, after)
        }
    })?;
    let text = serde_json::to_vec(&page).map_err(|_| ProblemDetails::internal())?;
    drop(page);
    held.shrink(text.len(), 0);
    let headers = [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "application/json")];
    Ok((headers, Body::from(kept(text, (place, held)))).into_response())
}

/// 400 with the parameter that is wrong, and how.
fn wrong(rejection: &str) -> ProblemDetails {
    let detail = rejection.strip_prefix("Failed to deserialize query string: ").unwrap_or(rejection);
    let problem = ProblemDetails::bad_request("parameter", detail);
    match detail.split_once(": ") {
        Some((parameter, _)) => problem.with("parameter", parameter),
        None => problem,
    }
}

impl Service {
    /// A page of the rejected records of a key. They all lie in the key's own partition, among those of others, of which no more than a
    /// bound are passed over for one page. Where there is no room for more it ends early.
    async fn page(&self, key: &str, asked: &Asked, memory: &Memory, held: &mut Held) -> Result<Page, NoPage> {
        let at_a_time = page_read(&self.limits);
        if !held.grow(memory, at_a_time, 0) {
            return Err(NoPage::NoRoom);
        }
        let starts = self.log.starts(topics::REJECTED).await?;
        let ends = self.log.ends(topics::REJECTED).await?;
        let partition = partition_of(key, i32::try_from(ends.len()).unwrap_or(i32::MAX));
        let of = |bounds: &[i64]| usize::try_from(partition).ok().and_then(|at| bounds.get(at)).copied();
        let (start, end) = (of(&starts).unwrap_or(0), of(&ends).unwrap_or(0));
        let mut next = asked.after.unwrap_or(start).max(start);
        let most = self.limits.rejected_page.max(1);
        let most = asked.limit.map_or(most, |limit| limit.get().min(most));
        let scan = i64::try_from(self.limits.rejected_scan.max(1)).unwrap_or(i64::MAX);
        let last = next.saturating_add(scan).min(end);
        let (mut rejected, mut bytes) = (Vec::new(), 0);
        if next < last {
            let mut reader = self.log.reader(topics::REJECTED, partition, next).await?;
            'reading: while next < last {
                let rows = usize::try_from(last - next).unwrap_or(usize::MAX);
                let limits = log::Limits { rows, bytes: at_a_time, wait: READ_WAIT };
                let records = reader.read(limits).await?;
                if records.is_empty() {
                    break;
                }
                for record in records {
                    if rejected.len() == most || bytes > self.limits.max_body_bytes {
                        break 'reading;
                    }
                    if let Some(one) = shown(&record, key) {
                        if !held.grow(memory, record.value.len(), 1) {
                            if rejected.is_empty() {
                                return Err(NoPage::NoRoom);
                            }
                            break 'reading;
                        }
                        bytes += record.value.len();
                        rejected.push(one);
                    }
                    next = record.offset + 1;
                }
            }
        }
        Ok(Page { rejected, next: (next < end).then_some(next) })
    }
}

/// How long the log may take for the next records, which are there; else the page ends before them.
const READ_WAIT: Duration = Duration::from_secs(5);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
enum NoPage {
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// The log did not answer in time.
    #[error("the log does not answer in time")]
    Late(#[from] Elapsed),
    /// There is no room for even one record.
    #[error("there is no room for a record")]
    NoRoom,
}

/// The record, if the key sent it.
fn shown(record: &Record, key: &str) -> Option<Shown> {
    if record.key != key {
        return None;
    }
    let read: Result<Rejected<'_>, _> = serde_json::from_slice(&record.value);
    let Rejected { received, key: of, index, place, problems, record: text, truncated } = read
        .inspect_err(
            |error| tracing::warn!(offset = record.offset, %error, "a rejected record can't be read"),
        )
        .ok()?;
    let problems = problems.into_owned();
    let offset = record.offset;
    (of == key).then_some(Shown { offset, received, index, place, problems, record: text, truncated })
}
