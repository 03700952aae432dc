//! Which releases there are, for all readers.

use std::sync::{PoisonError, RwLock};

use weir_schemas::release::Releases;

/// The releases of the plan, without their cells.
#[derive(Debug, Default)]
pub(crate) struct Catalogue(RwLock<Option<Releases>>);

impl Catalogue {
    /// Looks at the releases; `None` until the log was read through once: before, some may be missing.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Releases) -> T) -> Option<T> {
        // They are replaced whole, so a panic elsewhere leaves nothing half done.
        self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(look)
    }

    /// These are the releases from now on.
    pub(crate) fn replace(&self, releases: Releases) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(releases);
    }
}
