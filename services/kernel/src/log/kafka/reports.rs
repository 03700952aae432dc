//! How far a member has come: committed to its group, and asked of it.

use std::collections::BTreeMap;
use std::time::Instant;

use rdkafka::consumer::{CommitMode, Consumer};
use rdkafka::{Offset, TopicPartitionList};

use super::client;
use super::membership::{Member, POLL};
use crate::log::Error;

/// The next offsets of partitions that were reported and are not known to be committed.
pub(super) type Reports = BTreeMap<i32, i64>;

impl Member {
    /// Forgets reports that are committed.
    pub(super) fn confirm(&self, reports: &mut Reports) {
        for (partition, offset) in std::mem::take(&mut self.consumer.context().state().committed) {
            if reports.get(&partition) == Some(&offset) {
                reports.remove(&partition);
            }
        }
    }

    /// Commits how far the owner has come, again until it is confirmed. Not while partitions move: a commit then makes the
    /// member join anew (librdkafka#4059).
    pub(super) fn report(&self, reports: &Reports) {
        if self.asked_back().is_none()
            && let Some(commit) = self.to_commit(reports)
            && let Err(error) = self.consumer.commit(&commit, CommitMode::Async)
        {
            tracing::debug!(%error, "reports could not be passed on");
        }
    }

    /// Commits before it leaves, and waits for it: again while partitions move, for as long as a request may take.
    pub(super) fn report_last(&self, reports: &mut Reports) {
        let begun = Instant::now();
        loop {
            self.confirm(reports);
            let Some(commit) = self.to_commit(reports) else { return };
            match self.consumer.commit(&commit, CommitMode::Sync) {
                Ok(()) => return,
                Err(error) if begun.elapsed() >= self.request_timeout => {
                    tracing::debug!(%error, "the last reports could not be passed on");
                    return;
                }
                // Moving goes on while it is polled.
                Err(_) => drop(self.consumer.poll(POLL)),
            }
        }
    }

    /// The reports of partitions that are still the owner's, if there are any.
    fn to_commit(&self, reports: &Reports) -> Option<TopicPartitionList> {
        let owned = self.consumer.assignment().ok()?;
        let mut commit = TopicPartitionList::new();
        for (partition, offset) in reports {
            if owned.find_partition(&self.topic, *partition).is_some()
                && let Err(error) =
                    commit.add_partition_offset(&self.topic, *partition, Offset::Offset(*offset))
            {
                tracing::debug!(%error, "a report could not be passed on");
            }
        }
        (commit.count() > 0).then_some(commit)
    }

    /// What the group committed of a partition. Blocks, for no longer than a request may take.
    pub(super) fn committed(&self, partition: i32) -> Result<Option<i64>, Error> {
        let mut asked = TopicPartitionList::new();
        asked.add_partition(&self.topic, partition);
        let explain = |error| client::explain(&error, &self.topic);
        let committed = self.consumer.committed_offsets(asked, self.request_timeout).map_err(explain)?;
        let Some(element) = committed.find_partition(&self.topic, partition) else { return Ok(None) };
        element.error().map_err(explain)?;
        match element.offset() {
            Offset::Offset(offset) => Ok(Some(offset)),
            _ => Ok(None),
        }
    }
}
