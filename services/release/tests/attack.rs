//! An attack on all that was ever shown: a reader who knows which units report, where they lie and when each filed or corrected, and
//! works out between which bounds what each of them said must lie.
//!
//! It shares nothing with what cuts releases but what a release is.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Variable};
use weir_release::{Form, Policy, Position, Release, Shown, Stage, Table, cut, exposed};

const PREFECTURES: usize = 9;
const FIELDS: usize = 6;
const RELEASES: usize = 20;
const UNITS: usize = 130;

/// A made-up province: numbers that look random and are always the same.
struct Province {
    state: u64,
}

impl Province {
    fn number(&mut self, below: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % below
    }

    /// Few large units and many small ones.
    fn amount(&mut self) -> u128 {
        let magnitude = self.number(5) as u32;
        (100 + self.number(900) as u128) * 3_u128.pow(magnitude)
    }

    /// Most units lie in the first prefectures and fields, and have filed by the first cut; others file late, some correct what they
    /// filed, few go.
    fn table(&mut self) -> Table {
        let contributors = (0..UNITS).map(|_| self.unit()).collect();
        let cells = (0..1 + PREFECTURES + FIELDS).map(|series| Position { series, slot: 0 });
        Table::new(cells.collect(), contributors)
    }

    fn unit(&mut self) -> Vec<Stage> {
        let (prefecture, field) = (self.number(PREFECTURES), self.number(FIELDS));
        let (prefecture, field) = (prefecture.min(self.number(PREFECTURES)), field.min(self.number(FIELDS)));
        let cells = vec![0, 1 + prefecture, 1 + PREFECTURES + field];
        let from = if self.number(3) == 0 { self.number(RELEASES) } else { 0 };
        let first = Stage { from, until: None, cells: cells.clone(), amount: self.amount() };
        let later = from + 1 + self.number(RELEASES);
        if later >= RELEASES || self.number(3) > 0 {
            return vec![first];
        }
        let ended = Stage { until: Some(later), ..first };
        let corrected = Stage {
            from: later,
            until: None,
            cells,
            amount: ended.amount * (80 + self.number(40) as u128) / 100,
        };
        if self.number(8) == 0 { vec![ended] } else { vec![ended, corrected] }
    }
}

/// The table as it was known at a cut: nothing that came later.
fn until(table: &Table, cut: usize) -> Table {
    let known = |stages: &Vec<Stage>| {
        let begun = stages.iter().filter(|stage| stage.from <= cut);
        begun
            .map(|stage| Stage { until: stage.until.filter(|until| *until <= cut), ..stage.clone() })
            .collect()
    };
    Table::new(table.cells().to_vec(), table.contributors().iter().map(known).collect())
}

/// All releases of a table under a policy.
fn releases(table: &Table, policy: &Policy) -> Vec<Release> {
    let mut releases: Vec<Release> = Vec::new();
    for number in 0..RELEASES {
        let next = cut(&until(table, number), &releases, policy);
        releases.push(next);
    }
    releases
}

/// How many units' words are known to within ten per cent, above or below, to whoever read all releases.
fn worked_out(table: &Table, releases: &[Release]) -> usize {
    let words: Vec<&Stage> = table.contributors().iter().flatten().collect();
    // A number that is shown again is the same number.
    let mut shown: BTreeMap<(usize, usize), u128> = BTreeMap::new();
    for Release(cells) in releases {
        for (cell, seen) in cells.iter().enumerate() {
            if let Shown::AsOf(cut) = seen {
                shown.insert((cell, *cut), table.sum(Form { cell, cut: *cut }));
            }
        }
    }
    let bound = |word: usize, direction| {
        let mut problem = Problem::new(direction);
        let said: Vec<Variable> = (0..words.len())
            .map(|other| problem.add_var(if other == word { 1.0 } else { 0.0 }, (0.0, f64::INFINITY)))
            .collect();
        for ((cell, cut), sum) in &shown {
            let parts: Vec<(Variable, f64)> = said
                .iter()
                .zip(&words)
                .filter(|(_, stage)| stage.stands_at(*cut) && stage.cells.contains(cell))
                .map(|(said, _)| (*said, 1.0))
                .collect();
            if !parts.is_empty() {
                problem.add_constraint(parts.as_slice(), ComparisonOp::Eq, *sum as f64);
            }
        }
        match problem.solve() {
            Ok(solution) => Some(solution.objective()),
            Err(Error::Unbounded) => None,
            // So much is known that rounding contradicts it.
            Err(_) => Some(f64::NAN),
        }
    };
    let known = |word: &usize| {
        let truth = words[*word].amount as f64;
        let above = bound(*word, OptimizationDirection::Maximize).unwrap_or(f64::INFINITY);
        let below = bound(*word, OptimizationDirection::Minimize).unwrap_or(0.0);
        let in_doubt = above >= truth * 1.0999 && below <= truth * 0.9001;
        !in_doubt
    };
    (0..words.len()).filter(known).count()
}

/// The share of cells that are not shown, per thousand.
fn suppressed(releases: &[Release]) -> usize {
    let cells: Vec<&Shown> = releases.iter().flat_map(|Release(cells)| cells).collect();
    cells.iter().filter(|shown| matches!(shown, Shown::Suppressed(_))).count() * 1_000 / cells.len()
}

#[test]
fn nobody_is_worked_out_from_twenty_releases() {
    for seed in [14, 15] {
        let table = Province { state: seed }.table();
        let policy = Policy::default();
        let all = releases(&table, &policy);
        println!("seed {seed}: {} ‰ of the cells are suppressed", suppressed(&all));
        assert_eq!(exposed(&table, &all, &policy), 0, "by the audit");
        assert_eq!(worked_out(&table, &all), 0, "by the attack");
        assert!(suppressed(&all) < 500, "most is shown");
    }
}

#[test]
fn the_attack_succeeds_without_secondary_suppression() {
    let table = Province { state: 14 }.table();
    let all = releases(&table, &Policy { secondary: false, ..Policy::default() });
    let found = worked_out(&table, &all);
    println!("without secondary suppression {found} words are known");
    assert!(found > 0);
}

#[test]
fn the_attack_succeeds_without_the_rule_on_changes() {
    let table = Province { state: 14 }.table();
    // Secondary suppression alone would keep cells that change by few from being shown ever again.
    let all = releases(&table, &Policy { secondary: false, changes: false, ..Policy::default() });
    let with = releases(&table, &Policy { secondary: false, ..Policy::default() });
    let (without, with) = (worked_out(&table, &all), worked_out(&table, &with));
    println!("without the rule on changes {without} words are known, and with it {with}");
    assert!(without > with);
}

#[test]
fn what_was_suppressed_stays_so() {
    let all = releases(&Province { state: 16 }.table(), &Policy::default());
    for pair in all.windows(2) {
        for (before, after) in pair[0].0.iter().zip(&pair[1].0) {
            let hidden = |shown| matches!(shown, &Shown::Suppressed(_));
            assert!(!hidden(before) || hidden(after));
        }
    }
}
