//! The limits of the query service, and who may see figures.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use clap::builder::BoolishValueParser;
use weir_kernel::clickhouse::Limits;
use weir_kernel::settings::duration;

use crate::http::FIGURES_MOST;

/// Settings as flags and environment.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Query")]
// Each flattened group has a name; the type's own would meet those of other services in one command.
#[group(skip)]
pub struct Args {
    /// Show live figures and releases to readers without a key; for demonstration data alone
    #[arg(long, env = "WEIR_QUERY_OPEN", value_parser = BoolishValueParser::new())]
    pub open: bool,
    /// Observations in one answer at most
    #[arg(long, env = "WEIR_QUERY_OBSERVATIONS", value_name = "N", default_value_t = Settings::OBSERVATIONS)]
    pub observations: usize,
    /// Figures up to which an answer is computed and written between others, without handing these to another thread
    #[arg(long, env = "WEIR_QUERY_SHORT_FIGURES", value_name = "N", default_value_t = Settings::SHORT_FIGURES)]
    pub short_figures: usize,
    /// Items in one page of a list at most, and subjects of one receipt
    #[arg(long, env = "WEIR_QUERY_PAGE", value_name = "N", default_value_t = Settings::PAGE)]
    pub page: NonZeroUsize,
    /// Answers about figures of the past (`as_of`) that are computed at a time at most; further requests wait
    #[arg(long, env = "WEIR_QUERY_AS_OF_REQUESTS", value_name = "N", default_value_t = Settings::AS_OF_REQUESTS)]
    pub as_of_requests: NonZeroUsize,
    /// How long one statement that an answer reads from ClickHouse may take; ClickHouse stops it then
    #[arg(long, env = "WEIR_QUERY_STATEMENT_TIME", value_name = "TIME", value_parser = duration, default_value = "30s")]
    pub statement_time: Duration,
    /// Bytes of ClickHouse's memory that one such statement may take
    #[arg(long, env = "WEIR_QUERY_STATEMENT_MEMORY", value_name = "BYTES", default_value_t = Settings::STATEMENT.memory)]
    pub statement_memory: NonZeroU64,
    /// Rows that one such statement may read
    #[arg(long, env = "WEIR_QUERY_STATEMENT_ROWS", value_name = "N", default_value_t = Settings::STATEMENT.rows)]
    pub statement_rows: NonZeroU64,
    /// The agency that SDMX artefacts are maintained by
    #[arg(long, env = "WEIR_QUERY_SDMX_AGENCY", value_name = "ID", value_parser = agency, default_value = Settings::SDMX_AGENCY)]
    pub sdmx_agency: String,
    /// Figures that one SDMX answer looks at, at most
    #[arg(long, env = "WEIR_QUERY_SDMX_FIGURES", value_name = "N", default_value_t = Settings::SDMX_FIGURES)]
    pub sdmx_figures: usize,
    /// Moments of the past that one SDMX answer looks at (`includeHistory`), at most
    #[arg(long, env = "WEIR_QUERY_SDMX_MOMENTS", value_name = "N", default_value_t = Settings::SDMX_MOMENTS)]
    pub sdmx_moments: usize,
    /// Recorded changes that are looked at for the one that altered a figure at most
    #[arg(long, env = "WEIR_QUERY_EXPLAIN_CHANGES", value_name = "N", default_value_t = Settings::EXPLAIN_CHANGES)]
    pub explain_changes: NonZeroUsize,
    /// Releases whose cells are kept in memory at most; those of others are read from the log when somebody asks
    #[arg(long, env = "WEIR_QUERY_RELEASES", value_name = "N", default_value_t = Settings::RELEASES)]
    pub releases: NonZeroUsize,
    /// Readers of live streams at most
    #[arg(long, env = "WEIR_QUERY_LIVE_READERS", value_name = "N", default_value_t = Settings::LIVE_READERS)]
    pub live_readers: usize,
    /// Readers of live streams with one key at most
    #[arg(long, env = "WEIR_QUERY_LIVE_KEY_READERS", value_name = "N", default_value_t = Settings::LIVE_KEY_READERS)]
    pub live_key_readers: usize,
    /// Figures in one live stream at most
    #[arg(long, env = "WEIR_QUERY_LIVE_FIGURES", value_name = "N", default_value_t = Settings::LIVE_FIGURES,
          value_parser = clap::value_parser!(u16).range(1..=i64::from(FIGURES_MOST)))]
    pub live_figures: u16,
    /// Figures held for all live streams at most; those that nobody follows any more are kept for readers who come back
    #[arg(long, env = "WEIR_QUERY_LIVE_HELD", value_name = "N", default_value_t = Settings::LIVE_HELD)]
    pub live_held: usize,
    /// Moments that wait for a reader of a live stream at most; who lags further behind is dropped
    #[arg(long, env = "WEIR_QUERY_LIVE_QUEUE", value_name = "N", default_value_t = Settings::LIVE_QUEUE)]
    pub live_queue: NonZeroUsize,
    /// How long a reader who comes back waits at most for what their figures were then; then all are sent, as also while that was
    /// tried in vain no longer ago
    #[arg(long, env = "WEIR_QUERY_LIVE_PAST", value_name = "TIME", value_parser = duration, default_value = "10s")]
    pub live_past: Duration,
    /// How far a reader who comes back may be ahead of this service and be told to come again soon; who is further ahead is sent
    /// all figures
    #[arg(long, env = "WEIR_QUERY_LIVE_AHEAD", value_name = "TIME", value_parser = duration, default_value = "120s")]
    pub live_ahead: Duration,
    /// How often a comment tells a reader that the live stream is there, while no figure changes
    #[arg(long, env = "WEIR_QUERY_LIVE_HEARTBEAT", value_name = "TIME", value_parser = duration, default_value = "15s")]
    pub live_heartbeat: Duration,
    /// How long an answer may lie unread before its connection is closed
    #[arg(long, env = "WEIR_QUERY_UNREAD_TIMEOUT", value_name = "TIME", value_parser = duration, default_value = "60s")]
    pub unread_timeout: Duration,
    /// How long to wait at most before trying again to reach the log or ClickHouse
    #[arg(long, env = "WEIR_QUERY_RETRY", value_name = "TIME", value_parser = duration, default_value = "2s")]
    pub retry: Duration,
}

/// Settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether readers without a key see live figures and releases.
    pub open: bool,
    /// Observations in one answer at most.
    pub observations: usize,
    /// Figures up to which an answer is computed and written between others, without handing these to another thread.
    pub short_figures: usize,
    /// Items in one page of a list at most, and subjects of one receipt.
    pub page: NonZeroUsize,
    /// Answers about figures of the past that are computed at a time at most: each holds its cells in memory.
    pub as_of_requests: NonZeroUsize,
    /// What one statement that an answer reads from ClickHouse may cost there.
    pub statement: Limits,
    /// The agency that SDMX artefacts are maintained by.
    pub sdmx_agency: String,
    /// Figures that one SDMX answer looks at, at most.
    pub sdmx_figures: usize,
    /// Moments of the past that one SDMX answer looks at, at most.
    pub sdmx_moments: usize,
    /// Recorded changes that are looked at for the one that altered a figure at most: each is a sum of the past.
    pub explain_changes: NonZeroUsize,
    /// Releases whose cells are kept in memory at most.
    pub releases: NonZeroUsize,
    /// Readers of live streams at most.
    pub live_readers: usize,
    /// Readers of live streams with one key at most.
    pub live_key_readers: usize,
    /// Figures in one live stream at most, 1 to 9,998.
    pub live_figures: u16,
    /// Figures held for all live streams at most.
    pub live_held: usize,
    /// Moments that wait for a reader of a live stream at most.
    pub live_queue: NonZeroUsize,
    /// How long a reader who comes back waits at most for what their figures were then.
    pub live_past: Duration,
    /// How far a reader who comes back may be ahead of this service and be told to come again soon.
    pub live_ahead: Duration,
    /// How long a live stream is silent at most.
    pub live_heartbeat: Duration,
    /// How long an answer may lie unread before its connection is closed.
    pub unread_timeout: Duration,
    /// The longest pause between two tries to reach the log or ClickHouse; the first is a hundredth of it.
    pub retry: Duration,
}

impl Settings {
    /// Observations in one answer by default: every county of a province, by month, for a plan's years.
    pub const OBSERVATIONS: usize = 20_000;
    /// Figures of an answer between others by default: under a millisecond's work.
    pub const SHORT_FIGURES: usize = 200;
    /// Items in one page of a list by default.
    pub const PAGE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(499);
    /// Answers about the past at a time by default: more would only share the same processors.
    pub const AS_OF_REQUESTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);
    /// What one statement may cost by default: half a minute, 2 GiB, and every contribution of a large province some times over.
    pub const STATEMENT: Limits = Limits {
        time: Duration::from_secs(30),
        memory: NonZeroU64::MIN.saturating_add((2 << 30) - 1),
        rows: NonZeroU64::MIN.saturating_add(99_999_999),
    };
    /// The agency by default.
    pub const SDMX_AGENCY: &str = "SCSTAT";
    /// Figures that one SDMX answer looks at by default: a second's work.
    pub const SDMX_FIGURES: usize = 500_000;
    /// Moments that one SDMX answer looks at by default: some seconds' work.
    pub const SDMX_MOMENTS: usize = 500;
    /// Recorded changes looked at by default. Mostly the first is the one.
    pub const EXPLAIN_CHANGES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);
    /// Releases in memory by default: those of a year.
    pub const RELEASES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);
    /// Readers of live streams by default.
    pub const LIVE_READERS: usize = 10_000;
    /// Readers of live streams with one key by default: a key may be a whole bureau's.
    pub const LIVE_KEY_READERS: usize = 5_000;
    /// Figures in one live stream by default: all indicators of a province and its prefectures, for two years.
    pub const LIVE_FIGURES: u16 = 2_000;
    /// Figures held for live streams by default, half a kilobyte each.
    pub const LIVE_HELD: usize = 200_000;
    /// Moments that wait for a reader by default: half a minute of them, if every one brings a change.
    pub const LIVE_QUEUE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);
    /// How long the past is waited for by default: the figures themselves come at once instead.
    pub const LIVE_PAST: Duration = Duration::from_secs(10);
    /// How far ahead a reader may be by default: a service that was started again begins with a moment of a minute ago at most.
    pub const LIVE_AHEAD: Duration = Duration::from_secs(120);
    /// How long a live stream is silent by default: proxies close what is silent for half a minute.
    pub const LIVE_HEARTBEAT: Duration = Duration::from_secs(15);
    /// How long an answer may lie unread by default.
    pub const UNREAD_TIMEOUT: Duration = Duration::from_secs(60);
    /// The longest pause by default.
    pub const RETRY: Duration = Duration::from_secs(2);
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            open: false,
            observations: Self::OBSERVATIONS,
            short_figures: Self::SHORT_FIGURES,
            page: Self::PAGE,
            as_of_requests: Self::AS_OF_REQUESTS,
            statement: Self::STATEMENT,
            sdmx_agency: Self::SDMX_AGENCY.to_owned(),
            sdmx_figures: Self::SDMX_FIGURES,
            sdmx_moments: Self::SDMX_MOMENTS,
            explain_changes: Self::EXPLAIN_CHANGES,
            releases: Self::RELEASES,
            live_readers: Self::LIVE_READERS,
            live_key_readers: Self::LIVE_KEY_READERS,
            live_figures: Self::LIVE_FIGURES,
            live_held: Self::LIVE_HELD,
            live_queue: Self::LIVE_QUEUE,
            live_past: Self::LIVE_PAST,
            live_ahead: Self::LIVE_AHEAD,
            live_heartbeat: Self::LIVE_HEARTBEAT,
            unread_timeout: Self::UNREAD_TIMEOUT,
            retry: Self::RETRY,
        }
    }
}

impl From<Args> for Settings {
    fn from(args: Args) -> Self {
        Self {
            open: args.open,
            observations: args.observations,
            short_figures: args.short_figures,
            page: args.page,
            as_of_requests: args.as_of_requests,
            statement: Limits {
                time: args.statement_time,
                memory: args.statement_memory,
                rows: args.statement_rows,
            },
            sdmx_agency: args.sdmx_agency,
            sdmx_figures: args.sdmx_figures,
            sdmx_moments: args.sdmx_moments,
            explain_changes: args.explain_changes,
            releases: args.releases,
            live_readers: args.live_readers,
            live_key_readers: args.live_key_readers,
            live_figures: args.live_figures,
            live_held: args.live_held,
            live_queue: args.live_queue,
            live_past: args.live_past,
            live_ahead: args.live_ahead,
            live_heartbeat: args.live_heartbeat,
            unread_timeout: args.unread_timeout,
            retry: args.retry,
        }
    }
}

/// An agency's id as SDMX has them: names with dots between.
fn agency(text: &str) -> Result<String, String> {
    let is_name = |part: &str| {
        let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(in_name)
    };
    if text.split('.').all(is_name) {
        return Ok(text.to_owned());
    }
    Err("an agency is a name of letters, digits, _ and -, or such names with dots between".to_owned())
}
