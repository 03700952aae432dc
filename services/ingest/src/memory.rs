//! How much is held for senders at a time, however many they are. A batch that finds no room is to come again, a stream waits for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;

/// What a record counts for besides its bytes: its answer with the first problem, its identity, and what keeps it together.
const RECORD: usize = 1_024;

/// How much of the log is read at a time for a page of rejected records.
pub(crate) fn page_read(limits: &Limits) -> usize {
    limits.max_body_bytes.min(1 << 20)
}

/// How long to wait before looking again for room that others come before in.
const AGAIN: Duration = Duration::from_millis(50);

/// The room for what is held for one sender, within the room for what is held for all; clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    all: Room,
    own: Room,
}

/// Some of the room, or none yet, given back when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Held(Option<Permits>);

#[derive(Debug)]
struct Permits {
    all: OwnedSemaphorePermit,
    own: OwnedSemaphorePermit,
}

/// So many bytes.
#[derive(Debug, Clone)]
struct Room {
    free: Arc<Semaphore>,
    bytes: usize,
    /// Whose turn it is of those who wait for what is kept for long.
    turns: Arc<Mutex<()>>,
}

impl Memory {
    /// All the room that the limits give, and never less than two senders need.
    pub(crate) fn new(limits: &Limits) -> Self {
        let all = Room::new(limits.held_bytes.max(2 * least(limits)));
        Self { own: all.clone(), all }
    }

    /// The room of one sender: half of all, so that who holds what they can leaves room for others.
    pub(crate) fn share(&self, limits: &Limits) -> Self {
        Self { all: self.all.clone(), own: Room::new((self.all.bytes / 2).max(least(limits))) }
    }

    /// Room for so many bytes and records, if there is any.
    pub(crate) fn hold(&self, bytes: usize, records: usize) -> Option<Held> {
        let hold =
            |room: &Room| Arc::clone(&room.free).try_acquire_many_owned(self.permits(bytes, records)).ok();
        Some(Held(Some(Permits { own: hold(&self.own)?, all: hold(&self.all)? })))
    }

    /// Room for so many bytes of what can be done without or waited for, if that leaves half of the sender's, and a quarter of all,
    /// for what comes and goes. Of all less is left, since one sender may hold half.
    fn spare(&self, bytes: usize) -> Option<Held> {
        let left = |room: &Room, rest: usize| room.free.available_permits() >= bytes.saturating_add(rest);
        let is_left = left(&self.own, self.own.bytes / 2) && left(&self.all, self.all.bytes / 4);
        is_left.then(|| self.hold(bytes, 0))?
    }

    /// Waits for room for so many bytes that are held for long, such as a stream's: who waits holds nothing of it, and is passed by nobody
    /// of the same sender.
    pub(crate) async fn wait_for_spare(&self, bytes: usize) -> Held {
        let mut held = Held::default();
        if bytes == 0 {
            return held;
        }
        let _turn = self.own.turns.lock().await;
        while !held.grow_by_spare(self, bytes) {
            tokio::time::sleep(AGAIN).await;
        }
        held
    }

    /// Waits for room for so many bytes and records.
    pub(crate) async fn wait(&self, bytes: usize, records: usize) -> Held {
        let permits = self.permits(bytes, records);
        let own = Arc::clone(&self.own.free).acquire_many_owned(permits).await;
        let all = Arc::clone(&self.all.free).acquire_many_owned(permits).await;
        // The rooms are never closed.
        Held(own.ok().zip(all.ok()).map(|(own, all)| Permits { all, own }))
    }

    fn permits(&self, bytes: usize, records: usize) -> u32 {
        u32::try_from(cost(bytes, records).min(self.own.bytes)).unwrap_or(u32::MAX)
    }
}

impl Room {
    fn new(bytes: usize) -> Self {
        let bytes = bytes.min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(bytes)), bytes, turns: Arc::default() }
    }
}

/// What one request may need.
fn least(limits: &Limits) -> usize {
    let window = limits.zstd_window;
    let body = limits.max_body_bytes.saturating_add(window);
    let batch = cost(body, limits.max_batch_records.saturating_add(1));
    let group = cost(limits.ndjson_bytes, limits.ndjson_lines);
    // A window leaves half of the room.
    let stream = group.saturating_add(window).saturating_mul(2);
    let page = cost(page_read(limits).saturating_add(limits.rejected_bytes.saturating_mul(2)), 1);
    batch.max(stream).max(page).min(Semaphore::MAX_PERMITS / 2)
}

impl Held {
    /// Holds more; false, and nothing changes, where there is no room.
    pub(crate) fn grow(&mut self, memory: &Memory, bytes: usize, records: usize) -> bool {
        memory.hold(bytes, records).map(|more| self.take(more)).is_some()
    }

    /// Holds more of what can be done without or put off; false, and nothing changes, where too little of the room would be left.
    pub(crate) fn grow_by_spare(&mut self, memory: &Memory, bytes: usize) -> bool {
        bytes == 0 || memory.spare(bytes).map(|more| self.take(more)).is_some()
    }

    fn take(&mut self, more: Held) {
        match (&mut self.0, more.0) {
            (Some(held), Some(more)) => {
                held.all.merge(more.all);
                held.own.merge(more.own);
            }
            (held, more) => *held = held.take().or(more),
        }
    }

    /// Gives back what so many bytes and records do not need.
    pub(crate) fn shrink(&mut self, bytes: usize, records: usize) {
        for permit in self.0.iter_mut().flat_map(|held| [&mut held.all, &mut held.own]) {
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
            zstd_window: 0,
            rejected_bytes: 0,
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
        assert!(memory.hold(1, 0).is_none());
        drop((batch, stream));
        assert!(memory.hold(4_072, 0).is_some() && memory.hold(usize::MAX, usize::MAX).is_some());
    }

    #[test]
    fn what_can_be_done_without_leaves_half_of_the_room() {
        let memory = Memory::new(&limits(10_000)).share(&limits(20_000));
        let mut spare = Held::default();
        assert!(spare.grow_by_spare(&memory, 2_000) && spare.grow_by_spare(&memory, 500));
        assert!(!spare.grow_by_spare(&memory, 1) && spare.grow_by_spare(&memory, 0));
        let held = memory.hold(2_500, 0);
        assert!(held.is_some() && memory.hold(1, 0).is_none());
        drop(spare);
        assert!(!Held::default().grow_by_spare(&memory, 1), "what comes and goes has taken half");
    }

    #[test]
    fn no_sender_takes_all_the_room() {
        let limits = limits(20_000);
        let all = Memory::new(&limits);
        let (one, other) = (all.share(&limits), all.share(&limits));
        let held = one.hold(10_000, 0).unwrap();
        assert!(one.hold(1, 0).is_none());
        assert!(other.hold(10_000, 0).is_some());
        // What others can do without or wait for has room as well.
        let mut spare = Held::default();
        assert!(spare.grow_by_spare(&other, 5_000) && !spare.grow_by_spare(&other, 1));
        drop((held, spare));
        assert!(one.hold(10_000, 0).is_some());
    }

    #[tokio::test]
    async fn who_waits_for_what_is_kept_long_holds_none_of_it() {
        let all = Memory::new(&limits(40_000)).share(&limits(40_000));
        let first = all.wait_for_spare(6_000).await;
        let mut second = Box::pin(all.wait_for_spare(6_000));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(all.hold(14_000, 0).is_some(), "the rest is free for what comes and goes");
        drop(first);
        second.await;
    }
}
