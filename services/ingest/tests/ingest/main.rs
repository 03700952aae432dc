//! The service as its senders see it, over a log in a folder of the test's own.

#![allow(clippy::unwrap_used)]

mod answers;
mod encodings;
mod failures;
mod inbox;
mod invariants;
mod pressure;
mod rejected;
mod requests;
mod rounds;
mod service;
mod support;
mod tokens;
