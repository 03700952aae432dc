//! The events of one request, for telling those that come twice.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use weir_schemas::event::{Event, Fingerprint};

use crate::memory::{Held, Memory};

/// What an identity takes, in bytes, once the part of the request is answered that it came in and whose records count for it till then.
const IDENTITY: usize = 128;

/// What an event is to those before it in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sighting {
    /// The first of its identity.
    First,
    /// The same content again.
    Again,
    /// Other content under the same identity.
    Conflict,
}

/// What an event said. Hashing it costs as much as checking it does, and most identities never come again: a batch
/// that is taken in one go keeps its events until it is answered anyway, and hashes none of them.
#[derive(Debug)]
enum Content {
    Event(Arc<Event>),
    Hash(Fingerprint),
}

impl Content {
    fn hash(&self) -> Fingerprint {
        match self {
            Self::Event(event) => event.content(),
            Self::Hash(hash) => *hash,
        }
    }
}

/// The last events of a request, a bounded number of them and as many as there is room to remember: one that comes again after more
/// than that is accepted again, which changes no figure.
#[derive(Debug)]
pub(super) struct Seen {
    contents: HashMap<Fingerprint, Content>,
    order: VecDeque<Fingerprint>,
    /// Those in the order, at its end, whose events may be held whole.
    whole: usize,
    window: usize,
    memory: Memory,
    /// The room for so many of those in the order.
    held: Held,
    with_room: usize,
}

impl Seen {
    /// Remembers `window` events, as far as there is room in `memory`.
    pub(super) fn new(window: usize, memory: Memory) -> Self {
        let (contents, order) = (HashMap::new(), VecDeque::new());
        Self { contents, order, whole: 0, window, memory, held: Held::default(), with_room: 0 }
    }

    /// Before the next part of a request, of so many events.
    pub(super) fn expect(&mut self, events: usize) {
        self.let_go();
        let more = events.min(self.window);
        self.contents.reserve(more);
        self.order.reserve(more);
    }

    /// Lets the events met so far go, and remembers them by their hash.
    pub(super) fn let_go(&mut self) {
        let whole = self.order.iter().rev().take(std::mem::take(&mut self.whole));
        for identity in whole {
            if let Some(content) = self.contents.get_mut(identity) {
                *content = Content::Hash(content.hash());
            }
        }
        self.fit();
    }

    /// Makes room for those met so far, or forgets the oldest.
    fn fit(&mut self) {
        let more = self.order.len().saturating_sub(self.with_room);
        if self.held.grow_by_spare(&self.memory, more * IDENTITY) {
            self.with_room += more;
        }
        while self.order.len() > self.with_room {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.contents.remove(&oldest);
        }
    }

    /// Compares an event with those before it, and remembers it if it is the first of its identity.
    pub(super) fn meet(&mut self, event: &Arc<Event>) -> Sighting {
        let identity = event.identity_of_all();
        match self.contents.get(&identity) {
            Some(before) if before.hash() == event.content() => Sighting::Again,
            Some(_) => Sighting::Conflict,
            None => {
                self.order.push_back(identity);
                self.whole += 1;
                self.contents.insert(identity, Content::Event(Arc::clone(event)));
                if self.order.len() > self.window {
                    self.forget_oldest();
                }
                Sighting::First
            }
        }
    }

    /// Forgets an event that did not reach the log: its next sending is a first one.
    ///
    /// Its place in the order stays, so a later sending may leave the window early; that costs nothing.
    pub(super) fn forget(&mut self, event: &Event) {
        self.contents.remove(&event.identity_of_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn event(id: &str, time: &str) -> Arc<Event> {
        let event = format!(
            r#"{{"specversion": "1.0", "id": "{id}", "source": "/bureaus/510700", "type": "weir.unit.closed.v1",
            "subject": "91510100MA6C00017C", "time": "{time}", "data": {{"effective_from": "2024-05-01", "reason": "dissolved"}}}}"#
        );
        Arc::new(Event::from_slice(event.as_bytes()).unwrap())
    }

    #[test]
    fn what_came_is_the_same_whether_it_is_held_or_was_let_go() {
        let mut seen = Seen::new(2, Memory::new(&Limits::default()));
        let (first, other) = (event("a", "2024-05-02T00:00:00Z"), event("a", "2024-05-03T00:00:00Z"));
        assert_eq!(seen.meet(&first), Sighting::First);
        for _ in 0..2 {
            assert_eq!(seen.meet(&first), Sighting::Again);
            assert_eq!(seen.meet(&other), Sighting::Conflict);
            seen.expect(1);
        }
        assert_eq!(Arc::strong_count(&first), 1, "nothing holds it any more");

        seen.forget(&first);
        assert_eq!(seen.meet(&other), Sighting::First);
        for id in ["b", "c"] {
            assert_eq!(seen.meet(&event(id, "2024-05-02T00:00:00Z")), Sighting::First);
        }
        seen.expect(1);
        assert_eq!(seen.meet(&first), Sighting::First, "the window has passed it");
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let limits = Limits {
            held_bytes: 0,
            max_body_bytes: 8 * IDENTITY,
            max_batch_records: 0,
            ndjson_lines: 0,
            ndjson_bytes: 0,
            zstd_window: 0,
            rejected_bytes: 0,
            ..Limits::default()
        };
        let memory = Memory::new(&limits).share(&limits);
        let mut seen = Seen::new(1_000, memory.clone());
        let events: Vec<_> = (0..100).map(|id| event(&id.to_string(), "2024-05-02T00:00:00Z")).collect();
        for event in &events {
            seen.expect(1);
            assert_eq!(seen.meet(event), Sighting::First);
        }
        seen.expect(1);
        // A record counts for as much as eight identities, and half of the room is left.
        assert!(memory.hold(8 * IDENTITY, 0).is_some() && memory.hold(8 * IDENTITY + 1, 0).is_none());
        assert_eq!(seen.meet(&events[99]), Sighting::Again);
        assert_eq!(seen.meet(&events[0]), Sighting::First, "it is forgotten");
        drop(seen);
        assert!(memory.hold(16 * IDENTITY, 0).is_some());
    }
}
