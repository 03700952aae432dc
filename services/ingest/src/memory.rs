//! How much is held for senders at a time, however many they are. A batch that finds no room is to come again, a stream waits for it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;

/// What a record counts for besides its bytes: its problems, its answer, and what keeps it together.
const RECORD: usize = 1_024;

/// The room for what is held for one sender, within the room for what is held for all; clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    all: Room,
    own: Room,
}

/// Some of the room, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    all: OwnedSemaphorePermit,
    own: OwnedSemaphorePermit,
}

/// So many bytes.
#[derive(Debug, Clone)]
struct Room {
    free: Arc<Semaphore>,
    bytes: usize,
}

impl Memory {
    /// All the room that the limits give.
    pub(crate) fn new(limits: &Limits) -> Self {
        let all = Room::new(limits.held_bytes, limits);
        Self { own: all.clone(), all }
    }

    /// The room of one sender: half of all, so that who holds what they can leaves room for others.
    pub(crate) fn share(&self, limits: &Limits) -> Self {
        Self { all: self.all.clone(), own: Room::new(self.all.bytes / 2, limits) }
    }

    /// Room for so many bytes and records, if there is any.
    pub(crate) fn hold(&self, bytes: usize, records: usize) -> Option<Held> {
        let hold =
            |room: &Room| Arc::clone(&room.free).try_acquire_many_owned(self.permits(bytes, records)).ok();
        Some(Held { own: hold(&self.own)?, all: hold(&self.all)? })
    }

    /// Waits for room for so many bytes and records.
    pub(crate) async fn wait(&self, bytes: usize, records: usize) -> Option<Held> {
        let permits = self.permits(bytes, records);
        // The rooms are never closed.
        let own = Arc::clone(&self.own.free).acquire_many_owned(permits).await.ok()?;
        let all = Arc::clone(&self.all.free).acquire_many_owned(permits).await.ok()?;
        Some(Held { all, own })
    }

    fn permits(&self, bytes: usize, records: usize) -> u32 {
        u32::try_from(cost(bytes, records).min(self.own.bytes)).unwrap_or(u32::MAX)
    }
}

impl Room {
    /// Never less than one request needs.
    fn new(bytes: usize, limits: &Limits) -> Self {
        let batch = cost(limits.max_body_bytes, limits.max_batch_records.saturating_add(1));
        let group = cost(limits.ndjson_bytes, limits.ndjson_lines);
        let bytes = bytes.max(batch).max(group).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(bytes)), bytes }
    }
}

impl Held {
    /// Holds more; false, and nothing changes, where there is no room.
    pub(crate) fn grow(&mut self, memory: &Memory, bytes: usize, records: usize) -> bool {
        match memory.hold(bytes, records) {
            Some(Held { all, own }) => {
                self.all.merge(all);
                self.own.merge(own);
                true
            }
            None => false,
        }
    }

    /// Gives back what so many bytes and records do not need.
    pub(crate) fn shrink(&mut self, bytes: usize, records: usize) {
        for permit in [&mut self.all, &mut self.own] {
            drop(permit.split(permit.num_permits().saturating_sub(cost(bytes, records))));
        }
    }
}

const fn cost(bytes: usize, records: usize) -> usize {
    bytes.saturating_add(records.saturating_mul(RECORD))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn limits(held_bytes: usize) -> Limits {
        let (max_batch_records, ndjson_lines) = (2, 1);
        Limits {
            held_bytes,
            max_body_bytes: 1_000,
            max_batch_records,
            ndjson_lines,
            ndjson_bytes: 10,
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn what_is_held_is_given_back() {
        // One batch fits, whatever the limit says.
        let memory = Memory::new(&limits(0)).share(&limits(0));
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

    #[test]
    fn no_sender_takes_all_the_room() {
        let limits = limits(20_000);
        let all = Memory::new(&limits);
        let (one, other) = (all.share(&limits), all.share(&limits));
        let held = one.hold(10_000, 0).unwrap();
        assert!(one.hold(1, 0).is_none());
        assert!(other.hold(10_000, 0).is_some());
        drop(held);
        assert!(one.hold(10_000, 0).is_some());
    }
}
