//! What contributors say, as far as tables are made of it.

use std::sync::Arc;

use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;

/// What one contributor adds to one measure in one place, while nothing of it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Who says it.
    pub contributor: Arc<str>,
    /// The measure's number in the plan.
    pub measure: usize,
    /// Where it is placed.
    pub area: Area,
    /// Its field.
    pub field: Field,
    /// The first slot it stands in.
    pub from: Slot,
    /// The last slot it stands in.
    pub to: Slot,
    /// In millionths of the measure's base unit.
    pub amount: u128,
    /// The first cut it stands at.
    pub since: usize,
    /// The first cut it no longer stands at; `None` while it does.
    pub until: Option<usize>,
}

impl Word {
    /// Whether it stands at a cut.
    pub(crate) fn stands_at(&self, cut: usize) -> bool {
        self.since <= cut && self.until.is_none_or(|until| cut < until)
    }
}
