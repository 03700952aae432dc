//! Ingestion: checks events and appends them to the log.
//!
//! [`Ingest`] serves `POST /v1/events` until it is told to leave; [`validate`] is the check alone, for importing a history.

mod admission;
mod answer;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod intake;
mod limits;
mod memory;
mod metrics;
mod rates;
mod service;
mod shares;

pub use admission::validate;
pub use answer::{Answer, Outcome, RecordResult, Totals};
pub use limits::Limits;
pub use service::{Clock, Error, Ingest};
