//! A rejected record as it is kept.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use weir_kernel::log::NewRecord;
use weir_schemas::problem::Problem;

/// What the topic of rejected records holds of one, as JSON, under the name of the key that sent it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rejected<'a> {
    /// When it was received.
    pub(crate) received: Timestamp,
    /// The name of the key that sent it.
    #[serde(borrow)]
    pub(crate) key: Cow<'a, str>,
    /// Its place in the request.
    pub(crate) index: usize,
    /// What is wrong with it.
    pub(crate) problems: Cow<'a, [Problem]>,
    /// The record as sent, its beginning if it is long; what is not UTF-8 is replaced.
    pub(crate) record: String,
    /// Whether that is only its beginning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) truncated: bool,
}

impl Rejected<'_> {
    /// The record to append.
    pub(super) fn record(&self) -> NewRecord {
        // Texts and numbers serialise without fail.
        NewRecord::new(&*self.key, serde_json::to_vec(self).unwrap_or_default())
    }
}

/// At most the first `most` bytes of a record, as text.
pub(super) fn beginning(bytes: &[u8], most: usize) -> (String, bool) {
    let kept = &bytes[..bytes.len().min(most)];
    (String::from_utf8_lossy(kept).into_owned(), kept.len() < bytes.len())
}
