//! The folded state of one subject: what was seen, and the entity it adds up to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::kind::Kind;
use super::{Basis, Contribution, ContributionKey, Entity, Place, Scope, Standing, contribution};
use crate::event::{Data, Event, Fingerprint};
use crate::finding::{Finding, FindingKey};
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
    /// Of each identity the content and the offset of its first event.
    seen: HashMap<Fingerprint, (Fingerprint, i64)>,
    /// Identities that were voided, met or not, with the offsets of the voids.
    voided: HashMap<Fingerprint, BTreeSet<i64>>,
    /// One for each kind of event met. A subject has one, unless numbers of two kinds look alike by chance.
    entities: Vec<(Kind, Box<dyn Entity + Send>)>,
    basis: Basis,
}

impl State {
    /// No events yet, of which these reports will count.
    pub fn on(basis: Basis) -> Self {
        Self { basis, ..Self::default() }
    }

    /// What would become of the event if it came next.
    pub fn disposition(&self, event: &Event) -> Disposition {
        match self.seen.get(&event.identity()) {
            None => Disposition::Stored,
            Some((content, _)) if *content == event.content() => Disposition::Duplicate,
            Some(_) => Disposition::Conflict,
        }
    }

    /// Takes the event in. Duplicates and conflicts change nothing; nor does an event that was voided before it
    /// came, but it is stored.
    pub fn apply(&mut self, event: &Event, place: Place) -> Disposition {
        let disposition = self.disposition(event);
        if disposition != Disposition::Stored {
            return disposition;
        }
        let identity = event.identity();
        self.seen.insert(identity, (event.content(), place.offset));
        if let Data::EventVoided(void) = &event.data {
            // Even one that was voided itself: voids are final.
            self.void(void.voided(), place.offset);
        } else if !self.voided.contains_key(&identity)
            && let Some(kind) = Kind::of(event)
        {
            self.entity(kind, event).apply(event, place);
        }
        disposition
    }

    /// What was applied under the identity is taken back; what comes under it later is not applied.
    fn void(&mut self, identity: Fingerprint, by: i64) {
        self.voided.entry(identity).or_default().insert(by);
        if let Some((_, offset)) = self.seen.get(&identity) {
            self.entities.iter_mut().for_each(|(_, entity)| entity.void(*offset));
        }
    }

    fn entity(&mut self, kind: Kind, event: &Event) -> &mut dyn Entity {
        let at = self.entities.iter().position(|(of, _)| *of == kind).unwrap_or_else(|| {
            self.entities.push((kind, kind.entity(&event.subject, self.basis)));
            self.entities.len() - 1
        });
        self.entities[at].1.as_mut()
    }

    /// Which contributions the event may change.
    pub fn scope(&self, event: &Event) -> Scope {
        let kind = Kind::of(event);
        let entity = self.entities.iter().find(|(of, _)| Some(*of) == kind);
        entity.map_or(Scope::All, |(_, entity)| entity.scope(event))
    }

    /// The contributions within a scope.
    pub fn contributions(&self, scope: Scope, plan: &Plan) -> BTreeMap<ContributionKey, Contribution> {
        let entities = self.entities.iter();
        entities.flat_map(|(_, entity)| contribution::of(entity.as_ref(), scope, plan)).collect()
    }

    /// What became of the event at `offset`; `None` if none counts there, since it is a duplicate, a conflict or another
    /// subject's.
    pub fn standing(&self, offset: i64) -> Option<Standing> {
        let (identity, _) = self.seen.iter().find(|(_, (_, at))| *at == offset)?;
        // Voids are final, also where somebody voids them.
        if self.voided.values().any(|voids| voids.contains(&offset)) {
            return Some(Standing::InForce);
        }
        if let Some(by) = self.voided.get(identity).and_then(BTreeSet::first) {
            return Some(Standing::Voided { by: *by });
        }
        let standing = self.entities.iter().find_map(|(_, entity)| entity.became(offset));
        Some(standing.unwrap_or(Standing::InForce))
    }

    /// The offset of the event that counts under an identity, if one does.
    pub fn offset_of(&self, identity: Fingerprint) -> Option<i64> {
        self.seen.get(&identity).map(|(_, offset)| *offset)
    }

    /// The findings within a scope.
    pub fn findings(&self, scope: Scope, plan: &Plan) -> BTreeMap<FindingKey, Finding> {
        self.entities.iter().flat_map(|(_, entity)| entity.findings(scope, plan)).collect()
    }

    /// How many events were taken in; what its place in a cache costs grows with it.
    pub fn events(&self) -> usize {
        self.seen.len()
    }
}
