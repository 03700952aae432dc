//! Patents (docs/measures.md §1): valid, and high-value, on a day.

use std::collections::BTreeSet;

use jiff::civil::Date;
use num_traits::One;
use weir_schemas::codelist::Field;
use weir_schemas::event::{Data, Holder, PatentChange, PatentChanged, PatentGranted};
use weir_schemas::plan::{Plan, Rule};

use crate::counting::Placed;
use crate::day::years_after;
use crate::exact::Exact;
use crate::fact::{At, Behind, Fact};

/// Years from filing to the end of a patent.
const TERM: i16 = 20;
/// Years from filing after which any valid patent is high-value.
const LONG_KEPT: i16 = 10;

/// What a patent adds.
pub(crate) fn facts(events: &[&Placed], plan: &Plan) -> Vec<Fact> {
    let granted = events.iter().rev().find_map(|placed| match &placed.event.data {
        Data::PatentGranted(patent) => Some((patent, placed.event.synthetic)),
        _ => None,
    });
    let Some((patent, granted_synthetic)) = granted else { return Vec::new() };
    let mut changes: Vec<(&PatentChanged, bool)> = Vec::new();
    for placed in events {
        if let Data::PatentChanged(change) = &placed.event.data {
            changes.push((change, placed.event.synthetic));
        }
    }
    // The sort is stable: of one day's changes the earlier in the log stays first.
    changes.sort_by_key(|(change, _)| change.effective_from);

    let mut facts = Vec::new();
    let measures = plan.measures.iter().enumerate();
    for (measure, _) in measures.filter(|(_, one)| one.rule == Rule::HighValuePatents) {
        for slot in plan.calendar.slots() {
            let day = slot.last_day();
            let by_then = changes.iter().filter(|(change, _)| change.effective_from <= day);
            let by_then: Vec<(&PatentChanged, bool)> = by_then.copied().collect();
            let Some((holder, transferred_synthetic)) = high_value(patent, &by_then, day) else { continue };
            let field = patent.field.unwrap_or(Field::Unknown);
            let at = At { slot, area: holder.area, field };
            let name = holder.credit_code.map_or_else(|| holder.name.clone(), |code| code.to_string());
            let fact = Fact::new(measure, at, Exact::one(), granted_synthetic || transferred_synthetic);
            facts.push(Fact { behind: Behind::Party(name.into()), ..fact });
        }
    }
    facts
}

/// The first holder on a day on which the patent is high-value, and whether a synthetic change is behind it.
fn high_value<'a>(
    patent: &'a PatentGranted,
    changes: &[(&'a PatentChanged, bool)],
    day: Date,
) -> Option<(&'a Holder, bool)> {
    let term_end = patent.term_end.or_else(|| years_after(patent.filing_date, TERM));
    let mut holder = patent.holders.first()?;
    let mut classes: BTreeSet<_> = patent.classes.iter().copied().collect();
    let (mut ended, mut synthetic) = (false, false);
    for (change, made_up) in changes {
        synthetic |= made_up;
        match change.change {
            PatentChange::Transferred => holder = change.holders.first()?,
            PatentChange::Lapsed | PatentChange::Invalidated => ended = true,
            PatentChange::Restored => ended = false,
            PatentChange::ClassAdded => classes.extend(change.class),
            PatentChange::ClassRemoved => {
                if let Some(class) = change.class {
                    classes.remove(&class);
                }
            }
        }
    }
    let valid = patent.grant_date <= day && !ended && term_end.is_none_or(|end| day < end);
    let long_kept = years_after(patent.filing_date, LONG_KEPT).is_some_and(|tenth| day > tenth);
    (valid && (!classes.is_empty() || long_kept)).then_some((holder, synthetic))
}
