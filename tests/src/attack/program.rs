//! Works out what must be: linear programs over all that the attacker knows.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::Knowledge;

/// How close to the truth is too close, as a share of it.
const MARGIN: f64 = 0.1;

/// What an attack found.
#[derive(Debug, Default)]
pub struct Found {
    /// How many words it was after.
    pub words: usize,
    /// Those that it knows to within ten per cent, above or below.
    pub known: Vec<String>,
    /// How many programs it took.
    pub programs: usize,
}

/// Attacks all words of a group and a year.
pub fn attack(knowledge: &Knowledge) -> Found {
    let Knowledge { truth, names, shown, grows, .. } = knowledge;
    let largest = truth.iter().copied().fold(1.0, f64::max);
    let mut found = Found { words: truth.iter().filter(|value| **value > 0.0).count(), ..Found::default() };
    for direction in [OptimizationDirection::Maximize, OptimizationDirection::Minimize] {
        let side = if direction == OptimizationDirection::Maximize { 1.0 } else { -1.0 };
        let off =
            |word: usize, value: f64| (value * largest - truth[word]) * side >= truth[word] * MARGIN * 0.999;
        let mut open: Vec<bool> = truth.iter().map(|value| *value > 0.0).collect();
        while let Some(word) = open.iter().position(|open| *open) {
            open[word] = false;
            found.programs += 1;
            let mut problem = Problem::new(direction);
            // No unit is known to say more than a thousand times the whole.
            let said: Vec<Variable> = (0..truth.len())
                .map(|other| problem.add_var(if other == word { 1.0 } else { 0.0 }, (0.0, 1e3)))
                .collect();
            for (words, sum) in shown {
                let parts: Vec<(Variable, f64)> = words.iter().map(|word| (said[*word], 1.0)).collect();
                problem.add_constraint(parts, ComparisonOp::Eq, sum / largest);
            }
            for (before, after) in grows {
                problem.add_constraint([(said[*after], 1.0), (said[*before], -1.0)], ComparisonOp::Ge, 0.0);
            }
            let Ok(solution) = problem.solve() else {
                found.known.push(format!("{}: no solution", names[word]));
                continue;
            };
            if !off(word, solution[said[word]]) {
                found.known.push(format!(
                    "{} is {}, at most or least {}",
                    names[word],
                    truth[word],
                    solution[said[word]] * largest
                ));
            }
            // Another truth in which others are off as well clears them too.
            for other in 0..truth.len() {
                open[other] &= !off(other, solution[said[other]]);
            }
        }
    }
    found
}
