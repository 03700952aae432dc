//! The cells of `weir-schemas`: an entity's contributions, added up without more ado.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::entity::{Contribution, ObsStatus, Place, Scope, State};
use weir_schemas::period::Slot;
use weir_schemas::plan::Plan;

use crate::histories::History;

/// A cell, and who is behind it.
struct Sum {
    cell: Cell,
    contributors: BTreeSet<String>,
    forms: BTreeSet<&'static str>,
}

/// The cells of a history.
pub(crate) fn folded(history: &History, plan: &Plan) -> Vec<Cell> {
    let mut sums: BTreeMap<(Series, Slot), Sum> = BTreeMap::new();
    for events in history.0.values() {
        let mut state = State::default();
        for (offset, event) in events {
            state.apply(event, Place { offset: *offset, recorded: jiff::Timestamp::UNIX_EPOCH });
        }
        for (key, one) in state.contributions(Scope::All, plan) {
            // A province is around itself once.
            let around: BTreeSet<Series> = Series::of(&key, plan).into_iter().collect();
            for series in around {
                for slot in key.from.through(key.to) {
                    let sum = sums.entry((series.clone(), slot)).or_insert_with(|| Sum {
                        cell: Cell::empty(series.clone(), slot),
                        contributors: BTreeSet::new(),
                        forms: BTreeSet::new(),
                    });
                    sum.add(key.part, &one);
                }
            }
        }
    }
    sums.into_values().map(|sum| sum.finish(plan)).collect()
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
            cell.panel_contributors += 1;
        }
        if !one.contributor.is_empty() {
            self.contributors.insert(one.contributor.to_string());
        }
        cell.status = cell.status.min(one.status);
        cell.vintage = one.vintage.to_owned();
        cell.synthetic |= one.synthetic;
    }

    fn finish(self, plan: &Plan) -> Cell {
        let Sum { cell, contributors, forms } = self;
        let contributors = contributors.len() as u64;
        let distinct = plan.measure(&cell.series.measure).unwrap().is_distinct();
        let sum = |value: Decimal| if distinct { contributors.into() } else { value };
        Cell {
            value: sum(cell.value),
            accepted: sum(cell.accepted),
            contributors,
            forms: forms.into_iter().map(str::to_owned).collect(),
            ..cell
        }
    }
}
