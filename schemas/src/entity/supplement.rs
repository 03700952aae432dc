//! A supplement: a part of a measure that is compiled without unit records, for one area and period.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::recorded::{Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing};
use crate::codelist::Field;
use crate::event::{Data, Event, SupplementPublished};
use crate::period::Slot;
use crate::plan::Measure;

/// The part that tells supplements from what units add; they are shown apart.
const PART: &str = "supplement";

/// The publications of one measure, area and period: of each field the latest by day of publication and place.
#[derive(Default)]
pub(super) struct Supplement {
    published: BTreeMap<Field, Recorded<Date, SupplementPublished>>,
}

impl Supplement {
    /// What any of them says: measure, area and period are in the subject, and so the same in all.
    fn any(&self) -> Option<&SupplementPublished> {
        self.published.values().find_map(|of_field| of_field.last()).map(|entry| &entry.fact)
    }
}

impl Entity for Supplement {
    fn apply(&mut self, event: &Event, place: Place) {
        if let Data::SupplementPublished(published) = &event.data {
            let of_field = self.published.entry(published.field.unwrap_or(Field::Unknown)).or_default();
            of_field.record(published.published_on, Origin::of(event, place), published.clone());
        }
    }

    fn void(&mut self, offset: i64) {
        self.published.values_mut().for_each(|of_field| of_field.void(offset));
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.takes_supplements() && self.any().is_some_and(|part| part.measure == *measure.id)
    }

    fn facts(&self, measure: &Measure, _: Slot) -> Vec<Fact> {
        let latest = self.published.iter().filter_map(|(field, of_field)| Some((*field, of_field.last()?)));
        // A value in another unit is no part of this measure.
        let of_unit = latest.filter(|(_, entry)| measure.is_in(entry.fact.unit));
        let facts = of_unit.map(|(field, entry)| {
            let part = &entry.fact;
            Fact { part: PART, ..Fact::new(part.area, field, part.value, "".into(), [entry.origin]) }
        });
        facts.collect()
    }

    /// Exactly its period: a supplement to a year is none to its December.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        Some(self.any().map(|part| part.period.slot()).into_iter().collect())
    }

    fn became(&self, offset: i64) -> Option<Standing> {
        self.published.values().find_map(|of_field| Standing::among(of_field, offset))
    }
}
