//! Cutting a release: of each cell what it shows, if anything.

use std::collections::BTreeSet;

use weir_schemas::disclosure::PrimaryRules;

use crate::atom::{Form, atoms};
use crate::perturbation::Doubt;
use crate::table::Table;

/// What a release shows of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What stood in it at that cut, this one or an earlier.
    AsOf(usize),
    /// Nothing.
    Suppressed,
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

impl Default for Policy {
    /// All rules, and ten per cent.
    fn default() -> Self {
        Self { primary: PrimaryRules::default(), margin: 0.1, secondary: true, changes: true }
    }
}

/// Cuts the release that follows on `earlier` ones; the table tells of all cuts up to this one.
///
/// What was suppressed once stays so, and a figure changes only where enough units changed it.
pub fn cut(table: &Table, earlier: &[Release], policy: &Policy) -> Release {
    let mut release = Release((0..table.cells).map(|cell| by_itself(table, cell, earlier, policy)).collect());
    if policy.secondary {
        suppress(table, earlier, &mut release, policy);
    }
    release
}

/// What may be shown of a cell, whatever else is.
fn by_itself(table: &Table, cell: usize, earlier: &[Release], policy: &Policy) -> Shown {
    let now = earlier.len();
    let before = earlier.last().and_then(|Release(shown)| shown.get(cell)).copied();
    if before == Some(Shown::Suppressed) || !policy.primary.status(&table.level(cell, now), None).is_free() {
        return Shown::Suppressed;
    }
    let Some(Shown::AsOf(then)) = before else { return Shown::AsOf(now) };
    let change = table.change(cell, then, now);
    let stands =
        change.contributors == 0 || policy.changes && !policy.primary.status(&change, None).is_free();
    if stands { before.unwrap_or(Shown::Suppressed) } else { Shown::AsOf(now) }
}

/// Suppresses as little more as leaves every confidential sum in doubt.
fn suppress(table: &Table, earlier: &[Release], release: &mut Release, policy: &Policy) {
    let now = earlier.len();
    let atoms = atoms(table, &policy.primary);
    let known = forms(earlier);
    let whole = (0..table.cells).map(|cell| table.sum(cell, now)).max().unwrap_or_default().max(1) as f64;
    // What is large tells much and is dear to lose; that there is anything is worth a little by itself.
    let cost = |form: &Form| 0.01 + table.sum(form.cell, form.cut) as f64 / whole;
    let new = |release: &Release| -> Vec<(Form, f64)> {
        let forms = forms(std::slice::from_ref(release));
        forms.difference(&known).map(|form| (*form, cost(form))).collect()
    };
    for atom in (0..atoms.len()).filter(|atom| atoms.get(*atom).is_some_and(|atom| atom.sensitive)) {
        for margin in [policy.margin, -policy.margin] {
            let open = new(release);
            let doubt = Doubt { atoms: &atoms, known: &known, open: &open };
            // Where nothing found will do, nothing new is shown: that tells no more than what is known.
            let hidden =
                doubt.needs(atom, margin).unwrap_or_else(|| open.iter().map(|(form, _)| *form).collect());
            for Form { cell, .. } in hidden {
                if let Some(shown) = release.0.get_mut(cell) {
                    *shown = Shown::Suppressed;
                }
            }
        }
    }
}

/// The numbers that releases show.
pub(crate) fn forms(releases: &[Release]) -> BTreeSet<Form> {
    let shown = releases.iter().flat_map(|Release(shown)| shown.iter().enumerate());
    shown
        .filter_map(|(cell, shown)| match shown {
            Shown::AsOf(cut) => Some(Form { cell, cut: *cut }),
            Shown::Suppressed => None,
        })
        .collect()
}
