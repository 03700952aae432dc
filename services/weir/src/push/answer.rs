//! What the ingestion service answers (contract.md §2).

use serde::Deserialize;
use weir_schemas::problem::Problem;

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// It is in the log.
    Accepted,
    /// It was twice in one request.
    Duplicate,
    /// It will never be in the log.
    Rejected,
    /// It is not in the log; send it again.
    Retry,
}

/// The answer for one record.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RecordResult {
    /// Its place in the request, from 0.
    pub(super) index: usize,
    /// What became of it.
    pub(super) outcome: Outcome,
    /// What is wrong with it.
    #[serde(default)]
    pub(super) problems: Vec<Problem>,
}
