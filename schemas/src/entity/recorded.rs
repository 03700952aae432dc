//! Sets of recorded facts: whatever the order they come in, the same set stands.

use crate::event::{Event, Source};

use super::Place;

/// The event that a fact was recorded by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// Its offset.
    pub(super) offset: i64,
    /// The bureau that says it.
    pub(super) source: Source,
    /// Whether it is synthetic.
    pub(super) synthetic: bool,
}

impl Origin {
    pub(super) fn of(event: &Event, place: Place) -> Self {
        Self { offset: place.offset, source: event.source, synthetic: event.synthetic }
    }
}

/// One fact, and the event it comes from.
#[derive(Debug, Clone)]
pub(super) struct Entry<K, T> {
    pub(super) key: K,
    pub(super) origin: Origin,
    pub(super) fact: T,
}

/// Facts in the order of their keys, of one key in the order of the log. An offset stands in it once.
#[derive(Debug, Clone)]
pub(super) struct Recorded<K, T>(Vec<Entry<K, T>>);

impl<K, T> Default for Recorded<K, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy, T> Recorded<K, T> {
    /// Takes a fact in; met again at its place, it replaces itself.
    pub(super) fn record(&mut self, key: K, origin: Origin, fact: T) {
        self.void(origin.offset);
        let at = self.0.partition_point(|entry| (entry.key, entry.origin.offset) < (key, origin.offset));
        self.0.insert(at, Entry { key, origin, fact });
    }

    /// Takes out what the event at `offset` recorded.
    pub(super) fn void(&mut self, offset: i64) {
        self.0.retain(|entry| entry.origin.offset != offset);
    }

    /// The facts in order.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry<K, T>> + Clone {
        self.0.iter()
    }

    /// The facts up to a key, in order.
    pub(super) fn until(&self, last: K) -> impl DoubleEndedIterator<Item = &Entry<K, T>> {
        let end = self.0.partition_point(|entry| entry.key <= last);
        self.0.iter().take(end)
    }

    /// The last fact.
    pub(super) fn last(&self) -> Option<&Entry<K, T>> {
        self.0.last()
    }

    /// The fact that the event at `offset` recorded, if any.
    pub(super) fn recorded_at(&self, offset: i64) -> Option<&Entry<K, T>> {
        self.0.iter().find(|entry| entry.origin.offset == offset)
    }

    /// Whether nothing is recorded.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
