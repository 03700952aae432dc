//! Releases, as the log holds them on `weir.releases`: which were asked for, what was cut, what was refused
//! (docs/measures.md §5). Pure: no I/O, no clock.

mod public;
mod record;
mod releases;

pub use public::{is_public, is_released};
pub use record::{Asked, Header, Part, Record, Refused, Released};
pub use releases::{Cut, Releases};
