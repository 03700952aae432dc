//! Warnings of lines that were accepted: nothing keeps them out, but somebody may have to explain them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weir_schemas::problem::{Code, Warning};

use super::numbers::first;

/// The lines by what is asked of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Questions(BTreeMap<Code, Vec<u64>>);

impl Questions {
    /// Takes in what is asked of a line.
    pub(super) fn ask(&mut self, line: u64, warnings: &[Warning]) {
        for warning in warnings {
            self.0.entry(warning.code).or_default().push(line);
        }
    }

    /// Takes in those of another request.
    pub(super) fn add(&mut self, other: Self) {
        for (code, lines) in other.0 {
            let known = self.0.entry(code).or_default();
            known.extend(lines);
            known.sort_unstable();
        }
    }

    /// A sentence for each code: what it says, how many lines it accompanies, and which are the first.
    pub(super) fn sentences(&self, what: &str) -> impl Iterator<Item = String> {
        self.0.iter().map(move |(code, lines)| {
            let (count, first) = (lines.len(), first(lines));
            format!("{} accompanies {count} accepted, {what} {first}: {}", code.as_str(), code.title())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_code() {
        let warning = |code| Warning { code, pointer: String::new() };
        let (mut questions, mut others) = (Questions::default(), Questions::default());
        questions.ask(3, &[warning(Code::RdShare), warning(Code::PriorYear)]);
        (4..20).for_each(|line| others.ask(line, &[warning(Code::PriorYear)]));
        questions.add(others);
        let told: Vec<_> = questions.sentences("row").collect();
        assert_eq!(
            told,
            [
                "W-RD-SHARE accompanies 1 accepted, row 3: R&D expense is over half of the revenue.",
                "W-PRIOR-YEAR accompanies 17 accepted, row 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …: \
                 Revenue differs from the prior year's by more than half.",
            ]
        );
        let written = serde_json::to_string(&questions).unwrap();
        assert_eq!(serde_json::from_str::<Questions>(&written).unwrap(), questions);
    }
}
