//! Contributions: facts of one entity over a range of slots, and how they follow from facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::occasions::{Asking, Known};
use super::{Entity, Fact, Occasions, Scope};
use crate::codelist::{Area, Field};
use crate::period::Slot;
use crate::plan::{Measure, MeasureId, Plan, Shape};

/// How far a figure was checked, of SDMX `CL_OBS_STATUS`; the earlier in this list, the less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ObsStatus {
    /// Suppressed: shown to the reader as nothing (docs/measures.md §5). No contribution and no cell has it.
    Q,
    /// Missing.
    O,
    /// Unvalidated: a report in it is not accepted at any level.
    V,
    /// Estimated: the denominator is an earlier year's.
    E,
    /// Provisional.
    P,
    /// Normal.
    A,
}

impl ObsStatus {
    /// The code, one letter.
    pub const fn as_str(self) -> &'static str {
        match self {
            ObsStatus::Q => "Q",
            ObsStatus::O => "O",
            ObsStatus::V => "V",
            ObsStatus::E => "E",
            ObsStatus::P => "P",
            ObsStatus::A => "A",
        }
    }
}

/// What tells one contribution of an entity from its others. All that decides which cells it enters is
/// in the key, so that a cell is read without looking at others: what moves leaves a withdrawal behind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContributionKey {
    /// The measure.
    pub measure: MeasureId,
    /// Where it is placed.
    pub area: Area,
    /// Its field.
    pub field: Field,
    /// The first slot it stands in.
    pub from: Slot,
    /// The last slot it stands in.
    pub to: Slot,
    /// The form of a report, `supplement`, or `previous` for what stood a year before; mostly empty.
    pub part: &'static str,
}

/// What an entity adds to the cells its key names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// In the measure's base unit.
    pub value: Decimal,
    /// Of revenue what the same report says of the year before: with it, the report is in the comparable panel.
    pub prior: Option<Decimal>,
    /// The unit, holder or seller behind it; empty for a supplement, which has none.
    pub contributor: Arc<str>,
    /// How far it was checked.
    pub status: ObsStatus,
    /// The vintage of a reference value, else empty.
    pub vintage: &'static str,
    /// Whether a synthetic event is behind it.
    pub synthetic: bool,
    /// Offsets of the events behind it, ascending.
    pub events: Vec<i64>,
}

/// The contributions of an entity within a scope.
pub(super) fn of(entity: &dyn Entity, scope: Scope, plan: &Plan) -> BTreeMap<ContributionKey, Contribution> {
    let mut found = BTreeMap::new();
    let touched = plan.measures.iter().filter(|measure| scope.holds(measure) && entity.counts(measure));
    for measure in touched {
        let calendar = plan.calendar;
        if let Some(slots) = entity.own_slots() {
            // What is divided by may describe a year before the calendar; nothing else is kept outside of it.
            let kept = |slot: &Slot| measure.is_reference() || calendar.holds(*slot);
            collect(entity, measure, Occasions::Any, slots.into_iter().filter(kept), plan, &mut found);
        } else if let Some(slots) = scope.few_slots(measure) {
            // When facts may change takes longer to find out than to ask for them, and the longer the more was reported.
            let kept = slots.filter(|slot| calendar.holds(*slot));
            collect(entity, measure, Occasions::Any, kept, plan, &mut found);
        } else {
            collect(entity, measure, entity.occasions(measure), calendar.slots(), plan, &mut found);
        }
    }
    found
}

/// Joins equal facts of successive slots into one contribution; point facts stay by themselves.
fn collect(
    entity: &dyn Entity,
    measure: &Measure,
    occasions: Occasions,
    slots: impl Iterator<Item = Slot>,
    plan: &Plan,
    found: &mut BTreeMap<ContributionKey, Contribution>,
) {
    let mut open: Vec<(Slot, Slot, Fact)> = Vec::new();
    let mut asking = Asking::of(measure, occasions);
    for slot in slots {
        match asking.about(slot) {
            Known::Same => {
                open.iter_mut().for_each(|(_, to, _)| *to = slot);
                continue;
            }
            Known::None if open.is_empty() => continue,
            Known::None | Known::Nothing => {}
        }
        let facts = entity.facts(measure, slot).into_iter().filter(|fact| plan.area.contains(fact.area));
        let mut next = Vec::new();
        for fact in facts {
            let joins = |to: Slot| match measure.shape() {
                Shape::Point => false,
                Shape::YearToDate => to.next() == slot && to.calendar_year() == slot.calendar_year(),
                Shape::Stock => to.next() == slot,
            };
            match open.iter().position(|(_, to, other)| joins(*to) && *other == fact) {
                Some(at) => {
                    let (from, ..) = open.swap_remove(at);
                    next.push((from, slot, fact));
                }
                None => next.push((slot, slot, fact)),
            }
        }
        for closed in std::mem::replace(&mut open, next) {
            keep(measure, closed, found);
        }
    }
    for closed in open {
        keep(measure, closed, found);
    }
}

fn keep(
    measure: &Measure,
    (from, to, fact): (Slot, Slot, Fact),
    found: &mut BTreeMap<ContributionKey, Contribution>,
) {
    let Fact { part, area, field, value, prior, contributor, status, vintage, synthetic, events } = fact;
    let key = ContributionKey { measure: measure.id.clone(), area, field, from, to, part };
    found.insert(key, Contribution { value, prior, contributor, status, vintage, synthetic, events });
}
