//! A fact: what a subject adds to one measure at one slot.

use std::sync::Arc;

use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::{Form, Vintage};
use weir_schemas::period::Slot;

use crate::exact::Exact;
use crate::sum::Status;

/// What a subject adds to one measure at one slot, in one area and field.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    /// The measure, by its place in the plan.
    pub(crate) measure: usize,
    pub(crate) slot: Slot,
    pub(crate) area: Area,
    pub(crate) field: Field,
    /// In the measure's base unit.
    pub(crate) value: Exact,
    /// Of revenue what the same report says of the year before.
    pub(crate) prior: Option<Exact>,
    pub(crate) behind: Behind,
    /// The form of the report it is an item of.
    pub(crate) form: Option<Form>,
    /// How far that report was checked.
    pub(crate) status: Status,
    /// Whether it was compiled without unit records.
    pub(crate) supplement: bool,
    pub(crate) vintage: Option<Vintage>,
    pub(crate) synthetic: bool,
}

/// Who is behind a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Behind {
    /// The subject itself: a unit, an entry of a register.
    Subject,
    /// A party that other subjects may have as well: the holder of a patent, the seller of a contract.
    Party(Arc<str>),
    /// No unit.
    Nobody,
}

/// Where and when a fact holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) slot: Slot,
    pub(crate) area: Area,
    pub(crate) field: Field,
}

impl Fact {
    /// Something of the subject's own, from no report.
    pub(crate) fn new(measure: usize, at: At, value: Exact, synthetic: bool) -> Self {
        let At { slot, area, field } = at;
        Self {
            measure,
            slot,
            area,
            field,
            value,
            prior: None,
            behind: Behind::Subject,
            form: None,
            status: Status::A,
            supplement: false,
            vintage: None,
            synthetic,
        }
    }
}
