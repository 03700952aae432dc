//! `GET /v1/rejected`: the rejected records of whoever asks, with what is wrong with each.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use weir_kernel::keys::Role;
use weir_kernel::log::{self, Record, partition_of};
use weir_kernel::problem::ProblemDetails;
use weir_kernel::topics;
use weir_schemas::problem::Problem;

use crate::intake::Rejected;
use crate::service::Service;

/// What a request may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Where to go on: the `next` of the page before.
    after: Option<i64>,
    /// Records in the answer at most.
    limit: Option<usize>,
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
    let key = service.keys.authorize(&headers, &[Role::Bureau])?;
    let Query(asked) =
        query.map_err(|rejection| ProblemDetails::bad_request("query", rejection.body_text()))?;
    let page = service.page(&key.name, &asked).await.map_err(|error| {
        tracing::warn!(%error, "the rejected records can't be read");
        let detail = "the rejected records can't be read for now";
        ProblemDetails::unavailable("log-unreachable", detail, service.limits.retry_after)
    })?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

impl Service {
    /// A page of the rejected records of a key. They all lie in the key's own partition, among those of others, of which no more than a
    /// bound are passed over for one page.
    async fn page(&self, key: &str, asked: &Asked) -> Result<Page, log::Error> {
        let starts = self.log.starts(topics::REJECTED).await?;
        let ends = self.log.ends(topics::REJECTED).await?;
        let partition = partition_of(key, i32::try_from(ends.len()).unwrap_or(i32::MAX));
        let of = |bounds: &[i64]| usize::try_from(partition).ok().and_then(|at| bounds.get(at)).copied();
        let (start, end) = (of(&starts).unwrap_or(0), of(&ends).unwrap_or(0));
        let mut next = asked.after.unwrap_or(start).max(start);
        let most = asked.limit.unwrap_or(self.limits.rejected_page).min(self.limits.rejected_page);
        let last = next.saturating_add(i64::try_from(self.limits.rejected_scan).unwrap_or(i64::MAX)).min(end);
        let mut rejected = Vec::new();
        if next < last && most > 0 {
            let mut reader = self.log.reader(topics::REJECTED, partition, next).await?;
            'reading: while next < last {
                let records = reader.read(log::Limits { wait: READ_WAIT, ..log::Limits::default() }).await?;
                if records.is_empty() {
                    break;
                }
                for record in records {
                    if rejected.len() == most {
                        break 'reading;
                    }
                    next = record.offset + 1;
                    rejected.extend(shown(&record, key));
                }
            }
        }
        Ok(Page { rejected, next: (next < end).then_some(next) })
    }
}

/// How long the log may take for the next records, which are there; else the page ends before them.
const READ_WAIT: Duration = Duration::from_secs(5);

/// The record, if the key sent it.
fn shown(record: &Record, key: &str) -> Option<Shown> {
    // Of another key, or not written by ingestion.
    let Rejected { received, key: of, index, problems, record: text, truncated } =
        serde_json::from_slice(&record.value).ok()?;
    let problems = problems.into_owned();
    (of == key).then_some(Shown { offset: record.offset, received, index, problems, record: text, truncated })
}
