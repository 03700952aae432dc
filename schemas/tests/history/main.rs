//! What stands after a history: each rule of which facts are in force; and no accident of the log shows.

#![allow(clippy::unwrap_used)]

mod contracts;
mod coverage;
mod findings;
mod foreign;
mod histories;
mod log;
mod orders;
mod patents;
mod plans;
mod published;
mod registers;
mod reports;
mod standings;
mod units;
mod voids;
