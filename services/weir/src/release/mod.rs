//! `weir release`: asks for releases and lists them.

mod catalogue;
mod cut;
mod list;
mod printed;

use std::process::ExitCode;

/// Cut releases of the figures, and list them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Ask for a release, and wait until it is cut or refused
    Cut(Box<cut::Args>),
    /// List the releases, those that wait and those that were refused among them
    List(Box<list::Args>),
}

/// Runs one of them.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Cut(args) => cut::run(*args).await,
        Command::List(args) => list::run(*args).await,
    }
}
