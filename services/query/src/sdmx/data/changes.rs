//! What changed between two moments.

use std::collections::HashMap;

use jiff::Timestamp;
use weir_schemas::period::Period;

use super::{Action, DataSet, Observation, Series, SeriesKey};
use crate::sdmx::model::{Flow, Shown};

type Held<'a> = HashMap<(Flow, &'a SeriesKey, Period), &'a Shown>;

/// What must be done with `before` to have `after`: data sets that replace, then those that delete.
pub(super) fn between(before: &[DataSet], after: &[DataSet], at: Option<Timestamp>) -> Vec<DataSet> {
    let (earlier, later) = (held(before), held(after));
    let changed = |place: &(Flow, &SeriesKey, Period)| earlier.get(place) != later.get(place);
    let gone = |place: &(Flow, &SeriesKey, Period)| !later.contains_key(place);
    let replaced = after.iter().map(|set| of(set, Action::Replace, at, changed));
    let deleted = before.iter().map(|set| of(set, Action::Delete, at, gone));
    replaced.chain(deleted).filter(|set| !set.series.is_empty()).collect()
}

fn held(sets: &[DataSet]) -> Held<'_> {
    let mut held = Held::new();
    for set in sets {
        for series in &set.series {
            for Observation { period, shown } in &series.observations {
                if let Some(shown) = shown {
                    held.insert((set.flow, &series.key, *period), shown);
                }
            }
        }
    }
    held
}

/// The observations of a data set that `wanted` names.
fn of(
    set: &DataSet,
    action: Action,
    since: Option<Timestamp>,
    wanted: impl Fn(&(Flow, &SeriesKey, Period)) -> bool,
) -> DataSet {
    let observation = |one: &Observation| match action {
        Action::Delete => Observation { shown: None, ..one.clone() },
        _ => one.clone(),
    };
    let series = set.series.iter().map(|series| Series {
        key: series.key.clone(),
        observations: series
            .observations
            .iter()
            .filter(|one| wanted(&(set.flow, &series.key, one.period)))
            .map(observation)
            .collect(),
    });
    let series = series.filter(|series| !series.observations.is_empty()).collect();
    DataSet { flow: set.flow, action, since, series }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use weir_schemas::codelist::{Area, Field};
    use weir_schemas::plan::Frequency;

    use super::*;
    use crate::sdmx::model::Basis;

    type State = BTreeMap<(usize, i16), u8>;

    /// A data set of series by number, with values by year.
    fn data(state: &State) -> Vec<DataSet> {
        let mut series: Vec<Series> = Vec::new();
        for ((subject, year), value) in state {
            let basis = Basis::Annual;
            let key =
                SeriesKey::new((*subject, "X".into()), Frequency::A, Area::SICHUAN, Field::Total, basis);
            let shown = Some(Shown { value: Some(value.to_string()), ..Shown::default() });
            let observation = Observation { period: Period::Year(*year), shown };
            match series.last_mut().filter(|series| series.key == key) {
                Some(series) => series.observations.push(observation),
                None => series.push(Series { key, observations: vec![observation] }),
            }
        }
        let (flow, action) = (Flow::Indicators, Action::Information);
        vec![DataSet { flow, action, since: None, series }]
    }

    /// What a reader holds who does what the data sets say.
    fn applied(mut state: State, sets: &[DataSet]) -> State {
        for set in sets {
            for series in &set.series {
                for one in &series.observations {
                    let place = (series.key.subject, one.period.year());
                    let value = one.shown.as_ref().and_then(|shown| shown.value.as_ref()?.parse().ok());
                    match (set.action, value) {
                        (Action::Replace, Some(value)) => drop(state.insert(place, value)),
                        (Action::Delete, None) => drop(state.remove(&place)),
                        other => panic!("{other:?}"),
                    }
                }
            }
        }
        state
    }

    fn state() -> impl Strategy<Value = State> {
        proptest::collection::btree_map((0_usize..3, 2020_i16..2025), 0_u8..3, 0..10)
    }

    proptest! {
        #[test]
        fn who_does_what_changed_has_what_there_is(before in state(), after in state()) {
            let sets = between(&data(&before), &data(&after), None);
            prop_assert_eq!(applied(before.clone(), &sets), after.clone());
            prop_assert_eq!(sets.is_empty(), before == after);
        }
    }
}
