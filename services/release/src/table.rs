//! A table, with what is behind it at each cut.

use weir_schemas::disclosure::Concentration;

/// What a contributor says while nothing of it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The first cut it stands at.
    pub from: usize,
    /// The first cut it no longer stands at; `None` while it does.
    pub until: Option<usize>,
    /// The cells it enters, in order, each once.
    pub cells: Vec<usize>,
    /// What it adds to each of them.
    pub amount: u64,
}

impl Stage {
    /// Whether it stands at a cut.
    pub fn stands_at(&self, cut: usize) -> bool {
        self.from <= cut && self.until.is_none_or(|until| cut < until)
    }

    /// What it adds to a cell at a cut.
    fn adds(&self, cell: usize, cut: usize) -> Option<u64> {
        (self.stands_at(cut) && self.cells.binary_search(&cell).is_ok()).then_some(self.amount)
    }
}

/// A table of sums: its cells are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// How many cells it has.
    pub cells: usize,
    /// Its contributors, each with its stages in order, which do not overlap.
    pub contributors: Vec<Vec<Stage>>,
}

impl Table {
    /// What a cell shows at a cut.
    pub fn sum(&self, cell: usize, cut: usize) -> u128 {
        self.added(cell, cut).map(u128::from).sum()
    }

    /// How a cell is spread over its contributors at a cut.
    pub(crate) fn level(&self, cell: usize, cut: usize) -> Concentration {
        concentration(self.added(cell, cut).collect())
    }

    /// How what changed in a cell between two cuts is spread over those that changed.
    pub(crate) fn change(&self, cell: usize, from: usize, to: usize) -> Concentration {
        let says =
            |stages: &[Stage], cut| stages.iter().find_map(|stage| stage.adds(cell, cut)).unwrap_or_default();
        let changes = self.contributors.iter().map(|stages| says(stages, from).abs_diff(says(stages, to)));
        concentration(changes.filter(|change| *change > 0).collect())
    }

    fn added(&self, cell: usize, cut: usize) -> impl Iterator<Item = u64> {
        self.contributors
            .iter()
            .filter_map(move |stages| stages.iter().find_map(|stage| stage.adds(cell, cut)))
    }
}

/// How a sum of these amounts is spread.
pub(crate) fn concentration(mut amounts: Vec<u64>) -> Concentration {
    amounts.sort_unstable_by(|one, other| other.cmp(one));
    let largest: Vec<i128> = amounts.iter().take(2).map(|amount| i128::from(*amount)).collect();
    Concentration::new(amounts.len() as u64, amounts.iter().map(|amount| i128::from(*amount)).sum(), &largest)
}
