//! `weir-query`: the query service by itself.

use std::sync::Arc;

use clap::Parser;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::log;
use weir_kernel::settings::{ClickHouseArgs, EventLogArgs, KeysArgs, ListenArgs, TelemetryArgs};
use weir_kernel::shutdown::Shutdown;
use weir_query::Query;
use weir_schemas::plan::SICHUAN_14;

/// Answers with the plan's figures, from cells in memory
#[derive(Parser)]
#[command(version)]
struct Command {
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
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let query = Query {
        log: log::open(&command.log.settings()?).await?,
        clickhouse: ClickHouse::new(&clickhouse::Settings {
            url: command.clickhouse.url,
            user: command.clickhouse.user,
            password: command.clickhouse.password.expose().to_owned(),
            request_timeout: clickhouse::Settings::REQUEST_TIMEOUT,
        }),
        plan: SICHUAN_14.to_owned(),
        keys: Arc::new(command.keys.load()?),
        settings: command.query.into(),
    };
    let listener = command.listen.bind(ListenArgs::QUERY_PORT).await?;
    query.run(listener, Query::readiness(), shutdown, command.listen.drain_timeout).await?;
    Ok(())
}
