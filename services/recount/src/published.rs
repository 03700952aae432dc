//! What is published: reference values, and parts of measures compiled without unit records (docs/measures.md §1).

use std::collections::BTreeMap;

use jiff::civil::Date;
use weir_schemas::codelist::Field;
use weir_schemas::event::{Data, ReferencePublished, SupplementPublished, UnitOfMeasure, Vintage};
use weir_schemas::plan::{Measure, Plan, Rule};

use crate::counting::Placed;
use crate::exact;
use crate::fact::{At, Behind, Fact};

/// The value of a reference series: the latest by day of publication, vintage and place, of those published by `today` in
/// the unit of the series. It stands in its own area, all fields together.
pub(crate) fn references(events: &[&Placed], plan: &Plan, today: Date) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (measure, one) in plan.measures.iter().enumerate() {
        let Rule::Reference { series } = &one.rule else { continue };
        let published = events.iter().filter_map(|placed| match &placed.event.data {
            Data::ReferencePublished(value) => Some((value, *placed)),
            _ => None,
        });
        let counts = |(value, _): &(&ReferencePublished, &Placed)| {
            value.series == *series && value.published_on <= today && is_in_unit_of(one, value.unit)
        };
        let rank = |(value, placed): &(&ReferencePublished, &Placed)| {
            (value.published_on, vintage_rank(value.vintage), placed.offset)
        };
        let Some((value, placed)) = published.filter(counts).max_by_key(rank) else { continue };
        let at = At { slot: value.period.slot(), area: value.area, field: Field::Total };
        let fact = Fact::new(measure, at, exact::of(value.value), placed.event.synthetic);
        facts.push(Fact { behind: Behind::Nobody, vintage: Some(value.vintage), ..fact });
    }
    facts
}

/// The supplements to a measure in an area and period: of each field the latest by day of publication and place, of those
/// in the measure's unit.
pub(crate) fn supplements(events: &[&Placed], plan: &Plan) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (measure, one) in plan.measures.iter().enumerate().filter(|(_, one)| is_summed(one)) {
        let mut latest: BTreeMap<Field, (&SupplementPublished, &Placed)> = BTreeMap::new();
        for placed in events {
            let Data::SupplementPublished(part) = &placed.event.data else { continue };
            if *one.id != *part.measure || !is_in_unit_of(one, part.unit) {
                continue;
            }
            let of_field = latest.entry(part.field.unwrap_or(Field::Unknown)).or_insert((part, placed));
            if (of_field.0.published_on, of_field.1.offset) <= (part.published_on, placed.offset) {
                *of_field = (part, placed);
            }
        }
        for (field, (part, placed)) in latest {
            let slot = part.period.slot();
            if plan.calendar.holds(slot) {
                let at = At { slot, area: part.area, field };
                let fact = Fact::new(measure, at, exact::of(part.value), placed.event.synthetic);
                facts.push(Fact { behind: Behind::Nobody, supplement: true, ..fact });
            }
        }
    }
    facts
}

/// Whether a measure is a sum of values, to which a part can be added.
fn is_summed(measure: &Measure) -> bool {
    match measure.rule {
        Rule::Reference { .. } | Rule::FieldsWith { .. } => false,
        // What is told of the reporting itself is no measure of the economy.
        Rule::RoundClosed { .. } | Rule::RoundDeadline { .. } | Rule::Expected(_) | Rule::Filed(_) => false,
        _ => true,
    }
}

/// Whether a value of that unit can be a value of the measure; pieces travel as units.
fn is_in_unit_of(measure: &Measure, unit: UnitOfMeasure) -> bool {
    let base = unit.base();
    base == measure.unit || (base == "units" && measure.unit == "pieces")
}

const fn vintage_rank(vintage: Vintage) -> u8 {
    match vintage {
        Vintage::Preliminary => 0,
        Vintage::Verified => 1,
        Vintage::Revised => 2,
        Vintage::CensusRevised => 3,
    }
}
