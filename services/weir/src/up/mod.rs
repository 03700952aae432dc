//! `weir up`: everything on one machine, in one process and an embedded ClickHouse beside it.

mod args;
mod demo;
mod keys;
mod run_file;
mod services;
mod store;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::{Keys, KeysFile};
use weir_kernel::log::{self, EventLog};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::{open_files, settings, topics};

pub(crate) use self::args::Args;
pub use self::run_file::RunFile;
use self::services::Services;
use self::store::Store;
use crate::key;

/// Runs until a signal, then leaves in order.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    // Each reader of a live stream is an open file.
    open_files::raise_limit().context("the limit of open files")?;
    make_private(&args.data).with_context(|| args.data.display().to_string())?;
    let shown = keys::shown(RunFile::read(&args.data)?.map(|last| last.keys))?;
    let opened = tokio::select! {
        opened = Opened::open(&args, keys::checked(&shown)?) => opened?,
        // Nothing was accepted yet that would have to be finished: what is under way is dropped.
        () = shutdown.begun() => return Ok(ExitCode::SUCCESS),
    };
    let Opened { mut store, mut services, loaded } = opened;
    let (clickhouse, clickhouse_url) = (ClickHouse::new(&store.writer), store.writer.url.clone());
    let work = async {
        if let Some(before) = &loaded {
            tokio::select! {
                computed = demo::figures(&clickhouse, before) => computed.context("the demo feed's figures")?,
                error = services.failed() => return Err(error),
            }
        }
        services.open_ingest();
        services.ready().await?;
        let run = RunFile {
            ingest: services.ingest_url(),
            query: services.query_url(),
            aggregate: services.aggregate_url(),
            kafka: args.kafka.clone(),
            clickhouse: clickhouse_url,
            keys: shown,
            pid: std::process::id(),
        };
        run.write(&args.data)?;
        greet(&args, &run);
        Err(services.failed().await)
    };
    let worked = tokio::select! {
        ended = work => ended,
        error = store.failed() => Err(error),
        () = shutdown.begun() => Ok(()),
    };
    let left = services.leave().await;
    let stopped = store.stop().await;
    worked.and(left).and(stopped).map(|()| ExitCode::SUCCESS)
}

/// What a system works with, once it is there.
struct Opened {
    store: Store,
    services: Services,
    /// If the demo feed was loaded just now, what the figures reflected before.
    loaded: Option<demo::Reflected>,
}

impl Opened {
    /// Opens everything but ingestion. Dropped before it is done, it leaves nothing running.
    async fn open(args: &Args, keys: Keys) -> anyhow::Result<Self> {
        let plan = settings::plan(args.plan.as_deref())?;
        // What was mistyped is told before anything is started.
        let tls = args.tls.open()?;
        let provider = args.oidc.open().await?;
        let store = Store::open(args).await?;
        let log = open_log(args).await.context("the event log")?;
        let loaded = args.demo && demo::import(args, &log).await.context("the demo feed")?;
        let loaded = match loaded {
            true => Some(demo::Reflected::by(&ClickHouse::new(&store.writer)).await?),
            false => None,
        };
        // Those that `weir key` made hold besides the five of run.json.
        let made = args.data.join(key::FILE);
        let keys = KeysFile { path: made, every: args.keys.keys_reload, besides: keys, optional: true };
        let keys = keys.open()?.with_provider(provider);
        let services = Services::start(args, &store, &log, plan, keys, tls).await?;
        Ok(Self { store, services, loaded })
    }
}

/// Makes a folder, if it is not there, that only its owner can look into: it will hold keys and reports.
fn make_private(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
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

fn greet(args: &Args, run: &RunFile) {
    println!("Weir is up.");
    println!("  ingestion    {}", run.ingest);
    println!("  query        {}", run.query);
    println!("  aggregation  {}", run.aggregate);
    println!("  keys         {}", RunFile::path(&args.data).display());
}
