//! Facts: what one entity adds to a measure at one slot.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::ObsStatus;
use super::recorded::Origin;
use crate::codelist::{Area, Field};

/// What one entity adds to a measure at one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Tells facts of one entity, measure and slot apart (the form of a report); mostly empty.
    pub(crate) part: &'static str,
    /// Where it is placed.
    pub(crate) area: Area,
    /// Its field.
    pub(crate) field: Field,
    /// In the measure's base unit.
    pub(crate) value: Decimal,
    /// Of revenue what the same report says of the year before.
    pub(crate) prior: Option<Decimal>,
    /// The unit, holder or seller behind it; empty for a supplement, which has none.
    pub(crate) contributor: Arc<str>,
    /// How far it was checked.
    pub(crate) status: ObsStatus,
    /// The vintage of a reference value, else empty.
    pub(crate) vintage: &'static str,
    /// Whether a synthetic event is behind it.
    pub(crate) synthetic: bool,
    /// Offsets of the events behind it, ascending.
    pub(crate) events: Vec<i64>,
}

impl Fact {
    /// A fact of no part that needs no checking, with the events behind it.
    pub(super) fn new(
        area: Area,
        field: Field,
        value: Decimal,
        contributor: Arc<str>,
        behind: impl IntoIterator<Item = Origin>,
    ) -> Self {
        let (mut events, mut synthetic) = (Vec::new(), false);
        for origin in behind {
            events.push(origin.offset);
            synthetic |= origin.synthetic;
        }
        events.sort_unstable();
        events.dedup();
        Self {
            part: "",
            area,
            field,
            value,
            prior: None,
            contributor,
            status: ObsStatus::A,
            vintage: "",
            synthetic,
            events,
        }
    }
}
