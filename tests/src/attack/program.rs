//! Works out what must be: linear programs over all that the attacker knows.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::Knowledge;

/// How close to the truth is too close, as a share of it.
const MARGIN: f64 = 0.1;

/// What an attack found.
#[derive(Debug, Default)]
pub struct Found {
    /// How many words and sums of words it was after.
    pub words: usize,
    /// Those that it knows to within ten per cent, above or below.
    pub known: Vec<String>,
    /// How many programs it took.
    pub programs: usize,
}

/// Attacks all targets of a group and a year.
pub fn attack(knowledge: &Knowledge) -> Found {
    let Knowledge { truth, targets, shown, grows, .. } = knowledge;
    let largest = truth.iter().copied().fold(1.0, f64::max);
    let sum = |words: &[usize]| words.iter().map(|word| truth[*word]).sum::<f64>();
    let targets: Vec<_> = targets.iter().filter(|(words, _)| sum(words) > 0.0).collect();
    let mut found = Found { words: targets.len(), ..Found::default() };
    for direction in [OptimizationDirection::Maximize, OptimizationDirection::Minimize] {
        let side = if direction == OptimizationDirection::Maximize { 1.0 } else { -1.0 };
        let off = |words: &[usize], value: f64| {
            (value * largest - sum(words)) * side >= sum(words) * MARGIN * 0.999
        };
        let mut open = vec![true; targets.len()];
        while let Some(next) = open.iter().position(|open| *open) {
            open[next] = false;
            let (words, name) = targets[next];
            found.programs += 1;
            let mut problem = Problem::new(direction);
            // No unit is known to say more than a thousand times the whole.
            let weight = |word| if words.contains(&word) { 1.0 } else { 0.0 };
            let said: Vec<Variable> =
                (0..truth.len()).map(|word| problem.add_var(weight(word), (0.0, 1e3))).collect();
            for (words, sum) in shown {
                let parts: Vec<(Variable, f64)> = words.iter().map(|word| (said[*word], 1.0)).collect();
                problem.add_constraint(parts, ComparisonOp::Eq, sum / largest);
            }
            for (before, after) in grows {
                problem.add_constraint([(said[*after], 1.0), (said[*before], -1.0)], ComparisonOp::Ge, 0.0);
            }
            let Ok(solution) = problem.solve() else {
                found.known.push(format!("{name}: no solution"));
                continue;
            };
            let value = |words: &[usize]| words.iter().map(|word| solution[said[*word]]).sum::<f64>();
            if !off(words, value(words)) {
                let bound = value(words) * largest;
                found.known.push(format!("{name} is {}, at most or least {bound}", sum(words)));
            }
            // Another truth in which others are off as well clears them too.
            for (open, (words, _)) in open.iter_mut().zip(&targets) {
                *open &= !off(words, value(words));
            }
        }
    }
    found
}
