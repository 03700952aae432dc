//! What was answered to lines: how many were accepted, which were rejected, what is asked of the others.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use weir_ingest::{Outcome, RecordResult};
use weir_schemas::problem::{Code, Problem};

use super::questions::Questions;
use super::totals::Totals;

/// The answers to lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answers {
    /// How many had which outcome.
    pub(super) totals: Totals,
    /// Those that were rejected, by line.
    pub(super) rejected: Vec<Rejected>,
    /// What is asked of those that were accepted.
    pub(super) questions: Questions,
}

/// A line that the service rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rejected {
    /// Its number.
    pub(super) line: u64,
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
}

impl Answers {
    /// The answers of one request.
    pub(super) fn of(results: Vec<(u64, RecordResult)>) -> Self {
        let mut answers = Self::default();
        for (line, result) in results {
            answers.totals.count(result.outcome);
            answers.questions.ask(line, &result.warnings);
            if result.outcome == Outcome::Rejected {
                answers.rejected.push(Rejected { line, problems: result.problems });
            }
        }
        answers.rejected.sort_by_key(|one| one.line);
        answers
    }

    /// Takes in those of another request.
    pub(super) fn add(&mut self, other: Self) {
        self.totals.add(other.totals);
        self.rejected.extend(other.rejected);
        self.rejected.sort_by_key(|one| one.line);
        self.questions.add(other.questions);
    }

    /// The lines that were rejected because the key did not cover them.
    pub(super) fn out_of_scope(&self) -> BTreeSet<u64> {
        let uncovered = |one: &&Rejected| one.problems.iter().any(|problem| problem.code == Code::Scope);
        self.rejected.iter().filter(uncovered).map(|one| one.line).collect()
    }

    /// Drops the answers to lines that were rejected, which are sent again.
    pub(super) fn forget(&mut self, lines: &BTreeSet<u64>) {
        let before = self.rejected.len();
        self.rejected.retain(|one| !lines.contains(&one.line));
        let forgotten = (before - self.rejected.len()) as u64;
        self.totals.rejected = self.totals.rejected.saturating_sub(forgotten);
    }
}
