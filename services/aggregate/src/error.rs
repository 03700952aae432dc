//! What can stop a step of aggregation. A step that failed is tried again from the stored position.

use weir_kernel::{clickhouse, log};
use weir_schemas::plan::PlanError;

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The plan file is wrong.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The log failed.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// ClickHouse failed.
    #[error(transparent)]
    ClickHouse(#[from] clickhouse::Error),
    /// The listener failed.
    #[error("the aggregation service can't listen: {0}")]
    Listen(#[from] std::io::Error),
    /// What goes into the log could not be written as JSON.
    #[error("a mark or a cell could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The writer of cells has ended: the process leaves.
    #[error("the writer of cells has ended")]
    Stopped,
    /// A topic ends before what was taken in of it: it was lost, or made anew.
    #[error(
        "{topic} ends at {end} in partition {partition}, and {next} records of it were taken in: it is not the one that \
         was read; rebuild from a whole log"
    )]
    Lost {
        /// The topic.
        topic: &'static str,
        /// The partition.
        partition: i32,
        /// The offset after its last record.
        end: i64,
        /// The next offset to take in.
        next: i64,
    },
    /// No thread could be begun to decide what a release shows: there may be one later.
    #[error("deciding what the release shows could not be begun: {0}")]
    Unbegun(#[source] std::io::Error),
    /// Deciding what a release shows broke off, and would again.
    #[error("deciding what the release shows broke off")]
    Undecided,
    /// It took longer than it may.
    #[error("deciding what the release shows took longer than {0:?}, which is the most it may")]
    TooLong(std::time::Duration),
    /// An earlier release can't be read.
    #[error(transparent)]
    Unread(#[from] weir_kernel::released::Unread),
    /// An amount that no table of a release holds.
    #[error(transparent)]
    Amount(#[from] weir_release::OutOfRange),
    /// A stored event does not read any more.
    #[error("the stored event of {subject} at offset {offset} is unreadable: {problem}")]
    Stored {
        /// Its subject.
        subject: String,
        /// Its offset.
        offset: i64,
        /// What is wrong.
        problem: String,
    },
    /// A value outside what its column holds.
    #[error("a value of {entity} in {slot} is out of range")]
    OutOfRange {
        /// The entity that adds it.
        entity: String,
        /// The period.
        slot: String,
    },
}
