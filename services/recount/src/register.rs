//! Entries of registers (docs/measures.md §1): each stands from the day it entered until it is removed.

use jiff::civil::Date;
use num_traits::One;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::{Data, Register};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Plan, Rule};

use crate::counting::Placed;
use crate::day::new_year;
use crate::exact::Exact;
use crate::fact::{At, Fact};

/// An entry on a day.
struct Standing {
    register: Register,
    entered_on: Date,
    area: Option<Area>,
    field: Option<Field>,
    synthetic: bool,
}

/// What an entry adds.
pub(crate) fn facts(events: &[&Placed], plan: &Plan) -> Vec<Fact> {
    let mut dated: Vec<(Date, &Placed)> = Vec::new();
    for placed in events {
        match &placed.event.data {
            Data::RegisterEntered(entered) => dated.push((entered.entered_on, placed)),
            Data::RegisterChanged(changed) => dated.push((changed.effective_from, placed)),
            Data::RegisterRemoved(removed) => dated.push((removed.effective_from, placed)),
            _ => {}
        }
    }
    if dated.is_empty() {
        return Vec::new();
    }
    dated.sort_by_key(|(day, placed)| (*day, placed.offset));

    let mut facts = Vec::new();
    for slot in plan.calendar.slots() {
        let Some(entry) = on(&dated, slot.last_day()) else { continue };
        let Some(area) = entry.area else { continue };
        for (measure, one) in plan.measures.iter().enumerate() {
            if enters(&entry, &one.rule, slot) {
                let at = At { slot, area, field: entry.field.unwrap_or(Field::Unknown) };
                facts.push(Fact::new(measure, at, Exact::one(), entry.synthetic));
            }
        }
    }
    facts
}

/// The entry as it stands on a day: as what happened since its last removal says.
fn on(dated: &[(Date, &Placed)], day: Date) -> Option<Standing> {
    let by_then: Vec<&(Date, &Placed)> = dated.iter().take_while(|(from, _)| *from <= day).collect();
    let removed = by_then.iter().rposition(|(_, one)| matches!(one.event.data, Data::RegisterRemoved(_)));
    let since = by_then.get(removed.map_or(0, |at| at + 1)..)?;
    let is_entry = |placed: &Placed| matches!(placed.event.data, Data::RegisterEntered(_));
    let (entered_on, _) = since.iter().find(|(_, placed)| is_entry(placed))?;
    // Who enters again says everything anew.
    let latest = since.iter().rposition(|(_, placed)| is_entry(placed))?;
    let (_, entry) = since.get(latest)?;
    let Data::RegisterEntered(entered) = &entry.event.data else { return None };
    let moved = since.iter().skip(latest).rev().find_map(|(_, placed)| match &placed.event.data {
        Data::RegisterChanged(changed) => Some((changed.area?, placed.event.synthetic)),
        _ => None,
    });
    Some(Standing {
        register: entered.register,
        entered_on: *entered_on,
        area: moved.map(|(area, _)| area).or(entered.area),
        field: entered.field,
        synthetic: entry.event.synthetic || moved.is_some_and(|(_, synthetic)| synthetic),
    })
}

/// Whether the entry, standing on the slot's last day, counts in a measure.
fn enters(entry: &Standing, rule: &Rule, slot: Slot) -> bool {
    match rule {
        Rule::Standing { register } => *register == entry.register,
        Rule::Entered { register } => {
            *register == entry.register && new_year(slot.last_day()) <= entry.entered_on
        }
        Rule::EnteredSince { register, from } => *register == entry.register && *from <= entry.entered_on,
        // What names no field stands in none.
        Rule::FieldsWith { register } => *register == entry.register && entry.field.is_some(),
        _ => false,
    }
}
