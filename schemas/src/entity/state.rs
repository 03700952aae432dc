//! The folded state of one subject: what was seen, and the entity it adds up to.

use std::collections::{BTreeMap, HashMap};

use super::contract::Contract;
use super::patent::Patent;
use super::reference::Reference;
use super::unit::Unit;
use super::{Contribution, ContributionKey, Entity, Place, Scope, contribution};
use crate::event::{Data, Event, Fingerprint};
use crate::plan::Plan;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// The first of its identity: it counts.
    Stored,
    /// The same identity with the same content as an earlier one.
    Duplicate,
    /// The same identity with other content than an earlier one.
    Conflict,
}

impl Disposition {
    /// The word for it in tables and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Disposition::Stored => "stored",
            Disposition::Duplicate => "duplicate",
            Disposition::Conflict => "conflict",
        }
    }
}

/// The events of one subject, folded.
#[derive(Default)]
pub struct State {
    seen: HashMap<Fingerprint, Fingerprint>,
    entity: Option<Box<dyn Entity + Send>>,
}

impl State {
    /// What would become of the event if it came next.
    pub fn disposition(&self, event: &Event) -> Disposition {
        match self.seen.get(&event.identity()) {
            None => Disposition::Stored,
            Some(content) if *content == event.content() => Disposition::Duplicate,
            Some(_) => Disposition::Conflict,
        }
    }

    /// Takes the event in. Duplicates and conflicts change nothing.
    pub fn apply(&mut self, event: &Event, place: Place) -> Disposition {
        let disposition = self.disposition(event);
        if disposition == Disposition::Stored {
            self.seen.insert(event.identity(), event.content());
            self.entity.get_or_insert_with(|| entity_of(event)).apply(event, place);
        }
        disposition
    }

    /// Which contributions the event may change.
    pub fn scope(&self, event: &Event) -> Scope {
        self.entity.as_ref().map_or(Scope::All, |entity| entity.scope(event))
    }

    /// The contributions within a scope.
    pub fn contributions(&self, scope: Scope, plan: &Plan) -> BTreeMap<ContributionKey, Contribution> {
        self.entity.as_ref().map(|entity| contribution::of(entity.as_ref(), scope, plan)).unwrap_or_default()
    }

    /// How many events were taken in; what its place in a cache costs grows with it.
    pub fn events(&self) -> usize {
        self.seen.len()
    }
}

/// The entity that an event is about, before any event. Subjects of different kinds never meet: each
/// kind has its own form of number.
fn entity_of(event: &Event) -> Box<dyn Entity + Send> {
    match &event.data {
        Data::UnitRegistered(_) | Data::StatusGranted(_) | Data::ReportFiled(_) => {
            Box::new(Unit::new(event.subject.as_str().into()))
        }
        Data::PatentGranted(_) => Box::<Patent>::default(),
        Data::ContractRegistered(_) => Box::<Contract>::default(),
        Data::ReferencePublished(_) => Box::<Reference>::default(),
    }
}
