//! The keys that a service knows now: they may be replaced while it runs.

use std::sync::{Arc, PoisonError, RwLock};

use super::Keys;

/// Keys that may be replaced; clones share them.
#[derive(Debug, Clone, Default)]
pub struct KeyRing(Arc<RwLock<Arc<Keys>>>);

impl KeyRing {
    /// The keys at this moment.
    pub fn now(&self) -> Arc<Keys> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Knows these keys from now on, and no others.
    pub fn replace(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

impl From<Keys> for KeyRing {
    fn from(keys: Keys) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(keys))))
    }
}
