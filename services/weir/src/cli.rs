//! The command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use weir_kernel::settings::TelemetryArgs;
use weir_schemas::event;

use crate::{explain, import, key, operations, push, release, simulate, template, up, verify};

/// The hidden subcommand under which `weir` runs the embedded ClickHouse as a child of its own.
pub(crate) const LAUNCHER: &str = "clickhouse-launcher";

/// Statistics of firm-level reports, exact and in near real time
#[derive(Debug, Parser)]
#[command(name = "weir", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    telemetry: TelemetryArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything on one machine
    Up(Box<up::Args>),
    /// Send events from NDJSON files, or reports from CSV and XLSX tables, to an ingestion service
    Push(Box<push::Args>),
    /// Write the table that a form's reports are filled into
    Template(template::Args),
    /// Write the events of a synthetic province as NDJSON
    Simulate(simulate::Args),
    /// Make, list, renew and revoke the keys that bureaus and readers show
    Key(key::Args),
    /// Make every projection again from the log, beside the live ones, then swap it in
    Rebuild(operations::Args),
    /// Show how far aggregation is, and that every record of the log is accounted for
    Status(operations::Args),
    /// Compute every figure again from the log, by other code, and compare it with what is held and answered
    Verify(Box<verify::Args>),
    /// Say what a figure is made of, by which rules, and why it is another than before
    Explain(Box<explain::Args>),
    /// Cut releases of the figures, and list them
    Release(release::Args),
    /// Put a history with its recorded times into an empty log
    Import(import::Args),
}

/// A moment on the command line.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    event::moment(text).ok_or_else(|| "a time such as 2024-07-01T08:00:00Z, or a date, is wanted".to_owned())
}

/// Ends quietly when whoever reads what is printed has read enough, as `head` does.
fn end_with_the_reader() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // Printing says so in no other way.
        if panic
            .payload_as_str()
            .is_some_and(|what| what.starts_with("failed printing to stdout: Broken pipe"))
        {
            std::process::exit(128 + SIGPIPE);
        }
        report(panic);
    }));
}

/// The signal's number, of which shells make the code that a program ends with.
const SIGPIPE: i32 = 13;

/// Runs the command of this process.
pub(crate) fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    // Before anything else: the launcher must meet a process of one thread.
    if arguments.nth(1).is_some_and(|command| command == LAUNCHER) {
        return weir_engines::clickhouse::launcher_main(arguments.collect::<Vec<OsString>>());
    }
    end_with_the_reader();
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("weir: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> anyhow::Result<ExitCode> {
    args.telemetry.init_logs()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        match args.command {
            Command::Up(args) => up::run(*args).await,
            Command::Push(args) => push::run(*args).await,
            Command::Template(args) => template::run(args),
            Command::Simulate(args) => simulate::run(args).await,
            Command::Key(args) => key::run(args),
            Command::Rebuild(args) => operations::rebuild(args).await,
            Command::Status(args) => operations::status(args).await,
            Command::Verify(args) => verify::run(*args).await,
            Command::Explain(args) => explain::run(*args).await,
            Command::Release(args) => release::run(args).await,
            Command::Import(args) => import::run(args).await,
        }
    });
    // A blocked read of standard input must not hold the process.
    runtime.shutdown_background();
    code
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_settings_of_all_services_fit_together() {
        Args::command().debug_assert();
    }
}
