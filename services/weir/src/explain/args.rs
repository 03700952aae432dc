//! What `weir explain` can be told.

use std::path::PathBuf;

use weir_kernel::settings::Secret;

use crate::connection::ConnectionArgs;

/// Say what a figure is made of, by which rules, and why it is another than before
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The indicator, by its id
    #[arg(value_name = "INDICATOR")]
    pub(super) indicator: String,
    /// The area, by its code [default: the plan's]
    #[arg(long, value_name = "CODE")]
    pub(super) area: Option<String>,
    /// The period: a year (2023), a quarter (2023-Q2) or a month (2023-06)
    #[arg(long, value_name = "PERIOD")]
    pub(super) period: String,
    /// The field, F01 to F10; _U for none; _T for all together
    #[arg(long, value_name = "FIELD", default_value = "_T")]
    pub(super) field: String,
    /// Of the events recorded up to this moment: a time of RFC 3339, or a date, which means its end in China [default: the latest]
    #[arg(long, value_name = "TIME")]
    pub(super) as_of: Option<String>,
    /// Events to print at most; officials alone are shown any
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) events: usize,
    /// Print the answer as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// The query service [default: the one of run.json]
    #[arg(long, env = "WEIR_QUERY_URL", value_name = "URL")]
    pub(super) query: Option<String>,
    /// A key of an analyst or an official [default: the official's of run.json]
    #[arg(long, env = "WEIR_QUERY_KEY", value_name = "KEY", hide_env_values = true)]
    pub(super) key: Option<Secret>,
    /// The data folder of the system on this machine
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    pub(super) data: PathBuf,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
}
