//! What became of an event that counts: whether it stands, or what took its place.

use super::recorded::Recorded;

/// What became of an event, as far as its subject's own events tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It stands. So does what nothing can take the place of, such as a change of a unit.
    InForce,
    /// Another says anew what it said.
    Superseded {
        /// The offset of the event that stands in its place.
        by: i64,
    },
    /// It was withdrawn; of a contract, cancelled.
    Withdrawn {
        /// The offset of the withdrawal.
        by: i64,
    },
    /// A bureau returned the report to be corrected.
    Returned {
        /// The offset of the review.
        by: i64,
    },
    /// A bureau rejected the report.
    Rejected {
        /// The offset of the review.
        by: i64,
    },
    /// Its bureau does not cover the unit's area on the period's last day, so it changes nothing.
    Ignored,
    /// The register has the unit in no area on the period's last day, so it enters no figure yet.
    Unplaced,
    /// It was sent in error.
    Voided {
        /// The offset of the first void.
        by: i64,
    },
}

impl Standing {
    /// Its word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::InForce => "in_force",
            Standing::Superseded { .. } => "superseded",
            Standing::Withdrawn { .. } => "withdrawn",
            Standing::Returned { .. } => "returned",
            Standing::Rejected { .. } => "rejected",
            Standing::Ignored => "ignored",
            Standing::Unplaced => "no_area",
            Standing::Voided { .. } => "voided",
        }
    }

    /// The offset of the event that decided it, in the partition of its subject.
    pub const fn by(self) -> Option<i64> {
        match self {
            Standing::Superseded { by }
            | Standing::Withdrawn { by }
            | Standing::Returned { by }
            | Standing::Rejected { by }
            | Standing::Voided { by } => Some(by),
            Standing::InForce | Standing::Ignored | Standing::Unplaced => None,
        }
    }

    /// Of facts of which the last replaces all others, what became of the one recorded at `offset`.
    pub(super) fn among<K: Ord + Copy, T>(facts: &Recorded<K, T>, offset: i64) -> Option<Self> {
        Self::among_like(facts, offset, |_, _| true)
    }

    /// Of facts of which the last replaces all that are like it, what became of the one recorded at `offset`.
    pub(super) fn among_like<K: Ord + Copy, T>(
        facts: &Recorded<K, T>,
        offset: i64,
        alike: impl Fn(&T, &T) -> bool,
    ) -> Option<Self> {
        let own = facts.recorded_at(offset)?;
        let last = facts.iter().rev().find(|other| alike(&own.fact, &other.fact))?.origin.offset;
        Some(if last == offset { Standing::InForce } else { Standing::Superseded { by: last } })
    }
}
