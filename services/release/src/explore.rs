//! Finds truths in which many sums are off at once: one program for many targets instead of one for each.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use crate::other::Other;
use crate::perturbation::{Doubt, FAR, Target};

/// Targets within so many times one another are looked at together: numbers that differ more can't be computed with side by side.
const ALIKE: f64 = 1e3;
/// How often another direction is tried while it finds anything.
const TRIES: u64 = 12;
/// As much more than the margin as a target may be off: that others may be as well.
const ENOUGH: f64 = 1.5;

impl Doubt<'_> {
    /// Looks for truths in which as many of these are off by `margin` times themselves, either way, as can be found together.
    /// What it finds is kept; what it does not find may be there all the same.
    pub(crate) fn explore(&mut self, targets: &[Target], margin: f64) {
        let mut open: Vec<&Target> = targets.iter().collect();
        open.sort_by_key(|target| std::cmp::Reverse(target.total));
        while let Some(first) = open.first() {
            let unit = first.total as f64;
            let alike = open.partition_point(|target| target.total as f64 * ALIKE >= unit);
            let mut group: Vec<&Target> = open.drain(..alike).collect();
            for turn in 0..TRIES {
                let before = group.len();
                group.retain(|target| ![margin, -margin].iter().all(|margin| self.is_met(target, *margin)));
                let little = turn > 0 && (before - group.len()) * 20 < before;
                if group.is_empty() || little || !(self.goes_on)() {
                    break;
                }
                self.others.extend(self.far(&group, margin, unit, turn));
            }
        }
    }

    /// A truth that is far off in one direction.
    fn far(&self, targets: &[&Target], margin: f64, unit: f64, turn: u64) -> Option<Other> {
        let atoms = self.atoms;
        let mut weights = vec![0.0; atoms.len()];
        let mut most: Vec<f64> = vec![FAR; atoms.len()];
        for (number, target) in (0..).zip(targets) {
            let total = target.total as f64 / unit;
            for atom in &target.atoms {
                weights[*atom] += weight(number, turn) / total;
            }
            if let [alone] = target.atoms[..] {
                most[alone] = total * margin * ENOUGH;
            }
        }
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let shifts: Vec<Variable> = atoms
            .iter()
            .zip(weights.iter().zip(&most))
            .map(|(one, (weight, most))| {
                problem.add_var(*weight, ((-(one.total as f64) / unit).max(-most), *most))
            })
            .collect();
        for row in self.rows.iter().filter(|row| !row.atoms.is_empty()) {
            problem.add_constraint(row.terms(&shifts), ComparisonOp::Eq, 0.0);
        }
        let solution = problem.solve().ok()?;
        let shifts = shifts.iter().map(|shift| solution[*shift] * unit).collect();
        Some(Other::new(shifts, self.rows.iter()))
    }
}

/// A number between -1 and 1 that looks random and is always the same: which way a target is pushed.
fn weight(target: u64, turn: u64) -> f64 {
    let mixed =
        (target ^ (turn << 32)).wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 40) as f64 / f64::from(1 << 23) - 1.0
}
