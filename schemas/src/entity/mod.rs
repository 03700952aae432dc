//! Entities: what the events of one subject add up to, and the contributions that follow.

mod basis;
mod contract;
mod contribution;
mod fact;
mod foreign;
mod ignored;
mod kind;
mod occasions;
mod patent;
mod recorded;
mod reference;
mod register;
mod release;
mod rounds;
mod standing;
mod state;
mod supplement;
mod unit;

use jiff::Timestamp;

pub use basis::Basis;
pub use contribution::{Contribution, ContributionKey, ObsStatus};
pub(crate) use fact::Fact;
pub(crate) use occasions::Occasions;
pub use standing::Standing;
pub use state::{Disposition, State};
pub use supplement::SUPPLEMENT;

use crate::event::{Event, Form, Status};
use crate::finding::{Finding, FindingKey};
use crate::period::{Period, Slot};
use crate::plan::{Measure, Plan};

/// Where an event stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its offset in the partition of its subject.
    pub offset: i64,
    /// When it entered the log.
    pub recorded: Timestamp,
}

/// Which contributions of an entity an event may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Any.
    All,
    /// Those that count reports of a form for one period: a report changes no other, whatever the length of history.
    Reports {
        /// The form.
        form: Form,
        /// The period.
        period: Period,
    },
    /// Those that a status decides.
    Status {
        /// The status.
        status: Status,
    },
}

impl Scope {
    /// Whether it holds contributions to a measure.
    fn holds(self, measure: &Measure) -> bool {
        match self {
            Scope::All => true,
            Scope::Reports { form, period } => measure.slots_of_report(form, period).next().is_some(),
            Scope::Status { status } => measure.depends_on(status),
        }
    }

    /// The few slots of a measure that a report may change; `None` where it may be any.
    fn few_slots(self, measure: &Measure) -> Option<impl Iterator<Item = Slot>> {
        match self {
            Scope::Reports { form, period } => Some(measure.slots_of_report(form, period)),
            Scope::All | Scope::Status { .. } => None,
        }
    }
}

/// An entity keeps what its events record, by their places in the log, and tells what stands in a slot.
///
/// What it keeps is a set: events applied in any order, or again at their places, make the same entity, and
/// voiding one makes the entity that never met it. All meaning is in `facts`.
pub(crate) trait Entity {
    /// Takes an event in. Events of other kinds of entity change nothing.
    fn apply(&mut self, event: &Event, place: Place);

    /// Takes back what the event at `offset` recorded, if anything.
    fn void(&mut self, offset: i64);

    /// What an event may change.
    fn scope(&self, event: &Event) -> Scope;

    /// Whether it may have facts of the measure at all: most entities have facts of one or two.
    fn counts(&self, measure: &Measure) -> bool;

    /// The slots outside the plan's calendar do not count; a reference value may stand before it.
    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact>;

    /// When its facts of the measure may change.
    fn occasions(&self, _: &Measure) -> Occasions {
        Occasions::Any
    }

    /// What became of the event at `offset`, where another can take its place.
    fn became(&self, offset: i64) -> Option<Standing>;

    /// What there is to ask about it, which of its facts enter no figure, and which come from elsewhere, within a scope.
    fn findings(&self, _: Scope, _: &Plan) -> Vec<(FindingKey, Finding)> {
        Vec::new()
    }

    /// The slots to ask for, where they do not follow from the calendar.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        None
    }
}
