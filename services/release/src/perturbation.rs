//! What else the truth might be: the least that must not be shown for a number to be off by so much.
//!
//! Floating point decides here only what is shown, and never a figure; what it finds is checked before it is believed.

use std::collections::BTreeSet;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use crate::atom::{Atom, Form};

/// How far off a sum may be and still be called the same, as a share of what is to be protected.
const TOLERANCE: f64 = 1e-6;
/// What is asked for beyond the margin, so that rounding never falls short of it.
const BEYOND: f64 = 1e-3;

/// Numbers of which the truth must stay in doubt.
pub(crate) struct Doubt<'a> {
    pub(crate) atoms: &'a [Atom],
    /// Numbers that are known and stay so.
    pub(crate) known: &'a BTreeSet<Form>,
    /// Numbers that need not be shown, each with what it costs not to show it.
    pub(crate) open: &'a [(Form, f64)],
}

impl Doubt<'_> {
    /// Which of the open numbers must not be shown for an atom to possibly be `margin` times itself larger (or smaller, if that is
    /// negative), at the least cost; `None` where the known ones alone rule that out.
    pub(crate) fn needs(&self, atom: usize, margin: f64) -> Option<Vec<Form>> {
        let Some(own) = self.atoms.get(atom).filter(|own| own.total > 0) else { return Some(Vec::new()) };
        let unit = own.total as f64;
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let shifts: Vec<Variable> = (0..)
            .zip(self.atoms)
            .map(|(number, one)| {
                let shift = margin * (1.0 + BEYOND);
                let bounds =
                    if number == atom { (shift, shift) } else { (-(one.total as f64) / unit, f64::INFINITY) };
                problem.add_var(0.0, bounds)
            })
            .collect();
        let parts = |form: Form| -> Vec<(Variable, f64)> {
            let entering = shifts.iter().zip(self.atoms).filter(|(_, one)| one.enters(form));
            entering.map(|(shift, _)| (*shift, 1.0)).collect()
        };
        for form in self.known {
            let parts = parts(*form);
            if !parts.is_empty() {
                problem.add_constraint(parts.as_slice(), ComparisonOp::Eq, 0.0);
            }
        }
        let mut off = Vec::new();
        for (form, cost) in self.open {
            let mut parts = parts(*form);
            if parts.is_empty() {
                continue;
            }
            let [more, less] = [(); 2].map(|()| problem.add_var(*cost, (0.0, f64::INFINITY)));
            parts.extend([(more, -1.0), (less, 1.0)]);
            problem.add_constraint(parts.as_slice(), ComparisonOp::Eq, 0.0);
            off.push((*form, more, less));
        }
        let solution = problem.solve().ok()?;
        let found: Vec<f64> = shifts.iter().map(|shift| solution[*shift]).collect();
        let needed: Vec<Form> = off
            .iter()
            .filter(|(_, more, less)| solution[*more] + solution[*less] > TOLERANCE)
            .map(|(form, ..)| *form)
            .collect();
        self.holds(&found, atom, margin, &needed).then_some(needed)
    }

    /// Whether the truth could be off by these shifts, for all that is shown beside `hidden`.
    fn holds(&self, shifts: &[f64], atom: usize, margin: f64, hidden: &[Form]) -> bool {
        let unit = self.atoms.get(atom).map_or(1.0, |own| own.total as f64);
        let far_enough = shifts.get(atom).is_some_and(|shift| shift.abs() >= margin.abs());
        let possible =
            shifts.iter().zip(self.atoms).all(|(shift, one)| shift + one.total as f64 / unit >= -TOLERANCE);
        let shown =
            self.open.iter().map(|(form, _)| form).filter(|form| !hidden.contains(form)).chain(self.known);
        let mut unseen = shown.map(|form| {
            let entering = shifts.iter().zip(self.atoms).filter(|(_, one)| one.enters(*form));
            entering.map(|(shift, _)| shift).sum::<f64>()
        });
        far_enough && possible && unseen.all(|off| off.abs() <= 4.0 * TOLERANCE)
    }
}
