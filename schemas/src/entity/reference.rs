//! A reference value: one series, area and period, in all its vintages.

use jiff::civil::Date;

use super::recorded::{Entry, Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing};
use crate::codelist::Field;
use crate::event::{Data, Event, ReferencePublished, Vintage};
use crate::period::Slot;
use crate::plan::{Measure, Rule};

/// The publications of one value: the latest by day of publication, rank of vintage and place holds.
#[derive(Default)]
pub(super) struct Reference {
    published: Recorded<(Date, Vintage), ReferencePublished>,
}

impl Entity for Reference {
    fn apply(&mut self, event: &Event, place: Place) {
        if let Data::ReferencePublished(published) = &event.data {
            let key = (published.published_on, published.vintage);
            self.published.record(key, Origin::of(event, place), published.clone());
        }
    }

    fn void(&mut self, offset: i64) {
        self.published.void(offset);
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.is_reference()
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::Reference { series }, Some(Entry { fact: value, origin, .. })) =
            (&measure.rule, self.published.last())
        else {
            return Vec::new();
        };
        // A value in another unit is no value of this series.
        if value.series != *series || value.period.slot() != slot || !measure.is_in(value.unit) {
            return Vec::new();
        }
        let fact = Fact::new(value.area, Field::Total, value.value, value.source.as_str().into(), [*origin]);
        vec![Fact { vintage: value.vintage.as_str(), ..fact }]
    }

    /// A reference value may describe a year before the plan's calendar: stocks fall back on it.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        Some(self.published.last().map(|entry| entry.fact.period.slot()).into_iter().collect())
    }

    fn became(&self, offset: i64) -> Option<Standing> {
        Standing::among(&self.published, offset)
    }
}
