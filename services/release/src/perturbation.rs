//! What else the truth might be: the least that must not be shown for a sum to be off by so much.
//!
//! Floating point decides here only what is shown, and never a figure; what it finds is checked before it is believed.

use std::collections::HashSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use crate::atom::Atom;
use crate::other::Other;
use crate::table::Form;

/// How far off a sum may be and still be called the same, as a share of what is to be protected.
pub(crate) const TOLERANCE: f64 = 1e-6;
/// What is asked for beyond the margin, so that rounding never falls short of it.
pub(crate) const BEYOND: f64 = 1e-3;
/// How far other atoms may be off, as a multiple of what is to be protected: much more than it takes to make up for it.
pub(crate) const FAR: f64 = 8.0;

/// A sum that must stay in doubt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// The atoms it is made of.
    pub(crate) atoms: Vec<usize>,
    /// What they say together, not zero.
    pub(crate) total: u128,
}

/// What a reader knows of atoms, or may come to know: their sum, with signs, which is the same in whatever else is possible.
pub(crate) struct Row {
    /// The atoms, with how often each counts.
    pub(crate) atoms: Vec<(usize, f64)>,
    /// The number that tells it, where that need not be shown, and what it costs not to; `None` where it is known and stays so.
    pub(crate) open: Option<(Form, f64)>,
}

impl Row {
    /// What a number tells that was shown.
    pub(crate) fn known(form: Form, atoms: &[Atom]) -> Self {
        let times = (0..).zip(atoms).map(|(number, one)| (number, one.enters(form)));
        let entering = times.filter(|(_, times)| *times > 0);
        Self { atoms: entering.map(|(number, times)| (number, times as f64)).collect(), open: None }
    }

    /// What a number would tell that need not be shown, at a cost.
    pub(crate) fn open(form: Form, atoms: &[Atom], cost: f64) -> Self {
        Self { open: Some((form, cost)), ..Self::known(form, atoms) }
    }

    /// It as a program has it, of these variables for the atoms.
    pub(crate) fn terms(&self, shifts: &[Variable]) -> Vec<(Variable, f64)> {
        let terms = self.atoms.iter().filter_map(|(atom, times)| Some((*shifts.get(*atom)?, *times)));
        terms.collect()
    }

    /// Whether it is told by one of these numbers, which need not be shown.
    fn is_among(&self, forms: &HashSet<Form>) -> bool {
        self.open.is_some_and(|(form, _)| forms.contains(&form))
    }
}

/// The atoms that enter a number.
pub(crate) fn entering(form: Form, atoms: &[Atom]) -> Vec<usize> {
    (0..).zip(atoms).filter(|(_, one)| one.enters(form) > 0).map(|(number, _)| number).collect()
}

/// Numbers of which the truth must stay in doubt.
pub(crate) struct Doubt<'a> {
    pub(crate) atoms: &'a [Atom],
    pub(crate) rows: Vec<Row>,
    /// Truths that were found to be possible.
    pub(crate) others: Vec<Other>,
    /// Whether to go on: asked before each program.
    pub(crate) goes_on: &'a dyn Fn() -> bool,
}

impl Doubt<'_> {
    /// Which numbers must not be shown besides for a sum to possibly be `margin` times itself larger (or smaller, if that is
    /// negative), at the least cost; `None` where the known ones alone rule that out.
    pub(crate) fn needs(&mut self, target: &Target, margin: f64) -> Option<Vec<Form>> {
        if self.is_met(target, margin) {
            return Some(Vec::new());
        }
        let unit = target.total as f64;
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let bounds = |one: &Atom| ((-(one.total as f64) / unit).max(-FAR), FAR);
        let shifts: Vec<Variable> = self.atoms.iter().map(|one| problem.add_var(0.0, bounds(one))).collect();
        let wanted = margin * (1.0 + BEYOND);
        let wanting: Vec<(Variable, f64)> =
            target.atoms.iter().filter_map(|number| shifts.get(*number)).map(|shift| (*shift, 1.0)).collect();
        problem.add_constraint(wanting, ComparisonOp::Eq, wanted);
        let mut off = Vec::new();
        for row in self.rows.iter().filter(|row| !row.atoms.is_empty()) {
            let mut parts = row.terms(&shifts);
            if let Some((form, cost)) = row.open {
                let [more, less] = [(); 2].map(|()| problem.add_var(cost, (0.0, f64::INFINITY)));
                parts.extend([(more, -1.0), (less, 1.0)]);
                off.push((form, more, less));
            }
            problem.add_constraint(parts, ComparisonOp::Eq, 0.0);
        }
        let solution = problem.solve().ok()?;
        let needed: HashSet<Form> = off
            .iter()
            .filter(|(_, more, less)| solution[*more] + solution[*less] > TOLERANCE)
            .map(|(form, ..)| *form)
            .collect();
        let shifts: Vec<f64> = shifts.iter().map(|shift| solution[*shift] * unit).collect();
        let shown = self.rows.iter().filter(|row| !row.is_among(&needed));
        let other = Other::new(shifts, shown);
        if !other.reaches(target, margin, self.atoms) {
            return None;
        }
        self.others.push(other);
        Some(needed.into_iter().collect())
    }

    /// Whether a truth that was found possible takes a sum so far off. What is shown only ever becomes less, so that what was
    /// possible once still is.
    pub(crate) fn is_met(&self, target: &Target, margin: f64) -> bool {
        self.others.iter().any(|other| other.reaches(target, margin, self.atoms))
    }

    /// The numbers that need not be shown.
    pub(crate) fn open(&self) -> Vec<Form> {
        self.rows.iter().filter_map(|row| row.open).map(|(form, _)| form).collect()
    }

    /// Leaves out numbers that are not to be shown.
    pub(crate) fn hide(&mut self, hidden: &[Form]) {
        let hidden: HashSet<Form> = hidden.iter().copied().collect();
        self.rows.retain(|row| !row.is_among(&hidden));
    }
}
