//! Whether a cell is confidential, and why: SDMX `CL_CONF_STATUS`.

use serde::{Deserialize, Serialize};

/// Whether a cell is confidential, by itself or with what else is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ConfStatus {
    /// Free.
    #[default]
    F,
    /// Confidential due to small counts.
    A,
    /// Confidential due to dominance by one or two units.
    G,
    /// Confidential due to another measure of concentration: what changed since the period before is itself confidential.
    M,
    /// Secondary confidentiality: with what else is shown it would tell what is confidential by itself. Of releases only.
    D,
}

impl ConfStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::F, Self::A, Self::G, Self::M, Self::D];

    /// The code, one letter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::A => "A",
            Self::G => "G",
            Self::M => "M",
            Self::D => "D",
        }
    }

    /// Whether it is free.
    pub const fn is_free(&self) -> bool {
        matches!(self, Self::F)
    }
}
