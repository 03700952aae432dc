//! What the services share: settings, telemetry, shutdown, keys, the event log, ClickHouse.

pub mod clickhouse;
pub mod keys;
pub mod log;
pub mod ops;
pub mod problem;
pub mod settings;
pub mod shutdown;
pub mod telemetry;
pub mod topics;
