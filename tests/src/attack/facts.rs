//! What units said, as it stood at each cut: whose numbers the attacker is after.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::{Basis, Place, Scope, State};
use weir_schemas::event::Event;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Plan};

/// By unit, place and slot, what is said of each measure.
pub type Facts = BTreeMap<(String, Area, Field, Slot), BTreeMap<&'static str, Decimal>>;

/// The facts at each of these moments, of a history in the order in which it was recorded.
///
/// # Errors
/// When an event does not read.
pub fn facts(plan: &Plan, history: &[Value], moments: &[Timestamp]) -> Result<Vec<Facts>> {
    let mut subjects: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for event in history {
        let event = Event::from_slice(event.to_string().as_bytes());
        let event = event.map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        subjects.entry(event.subject.clone()).or_default().push(event);
    }
    let measures: Vec<Measure> =
        plan.measures.iter().filter(|measure| measure.is_protected()).cloned().collect();
    let protected = Plan { measures, ..plan.clone() };
    let mut all = vec![Facts::new(); moments.len()];
    for events in subjects.into_values() {
        let mut state = State::on(Basis::Accepted);
        let mut events = (0..).zip(&events).peekable();
        for (moment, facts) in moments.iter().zip(&mut all) {
            let recorded = |event: &Event| event.recorded_time.context("a history says when");
            while let Some((offset, event)) = events.peek() {
                let recorded = recorded(event)?;
                if recorded > *moment {
                    break;
                }
                state.apply(event, Place { offset: *offset, recorded });
                events.next();
            }
            for (key, said) in state.contributions(Scope::All, &protected) {
                let measure = super::measure(&key.measure).filter(|_| !said.contributor.is_empty());
                let Some(measure) = measure else { continue };
                for slot in key.from.through(key.to) {
                    let place = (said.contributor.to_string(), key.area, key.field, slot);
                    *facts.entry(place).or_default().entry(measure).or_default() += said.value;
                }
            }
        }
    }
    Ok(all)
}
