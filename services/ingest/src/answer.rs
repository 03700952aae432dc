//! What a sender is told: one result a record, and totals.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use weir_schemas::problem::{Problem, Warning};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is durable in the log.
    Accepted,
    /// The same event came before in this request.
    Duplicate,
    /// It will never be in the log; it is kept, with its problems, among the rejected.
    Rejected,
    /// It is not durable: send it again.
    Retry,
}

impl Outcome {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Duplicate => "duplicate",
            Outcome::Rejected => "rejected",
            Outcome::Retry => "retry",
        }
    }
}

/// The answer to one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordResult {
    /// The record's place in the request, from 0; blank lines don't count.
    pub index: usize,
    /// The line it stood in, from 1, in NDJSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The sender's id, where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The partition it is in, when accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    /// Its offset there, when accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// Findings that don't stop it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// How many records had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Durable in the log.
    pub accepted: u64,
    /// Twice in the request.
    pub duplicate: u64,
    /// Never in the log.
    pub rejected: u64,
    /// To be sent again.
    pub retry: u64,
}

impl Totals {
    /// Counts further results.
    pub fn add(&mut self, results: &[RecordResult]) {
        for result in results {
            let count = match result.outcome {
                Outcome::Accepted => &mut self.accepted,
                Outcome::Duplicate => &mut self.duplicate,
                Outcome::Rejected => &mut self.rejected,
                Outcome::Retry => &mut self.retry,
            };
            *count += 1;
        }
    }

    /// The status of an answer with these totals.
    pub fn status(&self) -> StatusCode {
        match *self {
            Self { rejected: 0, retry: 0, .. } => StatusCode::ACCEPTED,
            Self { accepted: 0, retry: 1.., .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self { accepted: 0, duplicate: 0, retry: 0, .. } => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::MULTI_STATUS,
        }
    }
}

/// The answer to a single event or a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// How many had which outcome.
    #[serde(flatten)]
    pub totals: Totals,
    /// One result a record, in input order.
    pub results: Vec<RecordResult>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_sums_the_outcomes_up() {
        let status = |accepted, duplicate, rejected, retry| {
            Totals { accepted, duplicate, rejected, retry }.status().as_u16()
        };
        assert_eq!(status(2, 0, 0, 0), 202);
        assert_eq!(status(1, 1, 0, 0), 202);
        assert_eq!(status(0, 0, 0, 0), 202);
        assert_eq!(status(0, 0, 3, 0), 422);
        assert_eq!(status(0, 0, 3, 1), 503);
        assert_eq!(status(0, 1, 0, 1), 503);
        assert_eq!(status(1, 0, 1, 0), 207);
        assert_eq!(status(1, 0, 0, 1), 207);
    }
}
