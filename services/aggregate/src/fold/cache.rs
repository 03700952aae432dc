//! The folded states of the entities that a partition met lately.

use lru::LruCache;
use weir_schemas::entity::{Disposition, Place, State};
use weir_schemas::event::Event;

/// States by subject, the least lately used dropped first. Belongs to one partition, and goes with it.
pub(super) struct Cache {
    states: LruCache<String, State>,
    /// The events that all states together hold.
    events: usize,
    /// The most they may hold, besides those of the batch at hand.
    events_most: usize,
    /// Whether it holds every subject that was ever met: what it lacks need not be looked for.
    complete: bool,
}

impl Cache {
    /// An empty one, at the beginning of the partition or somewhere in it.
    pub(super) fn new(events_most: usize, at_the_beginning: bool) -> Self {
        Self { states: LruCache::unbounded(), events: 0, events_most, complete: at_the_beginning }
    }

    /// Whether all that is known of a subject is at hand.
    pub(super) fn holds(&self, subject: &str) -> bool {
        self.complete || self.states.contains(subject)
    }

    /// The state of a subject; empty if it was never met.
    pub(super) fn state(&mut self, subject: &str) -> &State {
        self.states.get_or_insert_mut_ref(subject, State::default)
    }

    /// Takes an event into the state of its subject.
    pub(super) fn apply(&mut self, event: &Event, place: Place) -> Disposition {
        let disposition =
            self.states.get_or_insert_mut_ref(&event.subject, State::default).apply(event, place);
        self.events += usize::from(disposition == Disposition::Stored);
        disposition
    }

    /// Drops states until the limit holds.
    pub(super) fn shrink(&mut self) {
        while self.events > self.events_most {
            match self.states.pop_lru() {
                Some((_, state)) => {
                    self.events -= state.events();
                    self.complete = false;
                }
                None => break,
            }
        }
    }
}
