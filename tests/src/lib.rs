//! What whole-system tests share: a system to start, feed and ask; events to feed it.
//!
//! Every test has a data folder and ports of its own. Nothing here waits for a time to pass: it waits for
//! conditions, and gives up with what it saw last.

mod apart;
pub mod attack;
pub mod certificates;
mod client;
pub mod events;
mod ingest;
pub mod live;
pub mod log;
pub mod process;
pub mod raw;
mod system;
pub mod tokens;
mod wait;

pub use apart::{Apart, Programs, listening};
pub use client::{Answer, Client, assert_same};
pub use ingest::IngestService;
pub use system::{Settings, System};
pub use wait::{PATIENCE, until};
