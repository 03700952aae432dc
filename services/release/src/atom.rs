//! Atoms: what no number that was shown tells apart.

use std::collections::BTreeMap;

use weir_schemas::disclosure::PrimaryRules;

use crate::table::{Form, Stage, Table, by_contributor, concentration};

/// Parts that enter the same audited numbers: only what they say together can be told from any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    stage: Stage,
    /// What they say together.
    pub(crate) total: u64,
    /// Whether that would tell what single contributors say.
    pub(crate) sensitive: bool,
}

impl Atom {
    /// Whether it is part of a number.
    pub(crate) fn enters(&self, form: Form) -> bool {
        self.stage.stands_at(form.cut) && self.stage.cells.binary_search(&form.cell).is_ok()
    }
}

/// When parts stand, and which audited cells they enter.
type Place<'a> = (usize, Option<usize>, &'a [usize]);

/// The atoms of a table.
pub(crate) fn atoms(table: &Table, rules: &PrimaryRules) -> Vec<Atom> {
    let audited = table.cells().iter().take_while(|cell| cell.audited).count();
    let mut alike: BTreeMap<Place<'_>, Vec<(usize, i128)>> = BTreeMap::new();
    for (who, stages) in table.contributors().iter().enumerate() {
        for stage in stages {
            let cells = stage.cells.as_slice();
            let cells = &cells[..cells.partition_point(|cell| *cell < audited)];
            if !cells.is_empty() {
                let place = (stage.from, stage.until, cells);
                alike.entry(place).or_default().push((who, i128::from(stage.amount)));
            }
        }
    }
    let atom = |((from, until, cells), said): (Place<'_>, Vec<(usize, i128)>)| {
        let concentration = concentration(by_contributor(said.into_iter()));
        let total = u64::try_from(concentration.total).unwrap_or(u64::MAX);
        let stage = Stage { from, until, cells: cells.to_vec(), amount: 0 };
        // Of nothing ten per cent are nothing.
        let sensitive = total > 0 && !rules.status(&concentration, None).is_free();
        Atom { stage, total, sensitive }
    };
    alike.into_iter().map(atom).collect()
}
