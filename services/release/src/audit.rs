//! The audit: what all releases together tell.

use crate::atom::atoms;
use crate::cut::{Policy, Release, forms};
use crate::perturbation::Doubt;
use crate::table::Table;

/// How many confidential sums a reader of all these releases knows to within the margin, on either side.
pub fn exposed(table: &Table, releases: &[Release], policy: &Policy) -> usize {
    let atoms = atoms(table, &policy.primary);
    let known = forms(releases);
    let doubt = Doubt { atoms: &atoms, known: &known, open: &[] };
    let sensitive = (0..).zip(&atoms).filter(|(_, atom)| atom.sensitive);
    sensitive
        .filter(|(atom, _)| {
            [policy.margin, -policy.margin].iter().any(|margin| doubt.needs(*atom, *margin).is_none())
        })
        .count()
}
