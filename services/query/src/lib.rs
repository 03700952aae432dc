//! Query: holds the cells in memory, divides them into figures, and answers. It only reads.

mod cells;
mod http;
mod metrics;
mod past;
mod releases;
mod sdmx;
mod service;
mod settings;
mod tables;

pub use service::{Error, Query};
pub use settings::{Args, Settings};
