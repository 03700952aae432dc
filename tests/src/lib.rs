//! What whole-system tests share: a system to start, feed and ask; events to feed it.
//!
//! Every test has a data folder and ports of its own. Nothing here waits for a time to pass: it waits for
//! conditions, and gives up with what it saw last.

pub mod events;
mod system;
mod wait;

pub use system::{Answer, Settings, System};
pub use wait::{PATIENCE, until};
