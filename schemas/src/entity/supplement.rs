//! A supplement: a part of a measure that is compiled without unit records, for one area and period.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::recorded::{Entry, Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing, ignored};
use crate::codelist::Field;
use crate::event::{Data, Event, SupplementPublished};
use crate::figure::frequencies;
use crate::finding::{Finding, FindingKey};
use crate::period::{Period, Slot};
use crate::plan::{Frequency, Measure, Plan};

/// The part that tells supplements from what units add; they are shown apart.
pub const SUPPLEMENT: &str = "supplement";

/// The publications of one measure, area and period: of each field the latest by day of publication and place, of those
/// in the measure's unit.
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
        // A value in another unit is no part of this measure, and hides none.
        let latest = self.published.iter().filter_map(|(field, of_field)| {
            let entry = of_field.iter().rev().find(|entry| measure.is_in(entry.fact.unit))?;
            Some((*field, entry))
        });
        let facts = latest.map(|(field, entry)| {
            let part = &entry.fact;
            Fact { part: SUPPLEMENT, ..Fact::new(part.area, field, part.value, "".into(), [entry.origin]) }
        });
        facts.collect()
    }

    /// Exactly its period: a supplement to a year is none to its December.
    fn own_slots(&self) -> Option<Vec<Slot>> {
        Some(self.any().map(|part| part.period.slot()).into_iter().collect())
    }

    fn became(&self, offset: i64) -> Option<Standing> {
        let alike =
            |one: &SupplementPublished, other: &SupplementPublished| one.unit.base() == other.unit.base();
        self.published.values().find_map(|of_field| Standing::among_like(of_field, offset, alike))
    }

    /// Of each field the latest part, if it adds to nothing.
    fn findings(&self, _: Scope, plan: &Plan) -> Vec<(FindingKey, Finding)> {
        let latest = self.published.values().filter_map(Recorded::last);
        let unfit = latest.filter_map(|Entry { fact: part, origin, .. }| match plan.measure(&part.measure) {
            Some(measure) if !measure.takes_supplements() => {
                Some(ignored::measure(part.area, *origin, format!("{} takes no supplements", part.measure)))
            }
            Some(measure) if !measure.is_in(part.unit) => {
                Some(ignored::unit(part.area, *origin, measure, part.unit))
            }
            Some(measure) => {
                let by_year = frequencies(measure) == [Frequency::A];
                let never = by_year && !matches!(part.period, Period::Year(_));
                never.then(|| ignored::period(part.area, *origin, measure, part.period))
            }
            None => Some(ignored::measure(
                part.area,
                *origin,
                format!("the plan has no measure {}", part.measure),
            )),
        });
        unfit.collect()
    }
}
