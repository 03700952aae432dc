//! How much is held for senders at a time, however many they are. A batch that finds no room is to come again, a stream waits for it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;

/// What a record counts for besides its bytes: its problems, its answer, and what keeps it together.
const RECORD: usize = 1_024;

/// The room for what is held; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    room: Arc<Semaphore>,
    bytes: usize,
}

/// Some of the room, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held(OwnedSemaphorePermit);

impl Memory {
    /// All the room that the limits give, and never less than one request needs.
    pub(crate) fn new(limits: &Limits) -> Self {
        let batch = cost(limits.max_body_bytes, limits.max_batch_records);
        let group = cost(limits.ndjson_bytes, limits.ndjson_lines);
        let bytes = limits.held_bytes.max(batch).max(group).min(Semaphore::MAX_PERMITS);
        Self { room: Arc::new(Semaphore::new(bytes)), bytes }
    }

    /// Room for so many bytes and records, if there is any.
    pub(crate) fn hold(&self, bytes: usize, records: usize) -> Option<Held> {
        let room = Arc::clone(&self.room);
        room.try_acquire_many_owned(self.permits(cost(bytes, records))).ok().map(Held)
    }

    /// Waits for room for so many bytes and records.
    pub(crate) async fn wait(&self, bytes: usize, records: usize) -> Option<Held> {
        let room = Arc::clone(&self.room);
        // The room is never closed.
        room.acquire_many_owned(self.permits(cost(bytes, records))).await.ok().map(Held)
    }

    fn permits(&self, cost: usize) -> u32 {
        u32::try_from(cost.min(self.bytes)).unwrap_or(u32::MAX)
    }
}

impl Held {
    /// Holds more; false, and nothing changes, where there is no room.
    pub(crate) fn grow(&mut self, memory: &Memory, bytes: usize, records: usize) -> bool {
        match memory.hold(bytes, records) {
            Some(Held(more)) => {
                self.0.merge(more);
                true
            }
            None => false,
        }
    }

    /// Gives back what so many bytes and records do not need.
    pub(crate) fn shrink(&mut self, bytes: usize, records: usize) {
        drop(self.0.split(self.0.num_permits().saturating_sub(cost(bytes, records))));
    }
}

const fn cost(bytes: usize, records: usize) -> usize {
    bytes.saturating_add(records.saturating_mul(RECORD))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn what_is_held_is_given_back() {
        let limits = Limits {
            held_bytes: 0, max_body_bytes: 1_000, max_batch_records: 3, ndjson_lines: 1, ndjson_bytes: 10, ..Limits::default()
        };
        // One batch fits, whatever the limit says.
        let memory = Memory::new(&limits);
        let mut batch = memory.hold(1_000, 0).unwrap();
        assert!(batch.grow(&memory, 0, 3) && !batch.grow(&memory, 1, 0));
        assert!(memory.hold(1, 0).is_none());
        let mut waiting = Box::pin(memory.wait(500, 1));
        assert!(waiting.as_mut().now_or_never().is_none());
        batch.shrink(500, 2);
        let stream = waiting.await;
        assert!(stream.is_some() && memory.hold(1, 0).is_none());
        drop((batch, stream));
        assert!(memory.hold(4_072, 0).is_some() && memory.hold(usize::MAX, usize::MAX).is_some());
    }
}
