//! Atoms: what no number that was shown tells apart.

use std::collections::BTreeMap;

use weir_schemas::disclosure::PrimaryRules;

use crate::table::{Stage, Table, concentration};

/// A number that was shown, or may be: a cell as it stood at a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Form {
    pub(crate) cell: usize,
    pub(crate) cut: usize,
}

/// The same stage of contributors with the same history: they enter the same numbers, so that only what they say together can be
/// told from any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    stage: Stage,
    /// What they say together.
    pub(crate) total: u64,
    /// Whether that would tell what single ones say.
    pub(crate) sensitive: bool,
}

impl Atom {
    /// Whether it is part of a number.
    pub(crate) fn enters(&self, form: Form) -> bool {
        self.stage.stands_at(form.cut) && self.stage.cells.binary_search(&form.cell).is_ok()
    }
}

/// Where and when the stages of a contributor lie.
type History<'a> = Vec<(usize, Option<usize>, &'a [usize])>;

/// The atoms of a table.
pub(crate) fn atoms(table: &Table, rules: &PrimaryRules) -> Vec<Atom> {
    let mut alike: BTreeMap<History<'_>, Vec<&[Stage]>> = BTreeMap::new();
    for stages in &table.contributors {
        let history = stages.iter().map(|stage| (stage.from, stage.until, stage.cells.as_slice())).collect();
        alike.entry(history).or_default().push(stages);
    }
    let mut atoms = Vec::new();
    for group in alike.into_values() {
        for number in 0..group.first().map_or(0, |stages| stages.len()) {
            let stages: Vec<&Stage> = group.iter().filter_map(|stages| stages.get(number)).collect();
            let amounts: Vec<u64> = stages.iter().map(|stage| stage.amount).collect();
            let total = amounts.iter().fold(0_u64, |sum, amount| sum.saturating_add(*amount));
            let Some(stage) = stages.first() else { continue };
            // Of nothing ten per cent are nothing.
            let sensitive = total > 0 && !rules.status(&concentration(amounts), None).is_free();
            atoms.push(Atom { stage: Stage { amount: 0, ..(*stage).clone() }, total, sensitive });
        }
    }
    atoms
}
