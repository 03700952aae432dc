//! What `weir verify` can be told.

use std::path::PathBuf;

use jiff::Timestamp;
use weir_kernel::settings::Secret;

use crate::connection::ConnectionArgs;

/// Compute every figure again from the log, by other code, and compare it with ClickHouse and with query's answers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The data folder of the system on this machine
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    pub(super) data: PathBuf,
    /// Folder of the embedded log [default: the one of the data folder]
    #[arg(long, env = "WEIR_LOG_DIR", value_name = "DIR", conflicts_with = "kafka")]
    pub(super) log_dir: Option<PathBuf>,
    /// Kafka's bootstrap servers, where the log is that Kafka [default: those of run.json, if any]
    #[arg(long, env = "WEIR_KAFKA", value_name = "BOOTSTRAP")]
    pub(super) kafka: Option<String>,
    /// ClickHouse's HTTP address [default: the one of run.json]
    #[arg(long, env = "WEIR_CLICKHOUSE", value_name = "URL")]
    pub(super) clickhouse: Option<String>,
    /// A user of ClickHouse who may read [default: the one of the data folder, else default]
    #[arg(long, env = "WEIR_CLICKHOUSE_USER", value_name = "NAME")]
    pub(super) clickhouse_user: Option<String>,
    /// The user's password
    #[arg(
        long,
        env = "WEIR_CLICKHOUSE_PASSWORD",
        value_name = "PASSWORD",
        default_value = "",
        hide_default_value = true,
        hide_env_values = true
    )]
    pub(super) clickhouse_password: Secret,
    /// The query service [default: the one of run.json]
    #[arg(long, env = "WEIR_QUERY_URL", value_name = "URL")]
    pub(super) query: Option<String>,
    /// A key of an official for all areas, from whom nothing is kept [default: the official's of run.json]
    #[arg(long, env = "WEIR_QUERY_KEY", value_name = "KEY", hide_env_values = true)]
    pub(super) key: Option<Secret>,
    /// The plan file; the plan that comes with Weir if not given
    #[arg(long, env = "WEIR_PLAN", value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// A closed moment, RFC 3339 [default: the latest]
    #[arg(long, value_name = "TIME")]
    pub(super) as_of: Option<Timestamp>,
    /// Differences of each kind to print at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(super) show: usize,
    /// Events to hold in memory at a time, about; a partition that has more is read several times
    #[arg(long, env = "WEIR_VERIFY_EVENTS", value_name = "N", default_value_t = 250_000,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) events: u32,
    /// Requests to the query service at a time
    #[arg(long, env = "WEIR_VERIFY_REQUESTS", value_name = "N", default_value_t = 4,
          value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) requests: u16,
    /// Observations in one answer at most; no more than the query service gives
    #[arg(long, env = "WEIR_QUERY_OBSERVATIONS", value_name = "N",
          default_value_t = weir_query::Settings::OBSERVATIONS)]
    pub(super) observations: usize,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
}
