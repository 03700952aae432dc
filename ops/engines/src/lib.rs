//! The engines Weir runs on one machine: an embedded ClickHouse, a local Apache Kafka.
//!
//! Both are child processes that end with the process that started them: they watch their standard input,
//! and its end means that the owner has stopped them or is gone.

pub mod cache;
pub mod clickhouse;
mod error;
pub mod kafka;
mod port;
mod process;

pub use error::Error;
