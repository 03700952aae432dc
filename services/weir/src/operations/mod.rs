//! `weir rebuild` and `weir status`: what operators ask of aggregation.

mod aggregation;
mod rebuild;
mod status;

use std::path::PathBuf;

use weir_kernel::settings::Secret;

use crate::connection::ConnectionArgs;

pub(crate) use self::rebuild::rebuild;
pub(crate) use self::status::status;

/// Where aggregation is, where that is not said: the system on this machine
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The aggregation service [default: the one of the data folder's run.json]
    #[arg(long, env = "WEIR_AGGREGATE", value_name = "URL")]
    aggregate: Option<String>,
    /// An operator's key [default: the one of the data folder's run.json]
    #[arg(long, env = "WEIR_OPERATOR_KEY", value_name = "KEY", hide_env_values = true)]
    key: Option<Secret>,
    /// The data folder of the system on this machine
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    data: PathBuf,
    #[command(flatten)]
    connection: ConnectionArgs,
}
