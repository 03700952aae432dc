//! An invention patent: valid from its grant for twenty years from filing, high-value by class or by age.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::foreign::{self, Word};
use super::recorded::{Origin, Recorded};
use super::{Entity, Fact, Occasions, Place, Scope, Standing};
use crate::codelist::{Area, Field};
use crate::event::{
    Data, Event, Holder, PatentChange, PatentChanged, PatentClass, PatentGranted, anniversary,
};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Measure, Plan, Rule};

/// A patent by its number.
#[derive(Default)]
pub(super) struct Patent {
    granted: Recorded<(), Granted>,
    /// By the first day each holds; of one day's the later in the log wins.
    changes: Recorded<Date, Change>,
}

/// Its grant, and what follows from it for every slot alike.
struct Granted {
    grant_date: Date,
    /// The anniversary past which age alone makes it high-value.
    tenth: Option<Date>,
    /// The first day it no longer stands.
    ends: Option<Date>,
    classes: BTreeSet<PatentClass>,
    holder: Option<FirstHolder>,
    field: Field,
}

/// The first holder, who places it.
#[derive(Clone)]
struct FirstHolder {
    area: Area,
    identity: Arc<str>,
}

/// What happens to it.
enum Change {
    /// It lapsed or was declared invalid.
    Ended,
    Restored,
    Transferred(Option<FirstHolder>),
    Class(PatentClass, bool),
}

impl FirstHolder {
    fn of(holders: &[Holder]) -> Option<Self> {
        holders.first().map(|holder| Self { area: holder.area, identity: holder.identity().into() })
    }
}

impl Granted {
    fn new(patent: &PatentGranted) -> Self {
        Self {
            grant_date: patent.grant_date,
            tenth: anniversary(patent.filing_date, 10),
            ends: patent.term_end.or_else(|| anniversary(patent.filing_date, 20)),
            classes: patent.classes.iter().copied().collect(),
            holder: FirstHolder::of(&patent.holders),
            field: patent.field.unwrap_or(Field::Unknown),
        }
    }
}

impl Change {
    fn of(changed: &PatentChanged) -> Option<Self> {
        Some(match changed.change {
            PatentChange::Lapsed | PatentChange::Invalidated => Self::Ended,
            PatentChange::Restored => Self::Restored,
            PatentChange::Transferred => Self::Transferred(FirstHolder::of(&changed.holders)),
            PatentChange::ClassAdded => Self::Class(changed.class?, true),
            PatentChange::ClassRemoved => Self::Class(changed.class?, false),
        })
    }
}

impl Patent {
    /// The patent as it stands on `day`, if it is high-value then: valid, and in a class or past its tenth year.
    fn high_value(&self, day: Date) -> Option<Fact> {
        // A second grant under the same number replaces the first.
        let granted = self.granted.last()?;
        let patent = &granted.fact;
        if day < patent.grant_date || patent.ends.is_some_and(|end| end <= day) {
            return None;
        }
        let mut behind = vec![granted.origin];
        let (mut valid, mut classes, mut holder) = (true, patent.classes.clone(), patent.holder.as_ref());
        for change in self.changes.until(day) {
            behind.push(change.origin);
            match &change.fact {
                Change::Ended => valid = false,
                Change::Restored => valid = true,
                Change::Transferred(to) => holder = to.as_ref(),
                Change::Class(class, true) => _ = classes.insert(*class),
                Change::Class(class, false) => _ = classes.remove(class),
            }
        }
        let aged = patent.tenth.is_some_and(|tenth| tenth < day);
        let FirstHolder { area, identity } = holder.filter(|_| valid && (aged || !classes.is_empty()))?;
        Some(Fact::new(*area, patent.field, Decimal::ONE, identity.clone(), behind))
    }
}

impl Patent {
    /// All that is said of where the first holder is: the grant from the beginning, and each transfer from its day.
    fn words(&self) -> impl Iterator<Item = Word> + Clone {
        let granted = self.granted.iter().map(|entry| (Date::MIN, entry.origin, entry.fact.holder.as_ref()));
        let transferred = self.changes.iter().filter_map(|change| match &change.fact {
            Change::Transferred(to) => Some((change.key, change.origin, to.as_ref())),
            _ => None,
        });
        granted
            .chain(transferred)
            .filter_map(|(day, Origin { offset, .. }, holder)| Some(Word { day, offset, area: holder?.area }))
    }
}

impl Entity for Patent {
    fn apply(&mut self, event: &Event, place: Place) {
        let origin = Origin::of(event, place);
        match &event.data {
            Data::PatentGranted(granted) => self.granted.record((), origin, Granted::new(granted)),
            Data::PatentChanged(changed) => {
                if let Some(change) = Change::of(changed) {
                    self.changes.record(changed.effective_from, origin, change);
                }
            }
            _ => {}
        }
    }

    fn void(&mut self, offset: i64) {
        self.granted.void(offset);
        self.changes.void(offset);
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.rule == Rule::HighValuePatents
    }

    fn occasions(&self, _: &Measure) -> Occasions {
        let granted = self.granted.iter().flat_map(|entry| {
            let Granted { grant_date, tenth, ends, .. } = &entry.fact;
            let aged = tenth.and_then(|tenth| tenth.tomorrow().ok());
            [Some(*grant_date), aged, *ends].into_iter().flatten()
        });
        Occasions::Days(granted.chain(self.changes.iter().map(|change| change.key)).collect())
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let counted = measure.rule == Rule::HighValuePatents;
        self.high_value(slot.last_day()).filter(|_| counted).into_iter().collect()
    }

    /// What bureaus say that do not cover the first holder of an earlier event: another grant, a change.
    fn findings(&self, _: Scope, _: &Plan) -> Vec<(FindingKey, Finding)> {
        let granted = self.granted.last().map(|entry| (Date::MIN, entry.origin));
        let changed = self.changes.iter().map(|change| (change.key, change.origin));
        let said = granted.into_iter().chain(changed);
        said.flat_map(|(day, origin)| foreign::said(origin, day, self.words(), "the first holder")).collect()
    }

    fn became(&self, offset: i64) -> Option<Standing> {
        Standing::among(&self.granted, offset)
    }
}
