//! `weir-ingest`: the ingestion service by itself.

use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use jiff::Timestamp;
use weir_ingest::{Inboxes, Ingest, Limits, RoundSettings};
use weir_kernel::log;
use weir_kernel::settings::{EventLogArgs, KeysArgs, ListenArgs, TelemetryArgs};
use weir_kernel::shutdown::Shutdown;

/// Checks events that bureaus send and appends them to the log
#[derive(Parser)]
#[command(version)]
struct Command {
    #[command(flatten)]
    log: EventLogArgs,
    #[command(flatten)]
    keys: KeysArgs,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    rounds: RoundSettings,
    #[command(flatten)]
    inboxes: Inboxes,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    telemetry: TelemetryArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let command = Command::parse();
    command.telemetry.init_logs()?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let ingest = Ingest {
        log: log::open(&command.log.settings()?).await.context("the event log")?,
        partitions: command.log.partitions,
        keys: command.keys.open().await?,
        limits: command.limits,
        rounds: command.rounds,
        inboxes: command.inboxes,
        clock: Arc::new(Timestamp::now),
    };
    let listener = command.listen.bind(ListenArgs::INGEST_PORT).await?;
    ingest.run(listener, Ingest::readiness(), shutdown, command.listen.drain_timeout).await?;
    Ok(())
}
