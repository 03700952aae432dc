//! What `weir up` can be told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use weir_kernel::settings::{EventLogArgs, KeysReloadArgs, OidcArgs, Secret, TlsArgs, duration};

/// Run everything on one machine, in one process and an embedded ClickHouse beside it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder that holds everything: the log, ClickHouse's data, keys, run.json
    #[arg(long, env = "WEIR_DATA", value_name = "DIR", default_value = "weir-data")]
    pub(crate) data: PathBuf,
    /// Where ingestion listens [default: 127.0.0.1:8601]
    #[arg(long, value_name = "ADDR")]
    pub(crate) ingest: Option<SocketAddr>,
    /// Where query listens [default: 127.0.0.1:8602]
    #[arg(long, value_name = "ADDR")]
    pub(crate) query: Option<SocketAddr>,
    /// Where aggregation answers operators [default: 127.0.0.1:8603]
    #[arg(long, value_name = "ADDR")]
    pub(crate) aggregate: Option<SocketAddr>,
    /// Keep the log in this Kafka instead of the data folder
    #[arg(long, env = "WEIR_KAFKA", value_name = "BOOTSTRAP")]
    pub(crate) kafka: Option<String>,
    /// Use this ClickHouse server instead of the embedded one
    #[arg(long, env = "WEIR_CLICKHOUSE", value_name = "URL")]
    pub(crate) clickhouse: Option<String>,
    /// The user of that server
    #[arg(long, env = "WEIR_CLICKHOUSE_USER", default_value = "default", requires = "clickhouse")]
    pub(crate) clickhouse_user: String,
    /// Its password
    #[arg(
        long,
        env = "WEIR_CLICKHOUSE_PASSWORD",
        default_value = "",
        hide_default_value = true,
        hide_env_values = true
    )]
    pub(crate) clickhouse_password: Secret,
    /// Load the demo feed into the log if that is empty
    #[arg(long)]
    pub(crate) demo: bool,
    /// Units of the demo's synthetic province [default: as many as its figures are calibrated to]
    #[arg(long, env = "WEIR_DEMO_UNITS", value_name = "N", requires = "demo")]
    pub(crate) demo_units: Option<u32>,
    /// Listen on free ports; run.json says which
    #[arg(long, conflicts_with_all = ["ingest", "query", "aggregate"])]
    pub(crate) ephemeral: bool,
    /// The plan file; the plan that comes with Weir if not given
    #[arg(long, env = "WEIR_PLAN", value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    /// Partitions of the log, fixed when it is created
    #[arg(long, env = "WEIR_PARTITIONS", default_value_t = EventLogArgs::PARTITIONS, value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub(crate) partitions: i32,
    /// How long requests under way may take when leaving
    #[arg(long, env = "WEIR_DRAIN_TIMEOUT", value_parser = duration, default_value = "20s")]
    pub(crate) drain_timeout: Duration,
    #[command(flatten)]
    pub(crate) keys: KeysReloadArgs,
    #[command(flatten)]
    pub(crate) tls: TlsArgs,
    #[command(flatten)]
    pub(crate) oidc: OidcArgs,
    #[command(flatten)]
    pub(crate) ingestion: weir_ingest::Limits,
    #[command(flatten)]
    pub(crate) rounds: weir_ingest::RoundSettings,
    #[command(flatten)]
    pub(crate) inboxes: weir_ingest::Inboxes,
    #[command(flatten)]
    pub(crate) aggregation: weir_aggregate::Args,
    #[command(flatten)]
    pub(crate) answers: weir_query::Args,
}
