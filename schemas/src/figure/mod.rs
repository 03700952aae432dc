//! Figures: what an answer shows, computed from cells (docs/measures.md §2 and §4). Pure: no I/O, no clock.

mod audience;
mod cells;
mod coverage;
mod divisor;
mod effects;
mod growth;
mod observation;
mod official;
mod periods;
mod quantity;
mod target;

pub use audience::Audience;
pub use cells::Cells;
pub use effects::Effects;
pub use growth::{Growth, Withheld};
pub use observation::{Figures, Observation};
pub use official::Official;
pub use periods::{frequencies, periods};
pub use target::{Judged, JudgedYear, Progress, Targets};
