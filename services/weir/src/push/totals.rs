//! What became of all lines.

use std::fmt;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use weir_ingest::Outcome;

/// Lines by what became of them. Those to be sent again are, so they are in none.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(super) accepted: u64,
    pub(super) duplicate: u64,
    pub(super) rejected: u64,
}

impl Totals {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Duplicate => self.duplicate += 1,
            Outcome::Rejected => self.rejected += 1,
            Outcome::Retry => {}
        }
    }

    /// Counts those of another request or file.
    pub(super) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.duplicate += other.duplicate;
        self.rejected += other.rejected;
    }

    /// How many lines were answered.
    pub(crate) const fn all(&self) -> u64 {
        self.accepted + self.duplicate + self.rejected
    }

    /// Success, only if nothing was rejected.
    pub(crate) const fn exit_code(&self) -> ExitCode {
        if self.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, duplicate, rejected } = self;
        write!(f, "{accepted} accepted, {duplicate} duplicate, {rejected} rejected")
    }
}
