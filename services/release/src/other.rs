//! Other truths: what could be true as well, for all that is shown.

use crate::atom::Atom;
use crate::perturbation::{BEYOND, Row, TOLERANCE, Target};

/// Another truth: by how much each atom is off. All that is known is the same in it.
pub(crate) struct Other {
    shifts: Vec<f64>,
    /// The most that anything known is off, which is as good as nothing.
    residue: f64,
}

impl Other {
    /// The truth that these shifts make of the one at hand; with it, these are known.
    pub(crate) fn new<'a>(shifts: Vec<f64>, shown: impl Iterator<Item = &'a Row>) -> Self {
        let off = |row: &Row| -> f64 {
            row.atoms.iter().filter_map(|(atom, times)| Some(shifts.get(*atom)? * times)).sum()
        };
        let residue = shown.map(|row| off(row).abs()).fold(0.0, f64::max);
        Self { shifts, residue }
    }

    /// Whether it, or as much more or less of it as leaves nothing below zero, takes a sum as far off as is asked for.
    pub(crate) fn reaches(&self, target: &Target, margin: f64, atoms: &[Atom]) -> bool {
        let off = sum(&self.shifts, &target.atoms);
        let wanted = margin * target.total as f64;
        if off == 0.0 {
            return false;
        }
        let times = wanted * (1.0 + BEYOND / 2.0) / off;
        let tolerance = TOLERANCE * target.total as f64;
        let possible =
            self.shifts.iter().zip(atoms).all(|(shift, one)| shift * times + one.total as f64 >= -tolerance);
        possible && self.residue * times.abs() <= 4.0 * tolerance
    }
}

fn sum(shifts: &[f64], atoms: &[usize]) -> f64 {
    atoms.iter().filter_map(|number| shifts.get(*number)).sum()
}
