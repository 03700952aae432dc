//! An embedded ClickHouse: a child process that serves HTTP on the loopback address.
//!
//! Where a `clickhouse` binary is on the `PATH` it is that server; otherwise it is the same engine out of
//! libchdb, fetched once into the [cache](crate::cache).

mod access;
mod config;
mod embedded;
mod engine;
mod folder;
mod http;
mod launcher;
mod library;

pub use access::User;
pub use embedded::{EmbeddedClickHouse, Options};
pub use engine::Engine;
pub use launcher::launcher_main;

pub use crate::error::Error;
