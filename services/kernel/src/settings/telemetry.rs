//! Settings of the logs.

use clap::Args;

use crate::telemetry::{LogFormat, NotAFilter, init_logs};

/// How much is logged, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Logs")]
pub struct TelemetryArgs {
    /// What to log: a level, or levels by target such as `info,weir_ingest=debug`
    #[arg(long, env = "WEIR_LOG", default_value = "info", value_name = "FILTER")]
    pub log_filter: String,
    /// How to write log lines
    #[arg(long, env = "WEIR_LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

impl TelemetryArgs {
    /// Starts writing logs.
    ///
    /// # Errors
    ///
    /// When the filter is malformed.
    pub fn init_logs(&self) -> Result<(), NotAFilter> {
        init_logs(self.log_format, &self.log_filter)
    }
}
