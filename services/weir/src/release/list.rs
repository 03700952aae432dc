//! `weir release list`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::catalogue::{Catalogue, QueryArgs};
use super::printed;
use crate::connection::ConnectionArgs;

/// List the releases, those that wait and those that were refused among them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    query: QueryArgs,
    /// The data folder of the system on this machine
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    data: PathBuf,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// Prints the list, what was asked for last first.
pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let releases = Catalogue::of(&args.query, &args.data, &args.connection)?.releases().await?;
    if releases.is_empty() {
        println!("there are no releases");
    }
    for release in &releases {
        println!("{}", printed::line(release));
    }
    Ok(ExitCode::SUCCESS)
}
