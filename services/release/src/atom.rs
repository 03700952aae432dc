//! Atoms: what nothing that is known tells apart.

use std::collections::BTreeMap;

use weir_schemas::disclosure::PrimaryRules;

use crate::equation::{Course, Place, courses};
use crate::perturbation::Row;
use crate::table::{Form, Stage, Table, by_contributor, concentration, signed};

/// Parts that enter the same numbers and equations: only what they say together can be told from any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    /// When they stand and which cells they enter then.
    stages: Vec<Stage>,
    /// What they say together.
    pub(crate) total: u128,
    /// The same by contributor, in order.
    said: Vec<(usize, i128)>,
}

impl Atom {
    /// How often it is part of a number.
    pub(crate) fn enters(&self, form: Form) -> usize {
        let enters =
            |stage: &&Stage| stage.stands_at(form.cut) && stage.cells.binary_search(&form.cell).is_ok();
        self.stages.iter().filter(enters).count()
    }
}

/// The atoms of a table.
#[derive(Default)]
pub(crate) struct Atoms {
    pub(crate) all: Vec<Atom>,
    /// Of each contributor's stages the atom that it is part of, if anything could be known of it.
    pub(crate) of_stage: Vec<Vec<Option<usize>>>,
    /// The atoms that enter the same numbers, of each such set: equations alone may tell one of them from the others.
    alike: Vec<Vec<usize>>,
    /// Of each atom the place in `alike` of those that enter the same numbers.
    like: Vec<usize>,
    /// By equation its atoms, with their signs.
    equations: BTreeMap<usize, Vec<(usize, f64)>>,
}

/// What makes parts alike.
type Key<'a> = (&'a [Place<'a>], &'a [(usize, i8)]);

impl Atoms {
    /// Those of a table.
    pub(crate) fn of(table: &Table) -> Self {
        let courses = courses(table);
        let mut alike: BTreeMap<Key<'_>, Vec<(usize, i128)>> = BTreeMap::new();
        for (who, course) in (0..).zip(&courses).flat_map(|(who, all)| all.iter().map(move |one| (who, one)))
        {
            if let Some(key) = key(course) {
                alike.entry(key).or_default().push((who, signed(course.amount)));
            }
        }
        let mut atoms = Self::default();
        let numbers: BTreeMap<Key<'_>, usize> = alike.keys().copied().zip(0..).collect();
        for (stages, courses) in table.contributors().iter().zip(&courses) {
            let mut of_stage = vec![None; stages.len()];
            for course in courses {
                let number = key(course).and_then(|key| numbers.get(&key).copied());
                for stage in &course.stages {
                    if let Some(of_stage) = of_stage.get_mut(*stage) {
                        *of_stage = number;
                    }
                }
            }
            atoms.of_stage.push(of_stage);
        }
        let mut last = None;
        for ((places, terms), said) in alike {
            if last.replace(places) != Some(places) {
                atoms.alike.push(Vec::new());
            }
            atoms.push(places, terms, said);
        }
        atoms
    }

    /// One more, of the last of those alike.
    fn push(&mut self, places: &[Place<'_>], terms: &[(usize, i8)], said: Vec<(usize, i128)>) {
        let number = self.all.len();
        self.like.push(self.alike.len().saturating_sub(1));
        if let Some(alike) = self.alike.last_mut() {
            alike.push(number);
        }
        for (equation, sign) in terms {
            self.equations.entry(*equation).or_default().push((number, f64::from(*sign)));
        }
        let total = u128::try_from(concentration(by_contributor(said.iter().copied())).total).unwrap_or(0);
        let stage = |(from, until, cells): &Place<'_>| Stage {
            from: *from,
            until: *until,
            cells: cells.to_vec(),
            amount: 0,
        };
        self.all.push(Atom { stages: places.iter().map(stage).collect(), total, said });
    }

    /// What equations tell a reader.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        self.equations.values().map(|atoms| Row { atoms: atoms.clone(), open: None })
    }

    /// These atoms and all that enter the same numbers as one of them.
    pub(crate) fn with_alike(&self, atoms: &[usize]) -> Vec<usize> {
        let like = atoms.iter().filter_map(|atom| self.alike.get(*self.like.get(*atom)?));
        let mut all: Vec<usize> = like.flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What these atoms say together, where that would tell what single contributors say.
    pub(crate) fn sensitive(&self, atoms: &[usize], rules: &PrimaryRules) -> Option<u128> {
        let all = atoms.iter().filter_map(|atom| self.all.get(*atom));
        let mut said: Vec<(usize, i128)> = all.flat_map(|atom| atom.said.iter().copied()).collect();
        said.sort_unstable_by_key(|(who, _)| *who);
        let concentration = concentration(by_contributor(said.into_iter()));
        let total = u128::try_from(concentration.total).unwrap_or(0);
        // Of nothing ten per cent are nothing.
        (total > 0 && !rules.status(&concentration, None).is_free()).then_some(total)
    }
}

/// What makes a course like others, if anything could be known of it.
fn key<'a>(course: &'a Course<'a>) -> Option<Key<'a>> {
    let entered = course.places.iter().any(|(.., cells)| !cells.is_empty());
    (entered || !course.terms.is_empty()).then_some((&course.places, &course.terms))
}
