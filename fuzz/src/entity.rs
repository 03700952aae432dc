//! Histories of one subject.

use std::sync::LazyLock;

use arbitrary::Unstructured;
use jiff::Timestamp;
use serde_json::{Value, json};
use weir_schemas::entity::{Disposition, Place, Scope, State};
use weir_schemas::event::Event;
use weir_schemas::plan::{Plan, SICHUAN_14};

use crate::{examples, mutation};

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::parse(SICHUAN_14).expect("Sichuan's plan"));

/// The most events of a history.
const EVENTS: usize = 8;

/// Places decide what follows from a history, not the order of arrival; sent again it changes nothing; and what an event changes
/// lies in its scope.
pub fn entity(data: &[u8]) {
    let history = history(&mut Unstructured::new(data));
    if history.is_empty() {
        return;
    }
    let (mut state, mut rows, mut findings) = <(State, _, _)>::default();
    for (place, event) in (0..).zip(&history) {
        let scope = state.scope(event);
        let before = (state.contributions(scope, &PLAN), state.findings(scope, &PLAN));
        if state.apply(event, at(place)) != Disposition::Stored {
            continue;
        }
        before.0.keys().for_each(|key| _ = std::collections::BTreeMap::remove(&mut rows, key));
        before.1.keys().for_each(|key| _ = std::collections::BTreeMap::remove(&mut findings, key));
        rows.extend(state.contributions(scope, &PLAN));
        findings.extend(state.findings(scope, &PLAN));
    }
    assert_eq!(state.contributions(Scope::All, &PLAN), rows);
    assert_eq!(state.findings(Scope::All, &PLAN), findings);

    // Which of two of one identity counts is a matter of the order, so the others alone come in another.
    let mut first = State::default();
    let stored =
        (0..).zip(&history).filter(|(place, event)| first.apply(event, at(*place)) == Disposition::Stored);
    let stored: Vec<_> = stored.collect();
    let mut backwards = State::default();
    stored.iter().rev().for_each(|(place, event)| _ = backwards.apply(event, at(*place)));
    assert_eq!(backwards.contributions(Scope::All, &PLAN), rows);
    assert_eq!(backwards.findings(Scope::All, &PLAN), findings);
    for (place, event) in (100..).zip(&history) {
        assert_ne!(state.apply(event, at(place)), Disposition::Stored);
    }
    assert_eq!(state.contributions(Scope::All, &PLAN), rows);
}

fn at(offset: i64) -> Place {
    Place { offset, recorded: Timestamp::UNIX_EPOCH }
}

/// Good events of one subject, made of changed examples.
fn history(source: &mut Unstructured<'_>) -> Vec<Event> {
    let mut history: Vec<Event> = Vec::new();
    let Ok(first) = source.choose(examples::valid()) else { return history };
    let kin: Vec<&Value> = examples::valid()
        .iter()
        .filter(|other| related(other) == related(first) || related(other) == "event")
        .collect();
    while history.len() < EVENTS && !source.is_empty() {
        let Ok(mut event) = source.choose(&kin).map(|event| (*event).clone()) else { break };
        for _ in 0..source.int_in_range(0_u8..=3).unwrap_or_default() {
            let _ = mutation::mutate(source, &mut event);
        }
        if !event.is_object() {
            continue;
        }
        liken(&mut event, first);
        // An id of its own, but for some that meet.
        event["id"] = json!(source.int_in_range(0..=11).unwrap_or(history.len()).to_string());
        if let Ok(event) = Event::from_slice(event.to_string().as_bytes())
            && history.first().is_none_or(|first| first.subject == event.subject)
        {
            history.push(event);
        }
    }
    history
}

/// What kind of subject an event has: those of a unit come under many types.
fn related(event: &Value) -> &str {
    let kind = event["type"].as_str().and_then(|kind| kind.split('.').nth(1)).unwrap_or_default();
    if matches!(kind, "unit" | "status" | "report" | "query") { "unit" } else { kind }
}

/// Gives an event the subject of another, also where its data repeat it.
fn liken(event: &mut Value, first: &Value) {
    event["subject"] = first["subject"].clone();
    if related(event) == related(first) && event["data"].is_object() {
        for name in ["register", "entry", "series", "measure", "area", "period", "form", "name"] {
            let repeated = !matches!(related(first), "unit" | "patent" | "contract");
            // Rounds are of one form and many periods, registers of many areas.
            let own = matches!((related(first), name), ("period", "period") | ("register", "area" | "name"));
            if repeated && !own && !first["data"][name].is_null() {
                event["data"][name] = first["data"][name].clone();
            }
        }
    }
}
