//! `weir up`: everything on one machine, in one process and an embedded ClickHouse beside it.

mod args;
mod demo;
mod keys;
mod run_file;
mod services;
mod store;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use weir_kernel::log::{self, EventLog};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::{settings, topics};

pub(crate) use self::args::Args;
pub use self::run_file::RunFile;
use self::services::Services;
use self::store::Store;

/// Runs until a signal, then leaves in order.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    std::fs::create_dir_all(&args.data).with_context(|| args.data.display().to_string())?;
    let shown = keys::shown(RunFile::read(&args.data)?.map(|last| last.keys))?;
    let plan = settings::plan(args.plan.as_deref())?;

    let mut store = Store::open(&args).await?;
    let log = open_log(&args).await.context("the event log")?;
    let mut services = Services::start(&args, &store, &log, plan, Arc::new(keys::checked(&shown)?)).await?;
    let worked = tokio::select! {
        ready = ready(&args, &store, &log, &mut services) => match ready {
            Ok(()) => {
                let run = RunFile {
                    ingest: services.ingest_url(),
                    query: services.query_url(),
                    aggregate: services.aggregate_url(),
                    kafka: args.kafka.clone(),
                    clickhouse: store.writer.url.clone(),
                    keys: shown,
                    pid: std::process::id(),
                };
                run.write(&args.data)?;
                greet(&args, &run);
                tokio::select! {
                    () = shutdown.begun() => Ok(()),
                    error = store.failed() => Err(error),
                    error = services.failed() => Err(error),
                }
            }
            Err(error) => Err(error),
        },
        () = shutdown.begun() => Ok(()),
    };
    let left = services.leave().await;
    let stopped = store.stop().await;
    worked.and(left).and(stopped).map(|()| ExitCode::SUCCESS)
}

async fn open_log(args: &Args) -> anyhow::Result<Arc<dyn EventLog>> {
    let settings = match &args.kafka {
        Some(bootstrap) => log::Settings::Kafka(log::kafka::Settings::new(bootstrap)),
        None => log::Settings::Embedded(log::embedded::Settings::new(args.data.join("log"))),
    };
    let log = log::open(&settings).await?;
    log.create_topics(&topics::topics(args.partitions)).await?;
    Ok(log)
}

/// Loads the demo if asked to, opens ingestion, and waits until every service is ready.
async fn ready(
    args: &Args,
    store: &Store,
    log: &Arc<dyn EventLog>,
    services: &mut Services,
) -> anyhow::Result<()> {
    if args.demo {
        demo::load(args, log, store).await.context("the demo feed")?;
    }
    services.open_ingest();
    services.ready().await
}

fn greet(args: &Args, run: &RunFile) {
    println!("Weir is up.");
    println!("  ingestion    {}", run.ingest);
    println!("  query        {}", run.query);
    println!("  aggregation  {}", run.aggregate);
    println!("  keys         {}", RunFile::path(&args.data).display());
}
