//! The limits of aggregation.

use std::time::Duration;

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;
use weir_kernel::log::Limits;

/// Limits as flags and environment.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Aggregation")]
#[group(skip)]
pub struct Args {
    /// Records a batch takes at most
    #[arg(long, env = "WEIR_AGGREGATE_BATCH_ROWS", default_value_t = 10_000)]
    pub batch_rows: usize,
    /// Bytes a batch takes at most
    #[arg(long, env = "WEIR_AGGREGATE_BATCH_BYTES", default_value_t = 16 << 20)]
    pub batch_bytes: usize,
    /// How long a batch waits for its first record, in milliseconds
    #[arg(long, env = "WEIR_AGGREGATE_BATCH_WAIT_MS", default_value_t = 100)]
    pub batch_wait_ms: u64,
    /// Events whose entities are kept folded in memory, for each partition
    #[arg(long, env = "WEIR_AGGREGATE_CACHED_EVENTS", default_value_t = 500_000)]
    pub cached_events: usize,
    /// Marks that are summed at a time at most
    #[arg(long, env = "WEIR_AGGREGATE_MARKS", default_value_t = 200_000)]
    pub marks: usize,
    /// How far the clocks of machines may differ, in milliseconds
    #[arg(long, env = "WEIR_AGGREGATE_CLOCK_MARGIN_MS", default_value_t = 1_000)]
    pub clock_margin_ms: u64,
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
    /// How far clocks may differ.
    pub clock_margin: Duration,
    /// How often a moment is closed.
    pub close_every: Duration,
    /// How often positions are looked at while a moment is waited for.
    pub poll_every: Duration,
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
            read: Limits {
                rows: args.batch_rows,
                bytes: args.batch_bytes,
                wait: Duration::from_millis(args.batch_wait_ms),
            },
            cached_events: args.cached_events,
            marks_most: args.marks,
            clock_margin: Duration::from_millis(args.clock_margin_ms),
            close_every: Duration::from_millis(500),
            poll_every: Duration::from_millis(50),
            retry_after: Duration::from_secs(1),
        }
    }
}
