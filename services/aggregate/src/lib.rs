//! Aggregation: folds events into contributions, sums contributions into cells, announces changed cells.
//!
//! It alone writes to ClickHouse. See ARCHITECTURE.md for the steps and why they stand in their order.

mod accounts;
mod closing;
mod error;
mod fold;
mod generation;
mod http;
mod metrics;
mod release;
mod service;
mod settings;
pub mod status;
mod stored_event;
mod sum;
mod working;

pub use error::Error;
pub use service::Aggregate;
pub use settings::{Args, Settings};
