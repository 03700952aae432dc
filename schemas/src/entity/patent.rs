//! An invention patent: valid from its grant for twenty years from filing, high-value by class or by age.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Entity, Fact, ObsStatus, Place, Scope};
use crate::codelist::Field;
use crate::event::{Data, Event, Holder, PatentGranted, anniversary};
use crate::period::Slot;
use crate::plan::{Measure, Rule};

/// A patent by its number.
#[derive(Default)]
pub(super) struct Patent {
    granted: Option<Granted>,
}

/// Its grant, and what follows from it for every slot alike.
struct Granted {
    patent: PatentGranted,
    place: Place,
    synthetic: bool,
    /// The first holder, who places it.
    contributor: Arc<str>,
    /// The anniversary past which age alone makes it high-value.
    tenth: Option<Date>,
    /// The first day it no longer stands.
    ends: Option<Date>,
}

impl Granted {
    fn new(patent: &PatentGranted, place: Place, synthetic: bool) -> Self {
        Self {
            place,
            synthetic,
            contributor: patent.holders.first().map(Holder::identity).unwrap_or_default().into(),
            tenth: anniversary(patent.filing_date, 10),
            ends: patent.term_end.or_else(|| anniversary(patent.filing_date, 20)),
            patent: patent.clone(),
        }
    }

    /// Valid on `day`, and then in a class or past its tenth year (docs/measures.md §1).
    fn is_high_value(&self, day: Date) -> bool {
        let valid = self.patent.grant_date <= day && self.ends.is_none_or(|end| day < end);
        valid && (!self.patent.classes.is_empty() || self.tenth.is_some_and(|tenth| tenth < day))
    }
}

impl Entity for Patent {
    fn apply(&mut self, event: &Event, place: Place) {
        // A second grant under the same number replaces the first.
        if let Data::PatentGranted(granted) = &event.data {
            self.granted = Some(Granted::new(granted, place, event.synthetic));
        }
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.rule == Rule::HighValuePatents
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::HighValuePatents, Some(granted)) = (&measure.rule, &self.granted) else {
            return Vec::new();
        };
        let holder = granted.patent.holders.first().filter(|_| granted.is_high_value(slot.last_day()));
        let Some(holder) = holder else { return Vec::new() };
        vec![Fact {
            part: "",
            area: holder.area,
            field: granted.patent.field.unwrap_or(Field::Unknown),
            value: Decimal::ONE,
            contributor: granted.contributor.clone(),
            status: ObsStatus::A,
            vintage: "",
            synthetic: granted.synthetic,
            events: vec![granted.place.offset],
        }]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::event::PatentClass;

    fn patent(classes: Vec<PatentClass>) -> Granted {
        let patent = PatentGranted {
            filing_date: date(2011, 5, 31),
            grant_date: date(2013, 3, 1),
            holders: Vec::new(),
            classes,
            term_end: None,
            field: None,
        };
        Granted::new(&patent, Place { offset: 0, recorded: jiff::Timestamp::UNIX_EPOCH }, false)
    }

    #[test]
    fn age_makes_a_patent_high_value_the_day_after_its_tenth_year() {
        let plain = patent(Vec::new());
        assert!(!plain.is_high_value(date(2021, 5, 31)));
        assert!(plain.is_high_value(date(2021, 6, 1)));
        assert!(plain.is_high_value(date(2031, 5, 30)));
        assert!(!plain.is_high_value(date(2031, 5, 31)));
    }

    #[test]
    fn a_class_makes_it_high_value_from_its_grant() {
        let pledged = patent(vec![PatentClass::Pledged]);
        assert!(!pledged.is_high_value(date(2013, 2, 28)));
        assert!(pledged.is_high_value(date(2013, 3, 1)));
    }
}
