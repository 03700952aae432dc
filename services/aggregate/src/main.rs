//! The aggregation service.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use tokio_util::sync::CancellationToken;
use weir_aggregate::{Aggregate, Args as LimitArgs, Metrics, STORE};
use weir_kernel::clickhouse::{ClickHouse, Settings as ClickHouseSettings};
use weir_kernel::ops::{Readiness, router};
use weir_kernel::settings::{ClickHouseArgs, EventLogArgs, ListenArgs, TelemetryArgs};
use weir_kernel::shutdown::{Shutdown, serve};
use weir_kernel::{log, telemetry, topics};

/// Folds events into contributions and sums them into cells
#[derive(Parser)]
#[command(name = "weir-aggregate", version)]
struct Args {
    /// The plan file; the plan that comes with Weir if not given
    #[arg(long, env = "WEIR_PLAN", value_name = "FILE")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    log: EventLogArgs,
    #[command(flatten)]
    clickhouse: ClickHouseArgs,
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    telemetry: TelemetryArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    args.telemetry.init_logs()?;
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    let plan = weir_kernel::settings::plan(args.plan.as_deref())?;
    let log = log::open(&args.log.settings()?).await.context("the event log")?;
    log.create_topics(&topics::topics(args.log.partitions)).await.context("the event log")?;
    let mut registry = telemetry::registry("aggregate");
    let metrics = Metrics::new(&mut registry);
    let readiness = Readiness::waiting_for([STORE]);
    let operations = router(readiness.clone(), Arc::new(registry));
    let listener = args.listen.bind(ListenArgs::AGGREGATE_PORT).await?;
    let clickhouse = ClickHouse::new(&ClickHouseSettings::from(&args.clickhouse));
    let aggregate = Aggregate {
        log,
        clickhouse,
        plan,
        settings: args.limits.into(),
        metrics,
        readiness: readiness.clone(),
    };
    let stop = CancellationToken::new();
    let drained = async {
        shutdown.begun().await;
        stop.cancel();
        anyhow::Ok(())
    };
    let served = async {
        anyhow::Ok(serve(listener, operations, &readiness, &shutdown, args.listen.drain_timeout).await?)
    };
    let aggregated = async { anyhow::Ok(aggregate.run(stop.clone()).await?) };
    tokio::try_join!(aggregated, served, drained)?;
    Ok(())
}
