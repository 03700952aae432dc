//! A release: by whom it was asked for.

use super::recorded::{Entry, Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing};
use crate::event::{Data, Event, Source};
use crate::finding::{Finding, FindingKey};
use crate::period::Slot;
use crate::plan::{Measure, Plan};
use crate::problem::Code;

/// The events that ask for a release of one name. It enters no figure.
#[derive(Default)]
pub(super) struct Release {
    asked: Recorded<(), Source>,
}

impl Entity for Release {
    fn apply(&mut self, event: &Event, place: Place) {
        if let Data::ReleaseCut(_) = &event.data {
            self.asked.record((), Origin::of(event, place), event.source);
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
        let ignored = self.asked.iter().filter(|asked| !asked.fact.area.contains(plan.area));
        let found = |Entry { fact: source, origin, .. }: &Entry<(), Source>| {
            let key = FindingKey {
                area: Some(source.area),
                rule: Code::IgnoredSource,
                report: None,
                event: origin.offset,
                pointer: "/source".to_owned(),
            };
            let detail = format!("{source} does not cover {}, which a release is of", plan.area);
            (key, Finding { detail, explained: None, synthetic: origin.synthetic })
        };
        ignored.map(found).collect()
    }
}
