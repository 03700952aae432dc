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
pub(crate) struct Atoms {
    pub(crate) all: Vec<Atom>,
    /// Of each contributor's stages the atom that it is part of, if it enters an audited number at all.
    pub(crate) of_stage: Vec<Vec<Option<usize>>>,
}

impl Atoms {
    /// Those of a table.
    pub(crate) fn of(table: &Table, rules: &PrimaryRules) -> Self {
        let audited = table.cells().iter().take_while(|cell| cell.audited).count();
        let place = |stage: &Stage| -> Option<(usize, Option<usize>, usize)> {
            let cells = stage.cells.partition_point(|cell| *cell < audited);
            (cells > 0).then_some((stage.from, stage.until, cells))
        };
        let mut alike: BTreeMap<Place<'_>, Vec<(usize, i128)>> = BTreeMap::new();
        for (who, stages) in table.contributors().iter().enumerate() {
            for stage in stages {
                if let Some((from, until, cells)) = place(stage) {
                    let place = (from, until, &stage.cells[..cells]);
                    alike.entry(place).or_default().push((who, i128::from(stage.amount)));
                }
            }
        }
        let numbers: BTreeMap<Place<'_>, usize> = alike.keys().copied().zip(0..).collect();
        let number = |stage: &Stage| {
            let (from, until, cells) = place(stage)?;
            numbers.get(&(from, until, &stage.cells[..cells])).copied()
        };
        let of_stage =
            table.contributors().iter().map(|stages| stages.iter().map(number).collect()).collect();
        let atom = |((from, until, cells), said): (Place<'_>, Vec<(usize, i128)>)| {
            let concentration = concentration(by_contributor(said.into_iter()));
            let total = u64::try_from(concentration.total).unwrap_or(u64::MAX);
            let stage = Stage { from, until, cells: cells.to_vec(), amount: 0 };
            // Of nothing ten per cent are nothing.
            let sensitive = total > 0 && !rules.status(&concentration, None).is_free();
            Atom { stage, total, sensitive }
        };
        Self { all: alike.into_iter().map(atom).collect(), of_stage }
    }
}
