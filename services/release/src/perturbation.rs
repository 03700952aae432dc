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

/// A number that must be met, or need not be shown at a cost.
pub(crate) struct Row {
    pub(crate) form: Form,
    /// The atoms that enter it.
    pub(crate) atoms: Vec<usize>,
    /// What it costs not to show it; `None` where it is known and stays so.
    pub(crate) cost: Option<f64>,
}

impl Row {
    pub(crate) fn new(form: Form, atoms: &[Atom], cost: Option<f64>) -> Self {
        let entering = (0..).zip(atoms).filter(|(_, one)| one.enters(form));
        Self { form, atoms: entering.map(|(number, _)| number).collect(), cost }
    }
}

/// Numbers of which the truth must stay in doubt.
pub(crate) struct Doubt<'a> {
    pub(crate) atoms: &'a [Atom],
    pub(crate) rows: Vec<Row>,
    /// Truths that were found to be possible.
    pub(crate) others: Vec<Other>,
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
        let parts = |atoms: &[usize]| -> Vec<(Variable, f64)> {
            atoms.iter().filter_map(|number| shifts.get(*number)).map(|shift| (*shift, 1.0)).collect()
        };
        let wanted = margin * (1.0 + BEYOND);
        problem.add_constraint(parts(&target.atoms), ComparisonOp::Eq, wanted);
        let mut off = Vec::new();
        for row in self.rows.iter().filter(|row| !row.atoms.is_empty()) {
            let mut parts = parts(&row.atoms);
            if let Some(cost) = row.cost {
                let [more, less] = [(); 2].map(|()| problem.add_var(cost, (0.0, f64::INFINITY)));
                parts.extend([(more, -1.0), (less, 1.0)]);
                off.push((row.form, more, less));
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
        let shown = self.rows.iter().filter(|row| !needed.contains(&row.form));
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
        self.rows.iter().filter(|row| row.cost.is_some()).map(|row| row.form).collect()
    }

    /// Leaves out numbers that are not to be shown.
    pub(crate) fn hide(&mut self, hidden: &[Form]) {
        let hidden: HashSet<&Form> = hidden.iter().collect();
        self.rows.retain(|row| row.cost.is_none() || !hidden.contains(&row.form));
    }
}
