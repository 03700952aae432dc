//! Which reports figures are made of.

/// Which revision of a report counts (docs/measures.md §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// The one in force: the highest that no level returned or rejected.
    #[default]
    InForce,
    /// What a release takes: the highest that the province accepted.
    Accepted,
}
