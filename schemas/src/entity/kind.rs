//! Which kind of entity an event is about.

use super::contract::Contract;
use super::patent::Patent;
use super::reference::Reference;
use super::register::Registered;
use super::release::Release;
use super::rounds::Rounds;
use super::supplement::Supplement;
use super::unit::Unit;
use super::{Basis, Entity};
use crate::event::{Data, Event};

/// A kind of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Unit,
    Patent,
    Contract,
    Register,
    Reference,
    Supplement,
    Rounds,
    Release,
}

impl Kind {
    /// The kind that an event is about; none for what changes no figure by itself.
    pub(super) fn of(event: &Event) -> Option<Self> {
        match &event.data {
            Data::UnitRegistered(_)
            | Data::UnitChanged(_)
            | Data::UnitClosed(_)
            | Data::StatusGranted(_)
            | Data::StatusRevoked(_)
            | Data::ReportFiled(_)
            | Data::ReportWithdrawn(_)
            | Data::ReportReviewed(_)
            | Data::QueryExplained(_) => Some(Kind::Unit),
            Data::PatentGranted(_) | Data::PatentChanged(_) => Some(Kind::Patent),
            Data::ContractRegistered(_) | Data::ContractAmended(_) | Data::ContractCancelled(_) => {
                Some(Kind::Contract)
            }
            Data::RegisterEntered(_) | Data::RegisterChanged(_) | Data::RegisterRemoved(_) => {
                Some(Kind::Register)
            }
            Data::ReferencePublished(_) => Some(Kind::Reference),
            Data::SupplementPublished(_) => Some(Kind::Supplement),
            Data::PeriodOpened(_) | Data::PeriodClosed(_) | Data::PeriodReopened(_) => Some(Kind::Rounds),
            Data::ReleaseCut(_) => Some(Kind::Release),
            Data::EventVoided(_) => None,
        }
    }

    /// The entity of that kind before any event.
    pub(super) fn entity(self, subject: &str, basis: Basis) -> Box<dyn Entity + Send> {
        match self {
            Kind::Unit => Box::new(Unit::new(subject.into(), basis)),
            Kind::Patent => Box::<Patent>::default(),
            Kind::Contract => Box::<Contract>::default(),
            Kind::Register => Box::new(Registered::new(subject.into())),
            Kind::Reference => Box::<Reference>::default(),
            Kind::Supplement => Box::<Supplement>::default(),
            Kind::Rounds => Box::<Rounds>::default(),
            Kind::Release => Box::<Release>::default(),
        }
    }
}
