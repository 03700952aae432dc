//! What stands after a history: every rule of which facts are in force, and that accidents of the log do not show.

#![allow(clippy::unwrap_used)]

mod contracts;
mod histories;
mod log;
mod orders;
mod patents;
mod plans;
mod published;
mod registers;
mod reports;
mod units;
mod voids;
