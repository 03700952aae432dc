//! The events of one request, for telling those that come twice.

use std::collections::{HashMap, VecDeque};

use weir_schemas::event::{Event, Fingerprint};

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

/// The last events of a request, a bounded number of them: one that comes again after more than that is accepted
/// again, which changes no figure.
#[derive(Debug)]
pub(super) struct Seen {
    contents: HashMap<Fingerprint, Fingerprint>,
    order: VecDeque<Fingerprint>,
    window: usize,
}

impl Seen {
    /// Remembers `window` events.
    pub(super) fn new(window: usize) -> Self {
        Self { contents: HashMap::new(), order: VecDeque::new(), window }
    }

    /// Compares an event with those before it, and remembers it if it is the first of its identity.
    pub(super) fn meet(&mut self, event: &Event) -> Sighting {
        let identity = event.identity_of_all();
        let content = event.content();
        match self.contents.get(&identity) {
            Some(before) if *before == content => Sighting::Again,
            Some(_) => Sighting::Conflict,
            None => {
                self.order.push_back(identity);
                self.contents.insert(identity, content);
                if self.order.len() > self.window
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.contents.remove(&oldest);
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
