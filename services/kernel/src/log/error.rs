//! What can go wrong with the log.

/// A failure of the log, of one call or of one record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody created the topic.
    #[error("topic {0} does not exist in the log")]
    UnknownTopic(String),
    /// The topic has fewer partitions.
    #[error("topic {topic} has no partition {partition}")]
    UnknownPartition {
        /// The topic.
        topic: String,
        /// The partition asked for.
        partition: i32,
    },
    /// A name or number that no log takes.
    #[error("{0}")]
    Invalid(String),
    /// The topic exists, but otherwise than asked for. Partitions are fixed at creation, for keys would move.
    #[error("topic {topic} exists with {property} {actual}, not {wanted}")]
    Mismatch {
        /// The topic.
        topic: String,
        /// What differs.
        property: &'static str,
        /// As it is.
        actual: String,
        /// As it was asked for.
        wanted: String,
    },
    /// The position is not in the log: trimmed by retention, or never written (a log restored from an older copy).
    #[error("offset {offset} of {topic}/{partition} is outside the log, which holds {start} up to {end}")]
    OutOfRange {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The offset asked for.
        offset: i64,
        /// The first offset held.
        start: i64,
        /// The offset the next record will have.
        end: i64,
    },
    /// The record is over the limit of bytes.
    #[error("the record has {size} bytes, over the log's limit of {limit}")]
    TooLarge {
        /// Bytes of key, headers and value.
        size: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The log did not answer in time; a record may or may not have been written.
    #[error("the log can't be reached: {0}")]
    Unreachable(String),
    /// The log answered with a failure: disk full, file corrupt, a broker's refusal.
    #[error("the log failed: {0}")]
    Failed(String),
    /// This handle of the log is closed.
    #[error("the log is closed")]
    Closed,
}

impl Error {
    /// Whether the same call may succeed later, unchanged.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failed(_) | Self::Closed)
    }
}
