//! What answers are computed from: the cells of the live generation, one set for all readers.

use std::sync::{Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::watch;
use weir_schemas::cell::Cell;
use weir_schemas::figure::Cells;

use super::Changes;

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
pub(crate) struct LiveCells {
    held: RwLock<Option<Projection>>,
    /// What changed since it was last taken; written with the cells locked, so the two fit together.
    changes: Mutex<Changes>,
    /// The moment up to which they are complete, for those who wait for another.
    moment: watch::Sender<Option<Timestamp>>,
}

impl LiveCells {
    /// Looks at what is held; `None` while nothing is.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Projection) -> T) -> Option<T> {
        // A projection is whole between any two cells, so a panic elsewhere leaves nothing half done.
        self.held.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(look)
    }

    /// Looks at what is held and at what changed since, which whoever looks may take.
    pub(crate) fn read_changes<T>(&self, look: impl FnOnce(&Projection, &mut Changes) -> T) -> Option<T> {
        self.read(|held| look(held, &mut self.changes.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Tells of each moment up to which the figures are complete.
    pub(crate) fn moments(&self) -> watch::Receiver<Option<Timestamp>> {
        self.moment.subscribe()
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
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        match held.as_ref() {
            Some(same) if same.generation == projection.generation => {
                projection.closed = projection.closed.max(same.closed);
            }
            Some(other) if other.closed > projection.closed => return false,
            _ => {}
        }
        let closed = projection.closed;
        let before = held.replace(projection);
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) =
            Changes { whole: true, ..Changes::default() };
        drop(held);
        self.moment.send_replace(closed);
        // Freed without the lock: it may be large.
        drop(before);
        true
    }

    /// Takes in cells of a generation, unless another is held. Says how many were news.
    pub(crate) fn put(&self, generation: &str, cells: impl IntoIterator<Item = Cell>) -> usize {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut().filter(|held| held.generation == generation) {
            Some(held) => {
                let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
                let mut news = 0;
                for cell in cells {
                    let series = cell.series.clone();
                    if held.cells.put(cell) {
                        changes.note(&series);
                        news += 1;
                    }
                }
                news
            }
            None => 0,
        }
    }

    /// The cells held are complete up to `at`.
    pub(crate) fn close(&self, at: Timestamp) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_mut() {
            held.closed = held.closed.max(Some(at));
            self.moment.send_replace(held.closed);
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
