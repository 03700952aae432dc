//! The audit: what all releases together tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::atom::Atoms;
use crate::cut::{Policy, Release, forms};
use crate::perturbation::{Doubt, Row, Target, entering};
use crate::table::{Form, Table};

/// What must stay in doubt: what the public's cells tell of few, what those say who enter the same cells of a slot, as well as what
/// they say there beyond the slot before, and what each contributor adds to each cell, at any cut up to `now`.
pub(crate) fn targets(table: &Table, atoms: &Atoms, now: usize, policy: &Policy) -> Vec<Target> {
    let mut wanted: BTreeMap<Vec<usize>, u128> = BTreeMap::new();
    let mut parts: BTreeSet<Vec<usize>> = (0..atoms.all.len()).map(|number| vec![number]).collect();
    parts.extend(shares(table, atoms));
    // Where equations tell apart what enters the same numbers, both what is told and the whole that it is of must be in doubt.
    let wholes: Vec<Vec<usize>> = parts.iter().map(|part| atoms.with_alike(part)).collect();
    for part in parts.into_iter().chain(wholes) {
        if let Some(total) = atoms.sensitive(&part, &policy.primary) {
            wanted.insert(part, total);
        }
    }
    for cut in 0..=now {
        for cell in 0..table.cells().len() {
            let form = Form { cell, cut };
            let total = table.sum(form);
            if total > 0 && !policy.primary.status(&table.level(form), None).is_free() {
                wanted.insert(entering(form, &atoms.all), total);
            }
        }
        for level in levels(table, atoms, cut).into_values() {
            let level: Vec<usize> = level.into_iter().collect();
            if let Some(total) = atoms.sensitive(&level, &policy.primary) {
                wanted.insert(level, total);
            }
        }
    }
    wanted.into_iter().map(|(atoms, total)| Target { atoms, total }).collect()
}

/// All that any contributor ever added to any cell, as the atoms that this is part of: the sum of what it says of several items or in several
/// places may be told where none of them is.
fn shares(table: &Table, atoms: &Atoms) -> BTreeSet<Vec<usize>> {
    let mut shares = BTreeSet::new();
    for (stages, numbers) in table.contributors().iter().zip(&atoms.of_stage) {
        let turns: BTreeSet<usize> =
            stages.iter().flat_map(|stage| [Some(stage.from), stage.until]).flatten().collect();
        for cut in turns {
            let mut of_cell: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
            for (stage, number) in stages.iter().zip(numbers).filter(|(stage, _)| stage.stands_at(cut)) {
                for cell in &stage.cells {
                    of_cell.entry(*cell).or_default().extend(number);
                }
            }
            shares.extend(of_cell.into_values().map(|share| share.into_iter().collect()));
        }
    }
    shares
}

/// The atoms that enter the same cells of a slot at a cut, by those.
fn levels<'a>(table: &'a Table, atoms: &Atoms, cut: usize) -> BTreeMap<Vec<usize>, BTreeSet<usize>> {
    let mut levels: BTreeMap<Vec<usize>, BTreeSet<usize>> = BTreeMap::new();
    let slot = |cell: &&'a usize| table.cells().get(**cell).map_or(0, |position| position.slot);
    for (stages, numbers) in table.contributors().iter().zip(&atoms.of_stage) {
        for (stage, number) in stages.iter().zip(numbers).filter(|(stage, _)| stage.stands_at(cut)) {
            let mut by_slot: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for cell in &stage.cells {
                by_slot.entry(slot(&cell)).or_default().push(*cell);
            }
            for cells in by_slot.into_values() {
                levels.entry(cells).or_default().extend(number);
            }
        }
    }
    levels
}

/// How many confidential sums a reader of all these releases knows to within the margin, on either side.
pub fn exposed(table: &Table, releases: &[Release], policy: &Policy) -> usize {
    let Some(now) = releases.len().checked_sub(1) else { return 0 };
    let atoms = Atoms::of(table);
    let rows = forms(releases).into_iter().map(|form| Row::known(form, &atoms.all));
    let rows = rows.chain(atoms.rows()).collect();
    let mut doubt = Doubt { atoms: &atoms.all, rows, others: Vec::new(), goes_on: &|| true };
    let targets = targets(table, &atoms, now, policy);
    doubt.explore(&targets, policy.margin);
    let known = |target: &&Target| {
        [policy.margin, -policy.margin].iter().any(|margin| doubt.needs(target, *margin).is_none())
    };
    targets.iter().filter(known).count()
}
