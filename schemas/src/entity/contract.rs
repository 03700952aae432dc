//! A technology contract: in the year it was registered, where its seller is (docs/measures.md §1).

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::foreign::{self, Word};
use super::recorded::{Entry, Origin, Recorded};
use super::{Entity, Fact, Occasions, Place, Scope, Standing};
use crate::codelist::Field;
use crate::event::{ContractRegistered, Data, Event};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Measure, Plan, Rule};

/// The day of what is said of the whole contract.
const ALWAYS: Date = Date::MIN;

/// A contract by its registration number.
#[derive(Default)]
pub(super) struct Contract {
    registered: Recorded<(), ContractRegistered>,
    /// By revision, the amounts that amendments say.
    amounts: Recorded<u32, Decimal>,
    cancelled: Recorded<(), ()>,
}

impl Contract {
    /// What stands: the registration (a second one under the same number replaces the first), unless cancelled.
    fn standing(&self) -> Option<&Entry<(), ContractRegistered>> {
        self.registered.last().filter(|_| self.cancelled.is_empty())
    }
}

impl Entity for Contract {
    fn apply(&mut self, event: &Event, place: Place) {
        let origin = Origin::of(event, place);
        match &event.data {
            Data::ContractRegistered(registered) => self.registered.record((), origin, registered.clone()),
            // A revision that leaves the amount out leaves it as it is.
            Data::ContractAmended(amended) => {
                if let Some(amount) = amended.amount {
                    self.amounts.record(amended.revision, origin, amount);
                }
            }
            Data::ContractCancelled(_) => self.cancelled.record((), origin, ()),
            _ => {}
        }
    }

    fn void(&mut self, offset: i64) {
        self.registered.void(offset);
        self.amounts.void(offset);
        self.cancelled.void(offset);
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.rule == Rule::ContractAmount
    }

    fn occasions(&self, _: &Measure) -> Occasions {
        Occasions::Days(self.registered.iter().map(|entry| entry.fact.registered_on).collect())
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::ContractAmount, Some(Entry { fact: contract, origin, .. })) =
            (&measure.rule, self.standing())
        else {
            return Vec::new();
        };
        let day = contract.registered_on;
        if slot.calendar_year() != day.year() || slot < Slot::month(day.year(), day.month()) {
            return Vec::new();
        }
        let amended = self.amounts.last();
        let amount = amended.map_or(contract.amount, |entry| entry.fact);
        let behind = [Some(*origin), amended.map(|entry| entry.origin)].into_iter().flatten();
        let seller: Arc<str> = contract.seller.identity().into();
        let field = contract.field.unwrap_or(Field::Unknown);
        vec![Fact::new(contract.seller.area, field, amount, seller, behind)]
    }

    /// What bureaus say that do not cover the seller of an earlier registration: another one, an amendment of the amount, a cancellation.
    fn findings(&self, _: Scope, _: &Plan) -> Vec<(FindingKey, Finding)> {
        let registered = self.registered.last().map(|entry| entry.origin);
        let amended = self.amounts.last().map(|entry| entry.origin);
        let cancelled = self.cancelled.iter().map(|entry| entry.origin);
        let sellers = self.registered.iter().map(|entry| Word {
            day: ALWAYS,
            offset: entry.origin.offset,
            area: entry.fact.seller.area,
        });
        let said = registered.into_iter().chain(amended).chain(cancelled);
        said.flat_map(|origin| foreign::said(origin, ALWAYS, sellers.clone(), "the seller")).collect()
    }

    /// A cancellation ends all; else the last registration stands, at the amount of the highest revision.
    fn became(&self, offset: i64) -> Option<Standing> {
        let registered = Standing::among(&self.registered, offset);
        let own = registered.or_else(|| Standing::among(&self.amounts, offset))?;
        let cancelled =
            self.cancelled.iter().next().map(|entry| Standing::Withdrawn { by: entry.origin.offset });
        let amended = self.amounts.last().map(|entry| Standing::Superseded { by: entry.origin.offset });
        match own {
            Standing::InForce => cancelled.or_else(|| registered.and(amended)).or(Some(own)),
            _ => Some(own),
        }
    }
}
