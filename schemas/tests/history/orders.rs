//! Properties of whole histories: places decide, not the order of arrival; repetition changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;
use weir_schemas::entity::{Contribution, ContributionKey, Disposition, Scope, Standing, State};
use weir_schemas::event::{Data, Event};
use weir_schemas::finding::{Finding, FindingKey};

use crate::histories::history;
use crate::log::{at, event, plan};

type Contributions = BTreeMap<ContributionKey, Contribution>;
type Findings = BTreeMap<FindingKey, Finding>;

fn fold<'a>(events: impl IntoIterator<Item = (i64, &'a Event)>) -> State {
    let mut state = State::default();
    for (place, event) in events {
        state.apply(event, at(place));
    }
    state
}

/// All that follows from a state.
fn all(state: &State) -> (Contributions, Findings) {
    let plan = plan();
    (state.contributions(Scope::All, &plan), state.findings(Scope::All, &plan))
}

/// What became of the events of a history.
fn standings(state: &State, history: &[Event]) -> Vec<Option<Standing>> {
    (0..).zip(history).map(|(place, _)| state.standing(place)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn places_decide_and_not_the_order_of_arrival(
        (history, shuffled) in history().prop_flat_map(|history| {
            let placed: Vec<(i64, Event)> = (0..).zip(history.clone()).collect();
            (Just(history), Just(placed).prop_shuffle())
        })
    ) {
        let straight = fold((0..).zip(&history));
        let mixed = fold(shuffled.iter().map(|(place, event)| (*place, event)));
        prop_assert_eq!(all(&straight), all(&mixed));
        prop_assert_eq!(standings(&straight, &history), standings(&mixed, &history));
    }

    #[test]
    fn duplicates_change_nothing(history in history(), again in prop::collection::vec(any::<prop::sample::Index>(), 8)) {
        let mut state = fold((0..).zip(&history));
        let before = all(&state);
        for (place, index) in (1_000..).zip(again) {
            prop_assert_eq!(state.apply(index.get(&history), at(place)), Disposition::Duplicate);
        }
        prop_assert_eq!(all(&state), before);
    }

    /// What one event may change is all it changes: the rows of its scope, written one event after the other,
    /// are those of a fold of everything up to there.
    #[test]
    fn the_scope_of_an_event_holds_all_it_changes(history in history()) {
        let plan = plan();
        let (mut state, mut rows, mut found) = (State::default(), Contributions::new(), Findings::new());
        for (place, event) in (0..).zip(&history) {
            let scope = state.scope(event);
            let (before, findings) = (state.contributions(scope, &plan), state.findings(scope, &plan));
            state.apply(event, at(place));
            before.keys().for_each(|key| _ = rows.remove(key));
            findings.keys().for_each(|key| _ = found.remove(key));
            rows.extend(state.contributions(scope, &plan));
            found.extend(state.findings(scope, &plan));
            let length = usize::try_from(place).unwrap() + 1;
            let (every, finds) = all(&fold((0..).zip(&history[..length])));
            prop_assert_eq!(&rows, &every, "after {}", place);
            prop_assert_eq!(&found, &finds, "after {}", place);
        }
    }

    /// What is behind a figure stands; of each report one revision at most.
    #[test]
    fn only_reports_in_force_are_behind_figures(history in history()) {
        let state = fold((0..).zip(&history));
        let mut in_force = BTreeSet::new();
        let mut out = BTreeSet::new();
        for (place, event) in (0..).zip(&history) {
            let Data::ReportFiled(report) = &event.data else { continue };
            match state.standing(place) {
                Some(Standing::InForce) => {
                    prop_assert!(in_force.insert((report.form, report.period)), "twice: {}", place);
                }
                _ => _ = out.insert(place),
            }
        }
        let mut behind = all(&state).0.into_values().flat_map(|contribution| contribution.events);
        prop_assert_eq!(behind.find(|place| out.contains(place)), None);
    }

    #[test]
    fn a_void_is_as_if_its_event_had_never_been(history in history(), which in any::<prop::sample::Index>()) {
        let which = which.index(history.len());
        let voided = &history[which];
        let data = json!({"voided_source": voided.source.to_string(), "voided_id": voided.id, "reason": "r",
            "author": "a"});
        let void = event("void", "510000", "event.voided", &voided.subject, data);
        // Voids themselves are final.
        prop_assume!(voided.data.event_type() != "weir.event.voided.v1");
        let with = fold((0..).zip(&history).chain([(1_000, &void)]));
        let without = fold((0..).zip(&history).filter(|(place, _)| usize::try_from(*place).unwrap() != which));
        prop_assert_eq!(all(&with), all(&without));
    }
}
