//! The limits of aggregation.

use std::time::Duration;

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;
use weir_kernel::log::Limits;
use weir_kernel::settings::duration;

/// Limits as flags and environment.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Aggregation")]
#[group(skip)]
pub struct Args {
    /// Records a batch takes at most
    #[arg(long, env = "WEIR_AGGREGATE_BATCH_ROWS", value_name = "N", default_value_t = 20_000)]
    pub batch_rows: usize,
    /// Bytes a batch takes at most
    #[arg(long, env = "WEIR_AGGREGATE_BATCH_BYTES", value_name = "N", default_value_t = 16 << 20)]
    pub batch_bytes: usize,
    /// How long a batch waits for its first record
    #[arg(long, env = "WEIR_AGGREGATE_BATCH_WAIT", value_name = "TIME", value_parser = duration, default_value = "100ms")]
    pub batch_wait: Duration,
    /// Events whose entities are kept folded in memory, for each partition
    #[arg(long, env = "WEIR_AGGREGATE_CACHED_EVENTS", value_name = "N", default_value_t = 500_000)]
    pub cached_events: usize,
    /// Marks that are summed at a time at most
    #[arg(long, env = "WEIR_AGGREGATE_MARKS", value_name = "N", default_value_t = 200_000)]
    pub marks: usize,
    /// Events that a partition may be behind before its cells are summed all at once, when it has caught up
    #[arg(long, env = "WEIR_AGGREGATE_BACKLOG", value_name = "N", default_value_t = 20_000)]
    pub backlog: u64,
    /// How long a backlog is waited for at most before its cells are summed all the same
    #[arg(long, env = "WEIR_AGGREGATE_BACKLOG_WAIT", value_name = "TIME", value_parser = duration, default_value = "60s")]
    pub backlog_wait: Duration,
    /// How far the clocks of machines may differ
    #[arg(long, env = "WEIR_AGGREGATE_CLOCK_MARGIN", value_name = "TIME", value_parser = duration, default_value = "1s")]
    pub clock_margin: Duration,
    /// How often a moment is closed
    #[arg(long, env = "WEIR_AGGREGATE_CLOSE_EVERY", value_name = "TIME", value_parser = duration, default_value = "500ms")]
    pub close_every: Duration,
    /// How long deciding what a release shows may take before it is refused
    #[arg(long, env = "WEIR_AGGREGATE_RELEASE_PATIENCE", value_name = "TIME", value_parser = duration, default_value = "2h")]
    pub release_patience: Duration,
    /// How long to wait after a failure before trying again
    #[arg(long, env = "WEIR_AGGREGATE_RETRY", value_name = "TIME", value_parser = duration, default_value = "1s")]
    pub aggregate_retry: Duration,
}

/// Limits.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How much a batch takes.
    pub read: Limits,
    /// Events whose entities are kept folded, for each partition.
    pub cached_events: usize,
    /// Marks that are summed at a time at most.
    pub marks_most: usize,
    /// Events that a partition may be behind before its cells are summed all at once.
    pub backlog: u64,
    /// How long a backlog is waited for at most.
    pub backlog_wait: Duration,
    /// How far clocks may differ.
    pub clock_margin: Duration,
    /// How often a moment is closed.
    pub close_every: Duration,
    /// How long deciding what a release shows may take.
    pub release_patience: Duration,
    /// How long to wait after a failure.
    pub retry_after: Duration,
}

impl Settings {
    /// Waits as long as after a failure, or until `stop`.
    pub(crate) async fn pause(&self, stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(self.retry_after) => {}
        }
    }
}

impl From<Args> for Settings {
    fn from(args: Args) -> Self {
        Self {
            read: Limits { rows: args.batch_rows, bytes: args.batch_bytes, wait: args.batch_wait },
            cached_events: args.cached_events,
            marks_most: args.marks,
            backlog: args.backlog,
            backlog_wait: args.backlog_wait,
            clock_margin: args.clock_margin,
            close_every: args.close_every,
            release_patience: args.release_patience,
            retry_after: args.aggregate_retry,
        }
    }
}
