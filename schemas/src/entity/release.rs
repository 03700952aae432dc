//! A release: by whom it was asked for.

use super::recorded::{Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing};
use crate::event::{Data, Event};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Measure, Plan};
use crate::problem::Code;

/// The events that ask for a release of one name. It enters no figure.
#[derive(Default)]
pub(super) struct Release {
    asked: Recorded<(), ()>,
}

impl Entity for Release {
    fn apply(&mut self, event: &Event, place: Place) {
        if let Data::ReleaseCut(_) = &event.data {
            self.asked.record((), Origin::of(event, place), ());
        }
    }

    fn void(&mut self, offset: i64) {
        self.asked.void(offset);
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, _: &Measure) -> bool {
        false
    }

    fn facts(&self, _: &Measure, _: Slot) -> Vec<Fact> {
        Vec::new()
    }

    fn became(&self, _: i64) -> Option<Standing> {
        None
    }

    /// What bureaus of a part ask for, since a release is of the whole.
    fn findings(&self, _: Scope, plan: &Plan) -> Vec<(FindingKey, Finding)> {
        let asked = self.asked.iter().map(|entry| entry.origin);
        let ignored = asked.filter(|asked| !asked.source.area.contains(plan.area));
        let found = |Origin { offset, source, synthetic }| {
            let key = FindingKey {
                area: Some(source.area),
                rule: Code::IgnoredSource,
                report: None,
                event: offset,
                pointer: "/source".to_owned(),
            };
            let detail = format!("{source} does not cover {}, which a release is of", plan.area);
            (key, Finding { detail, explained: None, synthetic })
        };
        ignored.map(found).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Basis, Scope, State};
    use super::*;
    use crate::finding::FindingKind;
    use crate::plan::SICHUAN_14;

    #[test]
    fn what_a_bureau_of_a_part_asks_for_is_found_ignored() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let mut state = State::on(Basis::default());
        for (offset, area) in [(0, "510000"), (1, "510700")] {
            let event = json!({"specversion": "1.0", "type": "weir.release.cut.v1", "source": format!("/bureaus/{area}"),
                "subject": "a", "id": "1", "time": "2024-08-01T00:00:00Z", "datacontenttype": "application/json",
                "data": {"name": "a", "cut": "2024-08-01T00:00:00Z"}});
            let event = Event::from_slice(event.to_string().as_bytes()).unwrap();
            state.apply(&event, Place { offset, recorded: "2024-08-01T00:00:01Z".parse().unwrap() });
        }
        assert!(state.contributions(Scope::All, &plan).is_empty());
        let found: Vec<_> = state.findings(Scope::All, &plan).into_keys().collect();
        let [FindingKey { event: 1, rule, area: Some(area), .. }] = &found[..] else { panic!("{found:?}") };
        assert_eq!(
            (FindingKind::of(*rule), area.to_string().as_str()),
            (Some(FindingKind::Ignored), "510700")
        );
    }
}
