//! The audit: what all releases together tell.

use std::collections::{BTreeMap, BTreeSet};

use crate::atom::Atoms;
use crate::cut::{Policy, Release, forms};
use crate::perturbation::{Doubt, Row, Target};
use crate::table::{Form, Table, by_contributor, concentration, signed};

/// What must stay in doubt: what the public's cells tell of few, what those say who enter the same cells of a slot, as well as what
/// they say there beyond the slot before, and what each contributor adds to each cell, at any cut up to `now`.
pub(crate) fn targets(table: &Table, atoms: &Atoms, now: usize, policy: &Policy) -> Vec<Target> {
    let mut wanted: BTreeMap<Vec<usize>, u128> = BTreeMap::new();
    for (number, atom) in atoms.all.iter().enumerate().filter(|(_, atom)| atom.sensitive) {
        wanted.insert(vec![number], atom.total);
    }
    for cut in 0..=now {
        for cell in 0..table.cells().len() {
            let form = Form { cell, cut };
            let total = table.sum(form);
            if total > 0 && !policy.primary.status(&table.level(form), None).is_free() {
                wanted.insert(Row::new(form, &atoms.all, None).atoms, total);
            }
        }
        for Level { atoms, said } in levels(table, atoms, cut).into_values() {
            let level = concentration(by_contributor(said.into_iter()));
            let total = u128::try_from(level.total).unwrap_or(0);
            if total > 0 && !policy.primary.status(&level, None).is_free() {
                wanted.insert(atoms.into_iter().collect(), total);
            }
        }
    }
    for of_one in shares(table, atoms) {
        let mut said: Vec<(usize, i128)> = of_one
            .iter()
            .filter_map(|atom| atoms.all.get(*atom))
            .flat_map(|atom| atom.said.iter().copied())
            .collect();
        said.sort_unstable_by_key(|(who, _)| *who);
        let share = concentration(by_contributor(said.into_iter()));
        let total = u128::try_from(share.total).unwrap_or(0);
        if total > 0 && !policy.primary.status(&share, None).is_free() {
            wanted.insert(of_one, total);
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

/// What contributors say who enter the same cells of a slot.
#[derive(Default)]
struct Level {
    atoms: BTreeSet<usize>,
    /// By contributor, in order.
    said: Vec<(usize, i128)>,
}

/// All levels at a cut, by the cells that they enter.
fn levels<'a>(table: &'a Table, atoms: &Atoms, cut: usize) -> BTreeMap<Vec<usize>, Level> {
    let mut levels: BTreeMap<Vec<usize>, Level> = BTreeMap::new();
    let slot = |cell: &&'a usize| table.cells().get(**cell).map_or(0, |position| position.slot);
    for (who, (stages, numbers)) in table.contributors().iter().zip(&atoms.of_stage).enumerate() {
        for (stage, number) in stages.iter().zip(numbers).filter(|(stage, _)| stage.stands_at(cut)) {
            let Some(number) = number else { continue };
            let mut by_slot: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for cell in &stage.cells {
                by_slot.entry(slot(&cell)).or_default().push(*cell);
            }
            for cells in by_slot.into_values() {
                let level = levels.entry(cells).or_default();
                level.atoms.insert(*number);
                level.said.push((who, signed(stage.amount)));
            }
        }
    }
    levels
}

/// How many confidential sums a reader of all these releases knows to within the margin, on either side.
pub fn exposed(table: &Table, releases: &[Release], policy: &Policy) -> usize {
    let Some(now) = releases.len().checked_sub(1) else { return 0 };
    let atoms = Atoms::of(table, &policy.primary);
    let rows = forms(releases).into_iter().map(|form| Row::new(form, &atoms.all, None)).collect();
    let mut doubt = Doubt { atoms: &atoms.all, rows, others: Vec::new() };
    let targets = targets(table, &atoms, now, policy);
    doubt.explore(&targets, policy.margin);
    let known = |target: &&Target| {
        [policy.margin, -policy.margin].iter().any(|margin| doubt.needs(target, *margin).is_none())
    };
    targets.iter().filter(known).count()
}
