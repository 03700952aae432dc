//! A reference value: one series, area and period, in all its vintages.

use super::{Entity, Fact, ObsStatus, Place, Scope};
use crate::codelist::Field;
use crate::event::{Data, Event, ReferencePublished};
use crate::period::Slot;
use crate::plan::{Measure, Rule};

/// The publications of one value.
#[derive(Default)]
pub(super) struct Reference {
    published: Vec<(ReferencePublished, Place, bool)>,
}

impl Reference {
    /// The latest by day of publication, rank of vintage and place.
    fn latest(&self) -> Option<&(ReferencePublished, Place, bool)> {
        self.published.iter().max_by_key(|(value, place, _)| (value.published_on, value.vintage, *place))
    }
}

impl Entity for Reference {
    fn apply(&mut self, event: &Event, place: Place) {
        if let Data::ReferencePublished(published) = &event.data {
            self.published.push((published.clone(), place, event.synthetic));
        }
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        measure.is_reference()
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::Reference { series }, Some((value, place, synthetic))) = (&measure.rule, self.latest())
        else {
            return Vec::new();
        };
        // A value in another unit is no value of this series.
        if value.series != *series || value.period.slot() != slot || value.unit.base() != measure.unit {
            return Vec::new();
        }
        vec![Fact {
            part: "",
            area: value.area,
            field: Field::Total,
            value: value.value,
            contributor: value.source.as_str().into(),
            status: ObsStatus::A,
            vintage: value.vintage.as_str(),
            synthetic: *synthetic,
            events: vec![place.offset],
        }]
    }

    /// A reference value may describe a year before the plan's calendar: stocks fall back on it.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        Some(self.published.first().map(|(value, ..)| value.period.slot()).into_iter().collect())
    }
}
