//! The cells of `weir-schemas`: an entity's contributions, added up without more ado.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rust_decimal::Decimal;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::entity::{Contribution, Disposition, ObsStatus, Place, Scope, State};
use weir_schemas::event::{Data, Event, EventVoided, day};
use weir_schemas::period::Slot;
use weir_schemas::plan::Plan;

use crate::histories::History;

/// A cell, and who is behind it.
struct Sum {
    cell: Cell,
    contributors: BTreeSet<String>,
    /// Of whose contributions at least one is not in the panel.
    outside: BTreeSet<String>,
    forms: BTreeSet<&'static str>,
}

/// The cells of a history as of a moment.
pub(crate) fn folded(history: &History, plan: &Plan, moment: Timestamp) -> Vec<Cell> {
    let mut sums: BTreeMap<(Series, Slot), Sum> = BTreeMap::new();
    for events in history.0.values() {
        let mut state = State::default();
        let mut early = Vec::new();
        for (offset, event) in events {
            let disposition = state.apply(event, at(*offset));
            early.extend(early_void(event, moment).filter(|_| disposition == Disposition::Stored));
        }
        for (offset, void) in (1_000_000..).zip(&early) {
            state.apply(void, at(offset));
        }
        for (key, one) in state.contributions(Scope::All, plan) {
            // A province is around itself once.
            let around: BTreeSet<Series> = Series::of(&key, plan).into_iter().collect();
            for series in around {
                for slot in key.from.through(key.to) {
                    let sum = sums.entry((series.clone(), slot)).or_insert_with(|| Sum {
                        cell: Cell::empty(series.clone(), slot),
                        contributors: BTreeSet::new(),
                        outside: BTreeSet::new(),
                        forms: BTreeSet::new(),
                    });
                    sum.add(key.part, &one);
                }
            }
        }
    }
    sums.into_values().map(|sum| sum.finish(plan)).collect()
}

fn at(offset: i64) -> Place {
    Place { offset, recorded: Timestamp::UNIX_EPOCH }
}

/// The void of a reference value that is not out at the moment. The door takes none before its day, so the fold knows of no
/// days; here they are taken back under their own identities.
fn early_void(event: &Event, moment: Timestamp) -> Option<Event> {
    let Data::ReferencePublished(value) = &event.data else { return None };
    let data = Data::EventVoided(EventVoided {
        voided_source: event.source,
        voided_id: event.id.clone(),
        reason: "early".into(),
        author: "a".into(),
    });
    let id = format!("early {} {}", event.source, event.id);
    (value.published_on > day(moment)).then(|| Event { id, data, ..event.clone() })
}

impl Sum {
    fn add(&mut self, part: &'static str, one: &Contribution) {
        let cell = &mut self.cell;
        cell.contributions += 1;
        cell.value += one.value;
        match part {
            "supplement" => cell.supplement += one.value,
            "" | "previous" => {}
            form => _ = self.forms.insert(form),
        }
        if one.status > ObsStatus::E {
            cell.accepted += one.value;
        }
        if let Some(prior) = one.prior {
            cell.panel += one.value;
            cell.panel_prior += prior;
        } else {
            self.outside.insert(one.contributor.to_string());
        }
        if !one.contributor.is_empty() {
            self.contributors.insert(one.contributor.to_string());
        }
        cell.status = cell.status.min(one.status);
        cell.vintage = one.vintage.to_owned();
        cell.synthetic |= one.synthetic;
    }

    fn finish(self, plan: &Plan) -> Cell {
        let Sum { cell, contributors, outside, forms } = self;
        let in_panel = contributors.difference(&outside).count() as u64;
        let contributors = contributors.len() as u64;
        let distinct = plan.measure(&cell.series.measure).unwrap().is_distinct();
        let sum = |value: Decimal| if distinct { contributors.into() } else { value };
        Cell {
            value: sum(cell.value),
            accepted: sum(cell.accepted),
            contributors,
            panel_contributors: in_panel,
            forms: forms.into_iter().map(str::to_owned).collect(),
            ..cell
        }
    }
}
