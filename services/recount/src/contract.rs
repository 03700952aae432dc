//! Technology contracts (docs/measures.md §1): in the year of registration, at the highest revision's amount, nothing
//! once cancelled, whatever the dates of amendment and cancellation.

use weir_schemas::codelist::Field;
use weir_schemas::event::{ContractRegistered, Data};
use weir_schemas::plan::{Plan, Rule};

use crate::counting::Placed;
use crate::day::new_year;
use crate::exact;
use crate::fact::{At, Behind, Fact};

/// What a contract adds: to all slots of its year from its day on.
pub(crate) fn facts(events: &[&Placed], plan: &Plan) -> Vec<Fact> {
    let cancelled = events.iter().any(|placed| matches!(placed.event.data, Data::ContractCancelled(_)));
    // A second registration under the number says everything anew.
    let registered = events.iter().rev().find_map(|placed| match &placed.event.data {
        Data::ContractRegistered(contract) => Some((contract, placed.event.synthetic)),
        _ => None,
    });
    let Some((contract, registered_synthetic)) = registered.filter(|_| !cancelled) else { return Vec::new() };
    let (amount, amended_synthetic) = amount(contract, events);
    let seller = contract.seller.credit_code.map(|code| code.to_string());
    let seller = seller.unwrap_or_else(|| contract.seller.name.clone());

    let mut facts = Vec::new();
    for (measure, _) in plan.measures.iter().enumerate().filter(|(_, one)| one.rule == Rule::ContractAmount) {
        for slot in plan.calendar.slots() {
            let day = slot.last_day();
            if new_year(day) <= contract.registered_on && contract.registered_on <= day {
                let field = contract.field.unwrap_or(Field::Unknown);
                let at = At { slot, area: contract.seller.area, field };
                let synthetic = registered_synthetic || amended_synthetic;
                let fact = Fact::new(measure, at, exact::of(amount), synthetic);
                facts.push(Fact { behind: Behind::Party(seller.as_str().into()), ..fact });
            }
        }
    }
    facts
}

/// The amount that the highest revision leaves, and whether a synthetic event says it. A revision that names none leaves it
/// as it is; of several under one number the later says it.
fn amount(contract: &ContractRegistered, events: &[&Placed]) -> (rust_decimal::Decimal, bool) {
    let amended = events.iter().filter_map(|placed| match &placed.event.data {
        Data::ContractAmended(amended) => {
            Some((amended.revision, placed.offset, amended.amount?, placed.event.synthetic))
        }
        _ => None,
    });
    let highest = amended.max_by_key(|(revision, offset, ..)| (*revision, *offset));
    highest.map_or((contract.amount, false), |(_, _, amount, synthetic)| (amount, synthetic))
}
