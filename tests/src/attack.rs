//! An attack on everything that releases ever showed.
//!
//! The attacker knows which units report what, where they lie and when each filed, corrected or was accepted, and works out between which
//! bounds what each of them said must lie. It shares no code with what decides what releases show;
//! what counts of a report is folded by the same code as everywhere.

mod facts;
mod knowledge;
mod program;

pub use facts::{Facts, facts};
pub use knowledge::Knowledge;
pub use program::{Found, attack};

/// The protected measures.
const MEASURES: [&str; 10] = [
    "high_tech_revenue",
    "high_tech_industrial_revenue",
    "industrial_revenue",
    "rd_internal",
    "rd_basic",
    "rd_applied",
    "rd_experimental",
    "rd_fte",
    "sci_tech_service_revenue",
    "contract_turnover",
];

fn measure(id: &str) -> Option<&'static str> {
    MEASURES.into_iter().find(|measure| *measure == id)
}
