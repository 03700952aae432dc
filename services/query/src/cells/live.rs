//! What answers are computed from: the cells of the live generation, one set for all readers.

use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;
use weir_schemas::cell::Cell;
use weir_schemas::figure::Cells;

/// The cells of one generation.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Projection {
    /// Its name.
    pub(crate) generation: String,
    /// The cells.
    pub(crate) cells: Cells,
    /// The moment up to which they are complete, once there is one.
    pub(crate) closed: Option<Timestamp>,
}

/// The projection that answers. Readers see one consistent state; writers hold it for one batch at a time.
#[derive(Debug, Default)]
pub(crate) struct LiveCells(RwLock<Option<Projection>>);

impl LiveCells {
    /// Looks at what is held; `None` while nothing is.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Projection) -> T) -> Option<T> {
        // A projection is whole between any two cells, so a panic elsewhere leaves nothing half done.
        self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(look)
    }

    /// The generation that is held.
    pub(crate) fn generation(&self) -> Option<String> {
        self.read(|projection| projection.generation.clone())
    }

    /// The moment up to which the figures are complete.
    pub(crate) fn closed(&self) -> Option<Timestamp> {
        self.read(|projection| projection.closed).flatten()
    }

    /// Answers from another projection from now on, unless figures stepped back by that: one of another generation must be
    /// complete up to as late a moment. Of one generation the later moment stays: the store does not keep every one, and its
    /// cells are written before a moment that they are complete up to is announced. Says whether it answers now.
    pub(crate) fn swap(&self, mut projection: Projection) -> bool {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match held.as_ref() {
            Some(same) if same.generation == projection.generation => {
                projection.closed = projection.closed.max(same.closed);
            }
            Some(other) if other.closed > projection.closed => return false,
            _ => {}
        }
        let before = held.replace(projection);
        drop(held);
        // Freed without the lock: it may be large.
        drop(before);
        true
    }

    /// Takes in cells of a generation, unless another is held. Says how many were news.
    pub(crate) fn put(&self, generation: &str, cells: impl IntoIterator<Item = Cell>) -> usize {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut().filter(|held| held.generation == generation) {
            Some(held) => cells.into_iter().map(|cell| held.cells.put(cell)).filter(|news| *news).count(),
            None => 0,
        }
    }

    /// The cells held are complete up to `at`.
    pub(crate) fn close(&self, at: Timestamp) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_mut() {
            held.closed = held.closed.max(Some(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projection(generation: &str, closed: Option<i64>) -> Projection {
        let closed = closed.map(|second| Timestamp::from_second(second).unwrap());
        Projection { generation: generation.to_owned(), closed, ..Projection::default() }
    }

    #[test]
    fn a_moment_never_steps_back() {
        let live = LiveCells::default();
        let closed = || live.closed().map(Timestamp::as_second);
        assert!(live.swap(projection("one", Some(5))));
        live.close(Timestamp::from_second(9).unwrap());
        live.swap(projection("one", Some(5)));
        assert_eq!(closed(), Some(9), "the store's moment is older");
        live.swap(projection("one", None));
        assert_eq!(closed(), Some(9));
        live.swap(projection("one", Some(11)));
        assert_eq!(closed(), Some(11));
        assert!(!live.swap(projection("two", Some(3))) && !live.swap(projection("two", None)));
        assert_eq!(closed(), Some(11), "another generation is not as far");
        assert!(live.swap(projection("two", Some(11))));
        assert_eq!(live.generation().as_deref(), Some("two"));
    }
}
