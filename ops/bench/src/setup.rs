//! What all benches can be told.

use std::path::PathBuf;
use std::time::Duration;

use weir_kernel::settings::EventLogArgs;

/// Settings of the system that is measured, and where results go.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Setup {
    /// Partitions of the log
    #[arg(long, default_value_t = EventLogArgs::PARTITIONS)]
    pub(crate) partitions: i32,
    /// The folder whose file of this day and bench gets a line
    #[arg(long, default_value = "ops/bench/results", value_name = "DIR")]
    pub(crate) results: PathBuf,
    /// Show which of ClickHouse's statements took longest
    #[arg(long)]
    pub(crate) statements: bool,
    #[command(flatten)]
    aggregation: weir_aggregate::Args,
}

impl Setup {
    /// Aggregation's settings as `weir up` has them.
    pub(crate) fn aggregation(&self) -> weir_aggregate::Settings {
        weir_aggregate::Settings { clock_margin: Duration::ZERO, ..self.aggregation.clone().into() }
    }
}
