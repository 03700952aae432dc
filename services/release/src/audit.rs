//! The audit: what all releases together tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::atom::{Atom, atoms};
use crate::cut::{Policy, Release, forms};
use crate::perturbation::{Doubt, Row, Target};
use crate::table::{Form, Table};

/// What must stay in doubt: atoms that tell of single contributors, and cells that do, at any cut up to `now`.
pub(crate) fn targets(table: &Table, atoms: &[Atom], now: usize, policy: &Policy) -> Vec<Target> {
    let mut wanted: BTreeMap<Vec<usize>, u128> = BTreeMap::new();
    for (number, atom) in atoms.iter().enumerate().filter(|(_, atom)| atom.sensitive) {
        wanted.insert(vec![number], atom.total.into());
    }
    for cell in (0..table.cells().len()).take_while(|cell| is_audited(table, *cell)) {
        for form in (0..=now).map(|cut| Form { cell, cut }) {
            if policy.primary.status(&table.level(form), None).is_free() {
                continue;
            }
            let row = Row::new(form, atoms, None);
            let total = table.sum(form);
            if total > 0 {
                wanted.insert(row.atoms().to_vec(), total);
            }
        }
    }
    wanted.into_iter().map(|(atoms, total)| Target { atoms, total }).collect()
}

/// Whether a cell is judged with all others.
pub(crate) fn is_audited(table: &Table, cell: usize) -> bool {
    table.cells().get(cell).is_some_and(|position| position.audited)
}

/// The audited numbers that releases show.
pub(crate) fn audited(table: &Table, releases: &[Release]) -> BTreeSet<Form> {
    forms(releases).into_iter().filter(|form| is_audited(table, form.cell)).collect()
}

/// How many confidential sums a reader of all these releases knows to within the margin, on either side.
pub fn exposed(table: &Table, releases: &[Release], policy: &Policy) -> usize {
    let Some(now) = releases.len().checked_sub(1) else { return 0 };
    let atoms = atoms(table, &policy.primary);
    let rows = audited(table, releases).into_iter().map(|form| Row::new(form, &atoms, None)).collect();
    let mut doubt = Doubt { atoms: &atoms, rows, others: Vec::new() };
    let targets = targets(table, &atoms, now, policy);
    let known = |target: &&Target| {
        [policy.margin, -policy.margin].iter().any(|margin| doubt.needs(target, *margin).is_none())
    };
    targets.iter().filter(known).count()
}
