//! A technology contract: in the year it was registered, where its seller is (docs/measures.md §1).

use super::{Entity, Fact, ObsStatus, Place, Scope};
use crate::codelist::Field;
use crate::event::{ContractRegistered, Data, Event};
use crate::period::Slot;
use crate::plan::{Measure, Rule};

/// A contract by its registration number.
#[derive(Default)]
pub(super) struct Contract {
    registered: Option<(ContractRegistered, Place, bool)>,
}

impl Entity for Contract {
    fn apply(&mut self, event: &Event, place: Place) {
        // A second registration under the same number replaces the first.
        if let Data::ContractRegistered(registered) = &event.data {
            self.registered = Some((registered.clone(), place, event.synthetic));
        }
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.rule == Rule::ContractAmount
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::ContractAmount, Some((contract, place, synthetic))) = (&measure.rule, &self.registered)
        else {
            return Vec::new();
        };
        let day = contract.registered_on;
        if slot.calendar_year() != day.year() || slot < Slot::month(day.year(), day.month()) {
            return Vec::new();
        }
        vec![Fact {
            part: "",
            area: contract.seller.area,
            field: contract.field.unwrap_or(Field::Unknown),
            value: contract.amount,
            contributor: contract.seller.identity().into(),
            status: ObsStatus::A,
            vintage: "",
            synthetic: *synthetic,
            events: vec![place.offset],
        }]
    }
}
