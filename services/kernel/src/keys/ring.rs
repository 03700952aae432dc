//! The keys that a service knows now: they may be replaced while it runs.

use std::sync::{Arc, PoisonError, RwLock};

use super::Keys;
use crate::oidc::IdentityProvider;

/// Keys that may be replaced, and the identity provider whose tokens are taken; clones share them.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: Arc<RwLock<Arc<Keys>>>,
    pub(super) provider: Option<Arc<IdentityProvider>>,
}

impl KeyRing {
    /// The keys at this moment.
    pub fn now(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Knows these keys from now on, and no others.
    pub fn replace(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// The same keys; those that name a client are shown by tokens of this provider.
    #[must_use]
    pub fn with_provider(self, provider: Option<Arc<IdentityProvider>>) -> Self {
        Self { provider, ..self }
    }
}

impl From<Keys> for KeyRing {
    fn from(keys: Keys) -> Self {
        Self { keys: Arc::new(RwLock::new(Arc::new(keys))), provider: None }
    }
}
