//! Atoms: what no number that was shown tells apart.

use std::collections::BTreeMap;

use weir_schemas::disclosure::PrimaryRules;

use crate::table::{Form, Stage, Table, by_contributor, concentration, signed};

/// Parts that enter the same numbers: only what they say together can be told from any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    stage: Stage,
    /// What they say together.
    pub(crate) total: u128,
    /// The same by contributor, in order.
    pub(crate) said: Vec<(usize, i128)>,
    /// Whether that would tell what single contributors say.
    pub(crate) sensitive: bool,
}

impl Atom {
    /// Whether it is part of a number.
    pub(crate) fn enters(&self, form: Form) -> bool {
        self.stage.stands_at(form.cut) && self.stage.cells.binary_search(&form.cell).is_ok()
    }
}

/// When parts stand, and which cells they enter.
type Place<'a> = (usize, Option<usize>, &'a [usize]);

/// The atoms of a table.
pub(crate) struct Atoms {
    pub(crate) all: Vec<Atom>,
    /// Of each contributor's stages the atom that it is part of, if it enters any number at all.
    pub(crate) of_stage: Vec<Vec<Option<usize>>>,
}

impl Atoms {
    /// Those of a table.
    pub(crate) fn of<'a>(table: &'a Table, rules: &PrimaryRules) -> Self {
        let place = |stage: &'a Stage| -> Option<Place<'a>> {
            let enters = !stage.cells.is_empty();
            enters.then_some((stage.from, stage.until, stage.cells.as_slice()))
        };
        let mut alike: BTreeMap<Place<'_>, Vec<(usize, i128)>> = BTreeMap::new();
        for (who, stages) in table.contributors().iter().enumerate() {
            for stage in stages {
                if let Some(place) = place(stage) {
                    alike.entry(place).or_default().push((who, signed(stage.amount)));
                }
            }
        }
        let numbers: BTreeMap<Place<'_>, usize> = alike.keys().copied().zip(0..).collect();
        let number = |stage: &'a Stage| numbers.get(&place(stage)?).copied();
        let of_stage =
            table.contributors().iter().map(|stages| stages.iter().map(number).collect()).collect();
        let atom = |((from, until, cells), said): (Place<'_>, Vec<(usize, i128)>)| {
            let concentration = concentration(by_contributor(said.iter().copied()));
            let total = u128::try_from(concentration.total).unwrap_or(0);
            let stage = Stage { from, until, cells: cells.to_vec(), amount: 0 };
            // Of nothing ten per cent are nothing.
            let sensitive = total > 0 && !rules.status(&concentration, None).is_free();
            Atom { stage, total, said, sensitive }
        };
        Self { all: alike.into_iter().map(atom).collect(), of_stage }
    }
}
