//! Every figure computed a second time, straight from the events, by docs/measures.md.
//!
//! It checks what `weir-schemas` computes and so shares nothing with it but what it reads: decoded events, code lists,
//! the plan as data, periods. No state is kept between events, nothing is joined or adjusted: of each subject all events
//! are looked at together, once for each slot of the calendar, and what the definitions say is added up in fractions.

mod confidentiality;
mod contract;
mod counting;
mod coverage;
mod day;
mod divisor;
mod exact;
mod fact;
mod figure;
mod measured;
mod official;
mod patent;
mod period;
mod published;
mod recount;
mod register;
mod round;
mod sum;
mod target;
mod unit;

pub use confidentiality::Confidentiality;
pub use counting::{Cut, Placed};
pub use day::in_china;
pub use exact::{Exact, half_even, half_up, text};
pub use figure::{Figure, Quantity};
pub use measured::{Growth, Measured};
pub use official::Official;
pub use period::{frequencies, periods};
pub use recount::{Figures, Place, Recount};
pub use sum::{Cell, Status};
pub use target::{Judged, Standing, path};
