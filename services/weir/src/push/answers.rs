//! What was answered to lines: how many were accepted, which were rejected, what is asked of the others.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Of each partition of the log the last offset that one of them was given.
    #[serde(default)]
    pub(super) last: BTreeMap<i32, i64>,
}

/// What may be answered otherwise later, of the same line: what another key covers, or this one with more areas; what has begun or come by
/// then; a round that was opened again.
const PASSES: [Code; 5] =
    [Code::Scope, Code::PeriodFuture, Code::PublishedFuture, Code::CutFuture, Code::RoundClosed];

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
            if let (Some(partition), Some(offset)) = (result.partition, result.offset) {
                let last = answers.last.entry(partition).or_insert(offset);
                *last = offset.max(*last);
            }
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
        self.last.extend(other.last);
    }

    /// Whether a log that gave the offsets of these before can have given those of `later`: offsets grow.
    pub(super) fn may_precede(&self, later: &[(u64, RecordResult)]) -> bool {
        later.iter().all(|(_, result)| {
            let before = result.partition.and_then(|partition| self.last.get(&partition));
            before.is_none_or(|before| result.offset.is_none_or(|offset| offset > *before))
        })
    }

    /// The lines that were rejected for what may have passed since.
    pub(super) fn to_try_again(&self) -> BTreeSet<u64> {
        let passes = |one: &&Rejected| one.problems.iter().any(|problem| PASSES.contains(&problem.code));
        self.rejected.iter().filter(passes).map(|one| one.line).collect()
    }

    /// Drops the answers to lines that were rejected, which are sent again.
    pub(super) fn forget(&mut self, lines: &BTreeSet<u64>) {
        let before = self.rejected.len();
        self.rejected.retain(|one| !lines.contains(&one.line));
        let forgotten = (before - self.rejected.len()) as u64;
        self.totals.rejected = self.totals.rejected.saturating_sub(forgotten);
    }
}
