//! The topics of the log: their names, and how long each is kept.

use std::time::Duration;

use crate::log::{Error, EventLog, Topic};
use crate::ops::Readiness;

/// The events, by subject, kept for ever: the truth.
pub const EVENTS: &str = "weir.events";
/// The cells to sum again, by cell.
pub const DIRTY: &str = "weir.dirty";
/// The cells that changed, by cell, for those who answer from memory.
pub const CELLS: &str = "weir.cells";
/// Copies of the events about the rounds of forms, for ingestion, kept for ever.
pub const ROUNDS: &str = "weir.rounds";
/// The records that were refused, with their problems, by the key that sent them, kept for ever.
pub const REJECTED: &str = "weir.rejected";
/// The releases: what was asked for, what was cut and what was refused, by plan, kept for ever.
pub const RELEASES: &str = "weir.releases";

/// What the name of each inbox begins with: a bureau's own topic, named by the code of its area, that the bureau writes to and the
/// office makes.
pub const INBOXES: &str = "weir.inbox.";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Every topic, with `partitions` each.
///
/// Marks are kept for a week, for a sum that was down; announcements for an hour, since who joins reads the cells first.
pub fn topics(partitions: i32) -> Vec<Topic> {
    [
        (EVENTS, None),
        (DIRTY, Some(7 * DAY)),
        (CELLS, Some(HOUR)),
        (REJECTED, None),
        (ROUNDS, None),
        (RELEASES, None),
    ]
    .map(|(name, retention)| Topic { name: name.to_owned(), partitions, retention })
    .into()
}

/// What readiness waits for while the topics are made sure of.
pub const LOG: &str = "log";

/// How long to wait before reaching for the log again.
const AGAIN: Duration = Duration::from_secs(1);

/// Makes sure of every topic, waiting for the log as long as it can't be reached, and tells `readiness` of it.
///
/// # Errors
///
/// When the topics are there with other partitions, or the log refuses them.
pub async fn prepare(log: &dyn EventLog, partitions: i32, readiness: &Readiness) -> Result<(), Error> {
    loop {
        match log.create_topics(&topics(partitions)).await {
            Ok(()) => {
                readiness.met(LOG);
                return Ok(());
            }
            Err(error) if error.is_retryable() => {
                tracing::warn!(%error, "the log can't be reached yet");
                readiness.lost(LOG, error.to_string());
                tokio::time::sleep(AGAIN).await;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_is_kept_for_ever() {
        let kept: Vec<_> =
            topics(4).into_iter().filter(|topic| topic.retention.is_none()).map(|topic| topic.name).collect();
        assert_eq!(kept, [EVENTS, REJECTED, ROUNDS, RELEASES]);
    }
}
