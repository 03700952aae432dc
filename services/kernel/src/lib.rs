//! What the services share: settings, telemetry, shutdown, the event log, ClickHouse.

pub mod clickhouse;
pub mod log;
