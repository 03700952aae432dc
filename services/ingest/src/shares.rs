//! What each sender may take of what there is for all: no key crowds out the others by asking often or sending much at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;
use crate::memory::Memory;

/// The shares of all keys; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Shares {
    limits: Arc<Limits>,
    places: Arc<Semaphore>,
    memory: Memory,
    /// By the name of the key: no more than there are keys.
    by_key: Arc<Mutex<HashMap<String, Share>>>,
}

/// The share of one key.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    places: Arc<Semaphore>,
    /// Room for what is held for its holder.
    pub(crate) memory: Memory,
}

/// A place among the requests that are served, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// The key has as many as one key may have.
    OfKey,
    /// All are taken.
    OfAll,
}

impl Shares {
    /// Nothing is taken yet.
    pub(crate) fn new(limits: &Arc<Limits>) -> Self {
        Self {
            limits: Arc::clone(limits),
            places: Arc::new(Semaphore::new(limits.max_requests)),
            memory: Memory::new(limits),
            by_key: Arc::default(),
        }
    }

    /// The share of a key.
    pub(crate) fn of(&self, key: &str) -> Share {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = by_key.get(key) {
            return share.clone();
        }
        let places = Arc::new(Semaphore::new(self.limits.key_requests));
        let share = Share { places, memory: self.memory.share(&self.limits) };
        by_key.insert(key.to_owned(), share.clone());
        share
    }

    /// A place for a request of a key.
    ///
    /// # Errors
    /// When the key, or all together, have as many as they may.
    pub(crate) fn place(&self, share: &Share) -> Result<Place, NoPlace> {
        let own = Arc::clone(&share.places).try_acquire_owned().map_err(|_| NoPlace::OfKey)?;
        let of_all = Arc::clone(&self.places).try_acquire_owned().map_err(|_| NoPlace::OfAll)?;
        Ok(Place { _own: own, _of_all: of_all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_places_and_all_have_theirs() {
        let shares = Shares::new(&Arc::new(Limits { max_requests: 3, key_requests: 2, ..Limits::default() }));
        let (a, b) = (shares.of("a"), shares.of("b"));
        let held = [shares.place(&a).unwrap(), shares.place(&shares.of("a")).unwrap()];
        assert_eq!(shares.place(&a).unwrap_err(), NoPlace::OfKey);
        let other = shares.place(&b).unwrap();
        assert_eq!(shares.place(&b).unwrap_err(), NoPlace::OfAll);
        drop(held);
        assert!(shares.place(&a).is_ok());
        drop(other);
    }
}
