//! Cutting a release: of each cell what it shows, if anything.

use std::collections::BTreeSet;

use weir_schemas::disclosure::{ConfStatus, Limits, PrimaryRules};

use crate::atom::Atoms;
use crate::audit::targets;
use crate::perturbation::{Doubt, Row};
use crate::table::{Form, Table};

/// What a release shows of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// That nothing stood in it yet, or that it was not asked about.
    Nothing,
    /// What stood in it at that cut, this one or an earlier.
    AsOf(usize),
    /// That it is confidential, and why.
    Suppressed(ConfStatus),
}

/// A release of a table: what it shows of each cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release(pub Vec<Shown>);

/// What keeps releases from telling of units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// The primary rules.
    pub primary: PrimaryRules,
    /// How far off a reader must believe a confidential sum may be, either way: 0.1 is ten per cent.
    pub margin: f64,
    /// Whether further cells are suppressed where those that are could be worked out.
    pub secondary: bool,
    /// Whether a figure that was shown changes only where the change itself could be shown.
    pub changes: bool,
}

impl Policy {
    /// All rules, by the limits of a plan.
    pub fn of(limits: &Limits) -> Self {
        let margin = f64::from(limits.interval) / 100.0;
        Self { primary: limits.primary(), margin, secondary: true, changes: true }
    }
}

impl Default for Policy {
    /// All rules, by the limits of a plan that sets none.
    fn default() -> Self {
        Self::of(&Limits::default())
    }
}

/// Cuts the release that follows on `earlier` ones; the table tells of all cuts up to this one.
///
/// What was suppressed once stays so, and a figure changes only where enough units changed it.
pub fn cut(table: &Table, earlier: &[Release], policy: &Policy) -> Release {
    cut_while(table, earlier, policy, &|| true).map_or_else(|| Release(Vec::new()), |(release, _)| release)
}

/// The same, as long as it is to go on, with how many sums are known already for all that it could do: of such a table it shows nothing new.
pub(crate) fn cut_while(
    table: &Table,
    earlier: &[Release],
    policy: &Policy,
    goes_on: &dyn Fn() -> bool,
) -> Option<(Release, usize)> {
    let mut release = Release(Vec::with_capacity(table.cells().len()));
    for cell in 0..table.cells().len() {
        let shown = by_itself(table, cell, earlier, &release, policy);
        release.0.push(shown);
    }
    let known = if policy.secondary { suppress(table, earlier, &mut release, policy, goes_on)? } else { 0 };
    Some((release, known))
}

/// What may be shown of a cell beside those before it, whatever else is.
fn by_itself(table: &Table, cell: usize, earlier: &[Release], sofar: &Release, policy: &Policy) -> Shown {
    let now = Form { cell, cut: earlier.len() };
    let before = earlier.last().and_then(|Release(shown)| shown.get(cell)).copied().unwrap_or(Shown::Nothing);
    let level = table.level(now);
    let status = policy.primary.status(&level, None);
    let then = match before {
        Shown::Suppressed(before) => {
            return Shown::Suppressed(if status.is_free() { before } else { status });
        }
        _ if !status.is_free() => return Shown::Suppressed(status),
        Shown::AsOf(cut) => Some(Form { cell, cut }),
        Shown::Nothing if level.contributors == 0 => return Shown::Nothing,
        Shown::Nothing => None,
    };
    let tells = |other: Form| {
        let difference = table.difference(other, now);
        difference.contributors > 0 && !policy.primary.status(&difference, None).is_free()
    };
    let is_old =
        |then: &Form| table.difference(*then, now).contributors == 0 || policy.changes && tells(*then);
    // What was told once can't be untold.
    if let Some(Form { cut, .. }) = then.filter(is_old) {
        return Shown::AsOf(cut);
    }
    match (neighbours(table, cell, sofar).into_iter().any(tells), then) {
        (false, _) => Shown::AsOf(now.cut),
        (true, Some(Form { cut, .. })) => Shown::AsOf(cut),
        (true, None) => Shown::Suppressed(ConfStatus::M),
    }
}

/// The numbers of the same series that are shown nearest before a cell and after it, of those decided on so far.
fn neighbours(table: &Table, cell: usize, sofar: &Release) -> Vec<Form> {
    let Some(own) = table.cells().get(cell) else { return Vec::new() };
    let shown = table.cells().iter().zip(&sofar.0).enumerate().filter_map(|(other, (position, shown))| {
        let same = position.series == own.series;
        match shown {
            Shown::AsOf(cut) if same => Some((position.slot, Form { cell: other, cut: *cut })),
            _ => None,
        }
    });
    let (before, after): (Vec<_>, Vec<_>) = shown.partition(|(slot, _)| *slot < own.slot);
    let nearest =
        [before.into_iter().max_by_key(|(slot, _)| *slot), after.into_iter().min_by_key(|(slot, _)| *slot)];
    nearest.into_iter().flatten().map(|(_, form)| form).collect()
}

/// Suppresses as little more as leaves every confidential sum in doubt, as long as it is to go on; answers how many could not be left so.
fn suppress(
    table: &Table,
    earlier: &[Release],
    release: &mut Release,
    policy: &Policy,
    goes_on: &dyn Fn() -> bool,
) -> Option<usize> {
    let now = earlier.len();
    let known = forms(earlier);
    let shown = forms(std::slice::from_ref(release));
    let open: BTreeSet<Form> = shown.difference(&known).copied().collect();
    if open.is_empty() {
        return Some(0);
    }
    let atoms = Atoms::of(table);
    let cells = 0..table.cells().len();
    let whole = cells.map(|cell| table.sum(Form { cell, cut: now })).max().unwrap_or_default().max(1) as f64;
    // What is large tells much and is dear to lose; that there is anything is worth a little by itself.
    let cost = |form: &Form| 0.01 + table.sum(*form) as f64 / whole;
    let rows = known.iter().map(|form| Row::known(*form, &atoms.all)).chain(atoms.rows());
    let rows = rows.chain(open.iter().map(|form| Row::open(*form, &atoms.all, cost(form)))).collect();
    let mut doubt = Doubt { atoms: &atoms.all, rows, others: Vec::new(), goes_on };
    let targets = targets(table, &atoms, now, policy);
    doubt.explore(&targets, policy.margin);
    let mut known_already = 0;
    for (number, target) in targets.iter().enumerate() {
        for margin in [policy.margin, -policy.margin] {
            if !goes_on() {
                return None;
            }
            // Where nothing found will do, nothing new is shown: that tells no more than what is known.
            let hidden = doubt.needs(target, margin).unwrap_or_else(|| {
                known_already += 1;
                doubt.open()
            });
            if hidden.is_empty() {
                continue;
            }
            doubt.hide(&hidden);
            // With less shown, others may be in doubt as well.
            doubt.explore(targets.get(number..).unwrap_or_default(), policy.margin);
            for Form { cell, .. } in hidden {
                if let Some(shown) = release.0.get_mut(cell) {
                    // What was shown before is known anyway.
                    *shown = match earlier.last().and_then(|Release(before)| before.get(cell)) {
                        Some(before @ Shown::AsOf(_)) => *before,
                        _ => Shown::Suppressed(ConfStatus::D),
                    };
                }
            }
        }
    }
    Some(known_already)
}

/// The numbers that releases show.
pub(crate) fn forms(releases: &[Release]) -> BTreeSet<Form> {
    let shown = releases.iter().flat_map(|Release(shown)| shown.iter().enumerate());
    shown
        .filter_map(|(cell, shown)| match shown {
            Shown::AsOf(cut) => Some(Form { cell, cut: *cut }),
            Shown::Nothing | Shown::Suppressed(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::table::{Position, Stage};

    /// Four units in the first cell, three of them in the second; from the second cut on there is a third cell, of all.
    fn table() -> Table {
        let stage = |unit: usize, from, cells: Vec<usize>| Stage {
            from,
            until: None,
            cells,
            amount: 100 + u128::try_from(unit).unwrap(),
        };
        let of = |unit: usize| {
            let cells = if unit == 0 { vec![0] } else { vec![0, 1] };
            vec![stage(unit, 0, cells), stage(unit, 1, vec![2])]
        };
        let cells = (0..3).map(|series| Position { series, slot: 0 }).collect();
        Table::new(cells, (0..4).map(of).collect())
    }

    #[test]
    fn of_a_table_that_told_of_a_unit_nothing_new_is_shown_and_that_is_said() {
        let told = Release(vec![Shown::AsOf(0), Shown::AsOf(0), Shown::Nothing]);
        let (Release(shown), known) = cut_while(&table(), &[told], &Policy::default(), &|| true).unwrap();
        assert_eq!(shown, [Shown::AsOf(0), Shown::AsOf(0), Shown::Suppressed(ConfStatus::D)]);
        assert_eq!(known, 2, "above and below");
        let (_, known) = cut_while(&table(), &[], &Policy::default(), &|| true).unwrap();
        assert_eq!(known, 0);
    }

    #[test]
    fn cutting_ends_once_it_is_not_to_go_on() {
        let asked = Cell::new(0);
        let most = |most| {
            asked.set(0);
            cut_while(&table(), &[], &Policy::default(), &|| asked.replace(asked.get() + 1) < most)
        };
        assert!(most(usize::MAX).is_some());
        let all = asked.get();
        assert!(all > 2, "it is asked before each program");
        for few in 0..all {
            assert!(most(few).is_none() || few + 1 == all && asked.get() == all, "after {few} of {all}");
        }
    }
}
