//! A rejected record as it is kept.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use weir_kernel::log::NewRecord;
use weir_schemas::problem::Problem;

/// Where a record stands that came by an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The inbox.
    pub(crate) topic: String,
    /// The partition.
    pub(crate) partition: i32,
    /// The offset in it.
    pub(crate) offset: i64,
}

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
    /// Its place in an inbox, if it came by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
    /// What is wrong with it.
    pub(crate) problems: Cow<'a, [Problem]>,
    /// The record as sent, its beginning if it is long; what is not UTF-8 is replaced.
    pub(crate) record: String,
    /// Whether that is only its beginning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) truncated: bool,
}

/// How much is kept of a record that is too long to be kept with all that is wrong with it: problems, and characters of each.
const SHORT: (usize, usize) = (10, 200);

impl Rejected<'_> {
    /// Without the record itself, and with the beginnings of the first problems alone.
    pub(super) fn shortened(self) -> Self {
        let (most, characters) = SHORT;
        let short = |text: &str| text.chars().take(characters).collect::<String>();
        let problems = self.problems.iter().take(most);
        let problems = problems.map(|one| Problem::new(one.code, short(&one.pointer), short(&one.detail)));
        Self { problems: problems.collect(), record: String::new(), truncated: true, ..self }
    }

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
