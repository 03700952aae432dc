//! `weir-aggregate`: the aggregation service by itself.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use weir_aggregate::Aggregate;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::log;
use weir_kernel::settings::{
    self, ClickHouseArgs, EventLogArgs, KeysReloadArgs, ListenArgs, OidcArgs, TelemetryArgs,
};
use weir_kernel::shutdown::Shutdown;

/// Folds events into contributions and sums them into cells
#[derive(Parser)]
#[command(version)]
struct Command {
    /// The plan file; the plan that comes with Weir if not given
    #[arg(long, env = "WEIR_PLAN", value_name = "FILE")]
    plan: Option<PathBuf>,
    /// JSON file of the API keys, hashed; without it no operator can ask how far it is, or for a rebuild
    #[arg(long, env = "WEIR_KEYS_FILE", value_name = "FILE")]
    keys_file: Option<PathBuf>,
    #[command(flatten)]
    reload: KeysReloadArgs,
    #[command(flatten)]
    oidc: OidcArgs,
    #[command(flatten)]
    log: EventLogArgs,
    #[command(flatten)]
    clickhouse: ClickHouseArgs,
    #[command(flatten)]
    aggregation: weir_aggregate::Args,
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
    let keys = command.keys_file.map(|path| command.reload.open(path)).transpose()?.unwrap_or_default();
    let aggregate = Aggregate {
        log: log::open(&command.log.settings()?).await.context("the event log")?,
        partitions: command.log.partitions,
        clickhouse: ClickHouse::new(&clickhouse::Settings::from(&command.clickhouse)),
        plan: settings::plan(command.plan.as_deref())?,
        keys: keys.with_provider(command.oidc.open().await?),
        settings: command.aggregation.into(),
    };
    let listener = command.listen.bind(ListenArgs::AGGREGATE_PORT).await?;
    aggregate.run(listener, Aggregate::readiness(), shutdown, command.listen.drain_timeout).await?;
    Ok(())
}
