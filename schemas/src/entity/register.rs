//! An entry of a register: stands from the day it entered until it is removed.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::foreign::{self, Word};
use super::recorded::{Origin, Recorded};
use super::{Entity, Fact, Occasions, Place, Scope, Standing};
use crate::codelist::{Area, Field};
use crate::event::{Data, Event, Register};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Measure, Plan, Rule};
use crate::problem::Code;

/// What an event says of the entry. Name, type and level enter no measure.
enum Change {
    Entered { register: Register, area: Option<Area>, field: Option<Field> },
    Moved(Area),
    Removed,
}

/// An entry by its register and number.
pub(super) struct Registered {
    subject: Arc<str>,
    /// By the first day each holds; of one day's the later in the log wins.
    changes: Recorded<Date, Change>,
}

/// The entry as it stands on a day.
struct Current {
    register: Register,
    /// The first day of this time in the register.
    entered_on: Date,
    area: Option<(Area, Origin)>,
    field: Option<Field>,
    entered: Origin,
}

impl Registered {
    pub(super) fn new(subject: Arc<str>) -> Self {
        Self { subject, changes: Recorded::default() }
    }

    /// What stands on `day`, if anything. An entry that enters again while it stands says everything anew, but
    /// has not entered twice; after a removal it has.
    fn on(&self, day: Date) -> Option<Current> {
        self.changes.until(day).fold(None, |standing: Option<Current>, entry| match entry.fact {
            Change::Entered { register, area, field } => Some(Current {
                register,
                entered_on: standing.map_or(entry.key, |standing| standing.entered_on),
                area: area.map(|area| (area, entry.origin)),
                field,
                entered: entry.origin,
            }),
            Change::Moved(area) => {
                standing.map(|standing| Current { area: Some((area, entry.origin)), ..standing })
            }
            Change::Removed => None,
        })
    }

    /// All that is said of where the entry is.
    fn words(&self) -> impl Iterator<Item = Word> + Clone {
        self.changes.iter().filter_map(|change| {
            let area = match change.fact {
                Change::Entered { area, .. } => area?,
                Change::Moved(area) => area,
                Change::Removed => return None,
            };
            Some(Word { day: change.key, offset: change.origin.offset, area })
        })
    }
}

/// Whether what stands counts in a measure at a slot.
fn enters(standing: &Current, measure: &Measure, slot: Slot) -> bool {
    let register = match &measure.rule {
        Rule::Standing { register } => register,
        Rule::Entered { register } if standing.entered_on.year() == slot.calendar_year() => register,
        Rule::EnteredSince { register, from } if standing.entered_on >= *from => register,
        // An entry that names none of the fields adds none.
        Rule::FieldsWith { register } if standing.field.is_some() => register,
        _ => return false,
    };
    *register == standing.register
}

impl Entity for Registered {
    fn apply(&mut self, event: &Event, place: Place) {
        let origin = Origin::of(event, place);
        match &event.data {
            Data::RegisterEntered(entered) => {
                let change =
                    Change::Entered { register: entered.register, area: entered.area, field: entered.field };
                self.changes.record(entered.entered_on, origin, change);
            }
            Data::RegisterChanged(changed) => {
                if let Some(area) = changed.area {
                    self.changes.record(changed.effective_from, origin, Change::Moved(area));
                }
            }
            Data::RegisterRemoved(removed) => {
                self.changes.record(removed.effective_from, origin, Change::Removed);
            }
            _ => {}
        }
    }

    fn void(&mut self, offset: i64) {
        self.changes.void(offset);
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        matches!(
            measure.rule,
            Rule::Standing { .. }
                | Rule::Entered { .. }
                | Rule::EnteredSince { .. }
                | Rule::FieldsWith { .. }
        )
    }

    fn occasions(&self, _: &Measure) -> Occasions {
        Occasions::Days(self.changes.iter().map(|change| change.key).collect())
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let standing = self.on(slot.last_day()).filter(|standing| enters(standing, measure, slot));
        let Some(Current { area: Some((area, placed)), field, entered, .. }) = standing else {
            return Vec::new();
        };
        let field = field.unwrap_or(Field::Unknown);
        let contributor = if measure.is_distinct() { field.code().into() } else { self.subject.clone() };
        vec![Fact::new(area, field, Decimal::ONE, contributor, [entered, placed])]
    }

    fn findings(&self, _: Scope, plan: &Plan) -> Vec<(FindingKey, Finding)> {
        let begins = Slot::month(plan.calendar.from, 1).period().first_day();
        let unplaced = self.changes.iter().filter_map(|entry| {
            let day = entry.key.max(begins);
            // One that a later word of that day, or before the calendar begins, replaces is not what stands.
            let standing = self.on(day).filter(|standing| standing.entered == entry.origin)?;
            let key = FindingKey {
                area: None,
                rule: Code::NoArea,
                report: None,
                event: entry.origin.offset,
                pointer: "/data/area".to_owned(),
            };
            let detail = format!("nothing says where {} is on {day}", self.subject);
            let synthetic = entry.origin.synthetic;
            standing.area.is_none().then_some((key, Finding { detail, explained: None, synthetic }))
        });
        let said = self.changes.iter().map(|change| (change.key, change.origin));
        let found = said.flat_map(|(day, origin)| foreign::said(origin, day, self.words(), &self.subject));
        let foreign = found.filter(|(key, _)| self.became(key.event) == Some(Standing::InForce));
        unplaced.chain(foreign).collect()
    }

    /// Another entry on the same day says everything anew.
    fn became(&self, offset: i64) -> Option<Standing> {
        let change = self.changes.recorded_at(offset)?;
        let anew = self
            .changes
            .iter()
            .rev()
            .find(|other| other.key == change.key && matches!(other.fact, Change::Entered { .. }));
        let by = anew.map(|other| other.origin.offset).filter(|by| *by > offset);
        Some(by.map_or(Standing::InForce, |by| Standing::Superseded { by }))
    }
}
