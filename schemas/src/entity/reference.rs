//! A reference value: one series, area and period, in all its vintages.

use jiff::civil::Date;

use super::recorded::{Entry, Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing, ignored};
use crate::codelist::Field;
use crate::event::{Data, Event, ReferencePublished, Vintage};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Measure, Plan, Rule};

/// The publications of one value: the latest by day of publication, rank of vintage and place holds, of those in the
/// unit that the series is kept in.
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
        // A value in another unit is no value of this series, and hides none.
        let latest = self.published.iter().rev().find(|entry| is_value_of(measure, &entry.fact));
        let Some(Entry { fact: value, origin, .. }) = latest.filter(|entry| entry.fact.period.slot() == slot)
        else {
            return Vec::new();
        };
        let fact = Fact::new(value.area, Field::Total, value.value, value.source.as_str().into(), [*origin]);
        vec![Fact { vintage: value.vintage.as_str(), ..fact }]
    }

    /// A reference value may describe a year before the plan's calendar: stocks fall back on it.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        Some(self.published.last().map(|entry| entry.fact.period.slot()).into_iter().collect())
    }

    fn became(&self, offset: i64) -> Option<Standing> {
        Standing::among_like(&self.published, offset, |one, other| one.unit.base() == other.unit.base())
    }

    /// The latest value, if it is in another unit than the plan keeps the series in.
    fn findings(&self, _: Scope, plan: &Plan) -> Vec<(FindingKey, Finding)> {
        let Some(Entry { fact: value, origin, .. }) = self.published.last() else { return Vec::new() };
        let measure = plan.measures.iter().find(|measure| is_of_series(measure, value));
        let unfit = measure.filter(|measure| !measure.is_in(value.unit));
        unfit.map(|measure| ignored::unit(value.area, *origin, measure, value.unit)).into_iter().collect()
    }
}

fn is_of_series(measure: &Measure, value: &ReferencePublished) -> bool {
    matches!(&measure.rule, Rule::Reference { series } if *series == value.series)
}

fn is_value_of(measure: &Measure, value: &ReferencePublished) -> bool {
    is_of_series(measure, value) && measure.is_in(value.unit)
}
