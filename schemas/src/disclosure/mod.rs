//! Disclosure control: which figures would tell what single units report (docs/measures.md §5). Pure: no I/O, no clock.

mod conf_status;
mod limits;
mod primary;

pub use conf_status::ConfStatus;
pub use limits::Limits;
pub use primary::{Concentration, PrimaryRules};
