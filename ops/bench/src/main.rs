//! `weir-bench`: what Weir costs, on the embedded engines, beside the bare insert of the same events in the same run.
//! `README.md` says how to run it, what the bars are and what was measured.

mod aggregation;
mod as_of;
mod bare;
mod feed;
mod history;
mod ingestion;
mod live;
mod machine;
mod meter;
mod rebuild;
mod report;
mod series;
mod setup;
mod statements;
mod system;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use weir_kernel::telemetry::{LogFormat, init_logs};

/// The hidden subcommand under which this program runs the embedded ClickHouse as a child of its own.
const LAUNCHER: &str = "clickhouse-launcher";

/// Measures what Weir costs
#[derive(Debug, Parser)]
#[command(name = "weir-bench", version)]
struct Args {
    #[command(subcommand)]
    bench: Bench,
    /// What to log: a level, or levels by target such as `info,weir_aggregate=debug`
    #[arg(long, env = "WEIR_LOG", default_value = "warn", value_name = "FILTER", global = true)]
    log_filter: String,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// How many events a second become figures
    Aggregation(aggregation::Args),
    /// What an event costs on top of a short history and of one ten times as long
    History(history::Args),
    /// How many events a second a new generation takes in from a full log
    Rebuild(rebuild::Args),
    /// What ingestion costs, from the request to the durable record
    Ingestion(ingestion::Args),
    /// The service that `ingestion` measures
    #[command(hide = true)]
    ServeIngestion {
        /// What it is to serve
        arguments: Vec<String>,
    },
    /// How long the figures as of a moment take
    AsOf(as_of::Args),
    /// How many answers about series come from memory, and how fast
    Series(series::Args),
    /// How long a change takes from the accepted event to thousands of readers of the live stream
    Live(live::Args),
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    // Before anything else: the launcher must meet a process of one thread.
    if arguments.nth(1).is_some_and(|command| command == LAUNCHER) {
        return weir_engines::clickhouse::launcher_main(arguments.collect::<Vec<OsString>>());
    }
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("weir-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<()> {
    init_logs(LogFormat::Text, &args.log_filter)?;
    // As `weir up` has it.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match args.bench {
            Bench::Aggregation(args) => aggregation::run(args).await,
            Bench::History(args) => history::run(args).await,
            Bench::Rebuild(args) => rebuild::run(args).await,
            Bench::AsOf(args) => as_of::run(args).await,
            Bench::Series(args) => series::run(args).await,
            Bench::Live(args) => live::run(args).await,
            Bench::Ingestion(args) => ingestion::run(args).await,
            Bench::ServeIngestion { arguments } => ingestion::serve(&arguments).await,
        }
    })
}
