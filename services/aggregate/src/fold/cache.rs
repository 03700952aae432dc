//! The folded states of the entities that a partition met lately.

use lru::LruCache;
use weir_schemas::entity::State;

/// States by subject, the least lately used dropped first. Belongs to one partition, and goes with it.
pub(super) struct Cache {
    states: LruCache<String, State>,
    /// The most events that all states together may hold, besides those of the batch at hand.
    events_most: usize,
}

impl Cache {
    pub(super) fn new(events_most: usize) -> Self {
        Self { states: LruCache::unbounded(), events_most }
    }

    /// Whether a subject's state is at hand.
    pub(super) fn holds(&self, subject: &str) -> bool {
        self.states.contains(subject)
    }

    /// The state of a subject; empty if it was never met.
    pub(super) fn state(&mut self, subject: &str) -> &mut State {
        self.states.get_or_insert_mut_ref(subject, State::default)
    }

    /// Drops states until the limit holds.
    pub(super) fn shrink(&mut self) {
        let mut events: usize = self.states.iter().map(|(_, state)| state.events()).sum();
        while events > self.events_most {
            match self.states.pop_lru() {
                Some((_, state)) => events -= state.events(),
                None => break,
            }
        }
    }
}
