//! Entities: what the events of one subject add up to, and the contributions that follow.

mod contract;
mod contribution;
mod patent;
mod reference;
mod state;
mod unit;

use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

pub use contribution::{Contribution, ContributionKey, ObsStatus};
pub use state::{Disposition, State};

use crate::codelist::{Area, Field};
use crate::event::Event;
use crate::period::Slot;
use crate::plan::{Measure, Plan};

/// Where an event stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its offset in the partition of its subject.
    pub offset: i64,
    /// When it entered the log.
    pub recorded: Timestamp,
}

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
    /// The unit, holder or seller behind it.
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

/// Which contributions of an entity an event may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Any.
    All,
    /// Those that sum report items, in one year: a report changes no other, whatever the length of history.
    Reports {
        /// The year.
        year: i16,
    },
}

impl Scope {
    /// The slots of a measure that lie within the scope.
    fn slots(self, measure: &Measure, plan: &Plan) -> Box<dyn Iterator<Item = Slot>> {
        match self {
            Scope::All => Box::new(plan.calendar.slots()),
            Scope::Reports { year } if measure.is_reported() => Box::new(plan.calendar.slots_of(year)),
            Scope::Reports { .. } => Box::new(std::iter::empty()),
        }
    }
}

/// An entity folds its events and tells what stands in a slot.
pub(crate) trait Entity {
    /// Takes an event in. Events of other kinds of entity change nothing.
    fn apply(&mut self, event: &Event, place: Place);

    /// What an event may change.
    fn scope(&self, event: &Event) -> Scope;

    /// Whether it may have facts of the measure at all: most entities have facts of one or two.
    fn counts(&self, measure: &Measure) -> bool;

    /// The slots outside the plan's calendar do not count; a reference value may stand before it.
    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact>;

    /// The slots to ask for, where they do not follow from the calendar.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        None
    }
}
