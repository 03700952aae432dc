//! Ingestion: checks events and appends them to the log.
//!
//! [`Ingest`] serves `POST /v1/events`, and takes in what bureaus write to their inboxes, until it is told to leave; [`validate`] is the
//! check alone, and [`copy_of_round`] what is kept besides, for importing a history.

mod admission;
mod answer;
mod binary;
mod content_type;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod inbox;
mod intake;
mod limits;
mod memory;
mod metrics;
mod quotas;
mod rates;
mod rounds;
mod service;
mod shares;

pub use admission::validate;
pub use answer::{Answer, Outcome, RecordResult, Totals};
pub use inbox::Inboxes;
pub use limits::Limits;
pub use rounds::{RoundSettings, copy as copy_of_round};
pub use service::{Clock, Error, Ingest};
