//! What `GET /v1/status` answers: how far each generation is, and that nothing disappeared (invariant 3).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use weir_kernel::clickhouse::Accounts;

/// The plan's generations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The oldest first.
    pub generations: Vec<GenerationStatus>,
}

/// One generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationStatus {
    /// Its name.
    pub generation: String,
    /// Whether it answers.
    pub live: bool,
    /// The latest moment stored of those that its figures reflected: while nothing is new, one a minute is.
    pub closed: Option<Timestamp>,
    /// The partitions of the events.
    pub partitions: Vec<PartitionStatus>,
    /// The partitions of the marks.
    pub marks: Vec<MarksStatus>,
}

/// A partition of the events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionStatus {
    /// Its number.
    pub partition: i32,
    /// The records that the log holds.
    pub records: i64,
    /// The next to be taken in.
    pub position: i64,
    /// What became of those before it, as they were counted when they were taken in.
    pub accounts: Accounts,
    /// The same, counted now in the tables; where that was asked for, since it takes a while on a long log, and the
    /// generation is not superseded.
    pub rows: Option<Accounts>,
    /// Whether all that is told adds up to the position.
    pub balanced: bool,
}

/// A partition of the marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarksStatus {
    /// Its number.
    pub partition: i32,
    /// The marks that the log was ever given.
    pub records: i64,
    /// The next to be summed.
    pub position: i64,
}

/// What `POST /v1/rebuild` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebuildStatus {
    /// The generation that is filled; it is live once it has caught up.
    pub generation: String,
    /// Whether it was under way before the request.
    pub under_way: bool,
}

impl GenerationStatus {
    /// The records taken in, and those of the log.
    pub fn progress(&self) -> (i64, i64) {
        let of = |count: fn(&PartitionStatus) -> i64| self.partitions.iter().map(count).sum();
        (of(|partition| partition.position), of(|partition| partition.records))
    }
}
