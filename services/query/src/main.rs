//! `weir-query`: the query service by itself.

use anyhow::Context;
use clap::Parser;
use std::path::PathBuf;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::log;
use weir_kernel::open_files;
use weir_kernel::settings::{self, ClickHouseArgs, EventLogArgs, KeysArgs, ListenArgs, TelemetryArgs};
use weir_kernel::shutdown::Shutdown;
use weir_query::Query;

/// Answers with the plan's figures, from cells in memory
#[derive(Parser)]
#[command(version)]
struct Command {
    /// The plan file; the plan that comes with Weir if not given
    #[arg(long, env = "WEIR_PLAN", value_name = "FILE")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    log: EventLogArgs,
    #[command(flatten)]
    clickhouse: ClickHouseArgs,
    #[command(flatten)]
    keys: KeysArgs,
    #[command(flatten)]
    query: weir_query::Args,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    telemetry: TelemetryArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let command = Command::parse();
    command.telemetry.init_logs()?;
    // Each reader of a live stream is an open file.
    open_files::raise_limit().context("the limit of open files")?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let query = Query {
        log: log::open(&command.log.settings()?).await.context("the event log")?,
        clickhouse: ClickHouse::new(&clickhouse::Settings::from(&command.clickhouse)),
        plan: settings::plan(command.plan.as_deref())?,
        keys: command.keys.open().await?,
        settings: command.query.into(),
    };
    let listener = command.listen.bind(ListenArgs::QUERY_PORT).await?;
    query.run(listener, Query::readiness(), shutdown, command.listen.drain_timeout).await?;
    Ok(())
}
