//! Settings of the service on its own.

use clap::Parser;
use weir_kernel::settings::{EventLogArgs, KeysArgs, ListenArgs, TelemetryArgs};

use crate::limits::Limits;

/// Checks events that bureaus send and appends them to the log
#[derive(Debug, Clone, Parser)]
#[command(name = "weir-ingest", version)]
pub struct Settings {
    /// Where it listens.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Where events go.
    #[command(flatten)]
    pub log: EventLogArgs,
    /// Who may send them.
    #[command(flatten)]
    pub keys: KeysArgs,
    /// How much at once.
    #[command(flatten)]
    pub limits: Limits,
    /// What it logs.
    #[command(flatten)]
    pub telemetry: TelemetryArgs,
}
