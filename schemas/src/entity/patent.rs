//! An invention patent: valid from its grant for twenty years from filing, high-value by class or by age.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Entity, Fact, ObsStatus, Place, Scope};
use crate::codelist::Field;
use crate::event::{Data, Event, PatentGranted, anniversary};
use crate::period::Slot;
use crate::plan::{Measure, Rule};

/// A patent by its number.
#[derive(Default)]
pub(super) struct Patent {
    granted: Option<(PatentGranted, Place, bool)>,
}

impl Entity for Patent {
    fn apply(&mut self, event: &Event, place: Place) {
        // A second grant under the same number replaces the first.
        if let Data::PatentGranted(granted) = &event.data {
            self.granted = Some((granted.clone(), place, event.synthetic));
        }
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.rule == Rule::HighValuePatents
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::HighValuePatents, Some((patent, place, synthetic))) = (&measure.rule, &self.granted)
        else {
            return Vec::new();
        };
        let Some(holder) = patent.holders.first().filter(|_| is_high_value(patent, slot.last_day())) else {
            return Vec::new();
        };
        vec![Fact {
            part: "",
            area: holder.area,
            field: patent.field.unwrap_or(Field::Unknown),
            value: Decimal::ONE,
            contributor: holder.identity().into(),
            status: ObsStatus::A,
            vintage: "",
            synthetic: *synthetic,
            events: vec![place.offset],
        }]
    }
}

/// Valid on `day`, and then in a class or past its tenth year (measures.md §1).
fn is_high_value(patent: &PatentGranted, day: Date) -> bool {
    let ends = patent.term_end.or_else(|| anniversary(patent.filing_date, 20));
    let valid = patent.grant_date <= day && ends.is_none_or(|end| day < end);
    let aged = anniversary(patent.filing_date, 10).is_some_and(|tenth| tenth < day);
    valid && (!patent.classes.is_empty() || aged)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::event::PatentClass;

    fn patent(classes: Vec<PatentClass>) -> PatentGranted {
        PatentGranted {
            filing_date: date(2011, 5, 31),
            grant_date: date(2013, 3, 1),
            holders: Vec::new(),
            classes,
            term_end: None,
            field: None,
        }
    }

    #[test]
    fn age_makes_a_patent_high_value_the_day_after_its_tenth_year() {
        let plain = patent(Vec::new());
        assert!(!is_high_value(&plain, date(2021, 5, 31)));
        assert!(is_high_value(&plain, date(2021, 6, 1)));
        assert!(is_high_value(&plain, date(2031, 5, 30)));
        assert!(!is_high_value(&plain, date(2031, 5, 31)));
    }

    #[test]
    fn a_class_makes_it_high_value_from_its_grant() {
        let pledged = patent(vec![PatentClass::Pledged]);
        assert!(!is_high_value(&pledged, date(2013, 2, 28)));
        assert!(is_high_value(&pledged, date(2013, 3, 1)));
    }
}
