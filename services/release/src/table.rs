//! A table, with what is behind it at each cut.

use weir_schemas::disclosure::Concentration;

use crate::turn::Unchanged;

/// Where a cell lies in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The cells of one series are told apart by their slot alone: what lies between two of them is told by their difference.
    pub series: usize,
    /// Its place in the year.
    pub slot: usize,
}

/// A part of what a contributor says, while nothing of it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The first cut it stands at.
    pub from: usize,
    /// The first cut it no longer stands at; `None` while it does.
    pub until: Option<usize>,
    /// The cells it enters, in order, each once.
    pub cells: Vec<usize>,
    /// What it adds to each of them.
    pub amount: u128,
}

impl Stage {
    /// Whether it stands at a cut.
    pub fn stands_at(&self, cut: usize) -> bool {
        self.from <= cut && self.until.is_none_or(|until| cut < until)
    }
}

/// A number that was shown, or may be: a cell as it stood at a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form {
    /// The cell.
    pub cell: usize,
    /// The cut.
    pub cut: usize,
}

/// A table of sums: its cells are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    cells: Vec<Position>,
    contributors: Vec<Vec<Stage>>,
    /// Of each cell the stages that enter it, by contributor and number, in that order.
    entering: Vec<Vec<(usize, usize)>>,
    unchanged: Vec<Vec<Unchanged>>,
}

impl Table {
    /// A table of these cells, and what each contributor says in parts.
    pub fn new(cells: Vec<Position>, contributors: Vec<Vec<Stage>>) -> Self {
        let mut entering = vec![Vec::new(); cells.len()];
        for (contributor, stages) in contributors.iter().enumerate() {
            for (number, stage) in stages.iter().enumerate() {
                for cell in &stage.cells {
                    if let Some(list) = entering.get_mut(*cell) {
                        list.push((contributor, number));
                    }
                }
            }
        }
        Self { cells, contributors, entering, unchanged: Vec::new() }
    }

    /// With what readers know besides of each contributor: of which of its stages the sums are the same.
    #[must_use]
    pub fn knowing(self, unchanged: Vec<Vec<Unchanged>>) -> Self {
        Self { unchanged, ..self }
    }

    /// Where its cells lie.
    pub fn cells(&self) -> &[Position] {
        &self.cells
    }

    /// What its contributors say.
    pub fn contributors(&self) -> &[Vec<Stage>] {
        &self.contributors
    }

    /// By contributor, which of its stages say the same together as others after them.
    pub(crate) fn unchanged(&self) -> &[Vec<Unchanged>] {
        &self.unchanged
    }

    /// What a cell shows at a cut.
    pub fn sum(&self, form: Form) -> u128 {
        self.added(form).map(|(_, amount)| amount).sum()
    }

    /// How a cell is spread over its contributors at a cut.
    pub(crate) fn level(&self, form: Form) -> Concentration {
        concentration(by_contributor(self.added(form).map(|(who, amount)| (who, signed(amount)))))
    }

    /// How the difference of two numbers is spread over those who make it.
    pub(crate) fn difference(&self, one: Form, other: Form) -> Concentration {
        let ours = self.added(one).map(|(who, amount)| (who, signed(amount)));
        let theirs = self.added(other).map(|(who, amount)| (who, -signed(amount)));
        let mut all: Vec<(usize, i128)> = ours.chain(theirs).collect();
        all.sort_unstable_by_key(|(who, _)| *who);
        let mut amounts = by_contributor(all.into_iter());
        amounts.retain(|amount| *amount != 0);
        concentration(amounts)
    }

    /// What enters a cell at a cut, by contributor in order.
    fn added(&self, form: Form) -> impl Iterator<Item = (usize, u128)> {
        let entering = self.entering.get(form.cell).into_iter().flatten();
        entering.filter_map(move |(who, number)| {
            let stage = self.contributors.get(*who)?.get(*number)?;
            stage.stands_at(form.cut).then_some((*who, stage.amount))
        })
    }
}

/// An amount in the type that differences are computed in; it holds all that events can say.
pub(crate) fn signed(amount: u128) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}

/// What each contributor adds in all, of amounts that come by contributor.
pub(crate) fn by_contributor(amounts: impl Iterator<Item = (usize, i128)>) -> Vec<i128> {
    let mut all: Vec<(usize, i128)> = Vec::new();
    for (who, amount) in amounts {
        match all.last_mut() {
            Some((last, sum)) if *last == who => *sum += amount,
            _ => all.push((who, amount)),
        }
    }
    all.into_iter().map(|(_, amount)| amount).collect()
}

/// How a sum of these amounts is spread; their signs do not count.
pub(crate) fn concentration(mut amounts: Vec<i128>) -> Concentration {
    amounts.iter_mut().for_each(|amount| *amount = amount.abs());
    amounts.sort_unstable_by(|one, other| other.cmp(one));
    Concentration::new(amounts.len() as u64, amounts.iter().sum(), &amounts)
}
