//! The ingestion service on its own.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use weir_ingest::{Parts, Settings};
use weir_kernel::settings::ListenArgs;
use weir_kernel::shutdown::Shutdown;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Settings::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("weir-ingest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    settings.telemetry.init_logs()?;
    let shutdown = Shutdown::new();
    shutdown.on_signals().context("can't listen for signals")?;
    let keys = Arc::new(settings.keys.load()?);
    let log = weir_kernel::log::open(&settings.log.settings()?).await.context("can't open the log")?;
    let listener = settings.listen.bind(ListenArgs::INGEST_PORT).await?;
    let parts = Parts::new(log, keys, settings.limits);
    weir_ingest::run(parts, settings.log.partitions, listener, &shutdown, settings.listen.drain_timeout)
        .await
        .context("ingestion failed")
}
