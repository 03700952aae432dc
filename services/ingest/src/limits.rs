//! The limits of what is taken, each a setting.

use std::time::Duration;

use clap::Args;
use weir_kernel::settings::duration;

/// What one sender may ask for, and what the service keeps in memory for it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Largest body of a single event or a batch, in bytes; NDJSON may have any length
    #[arg(long, env = "WEIR_MAX_BODY_BYTES", default_value_t = Limits::default().max_body_bytes)]
    pub max_body_bytes: usize,
    /// Largest record, in bytes as sent
    #[arg(long, env = "WEIR_MAX_RECORD_BYTES", default_value_t = Limits::default().max_record_bytes)]
    pub max_record_bytes: usize,
    /// Most records in one batch
    #[arg(long, env = "WEIR_MAX_BATCH_RECORDS", default_value_t = Limits::default().max_batch_records)]
    pub max_batch_records: usize,
    /// Largest window that a body compressed with zstd may need, in bytes: the largest power of two up to this, from 1,024 to 2,147,483,648
    #[arg(long, env = "WEIR_ZSTD_WINDOW", default_value_t = Limits::default().zstd_window)]
    pub zstd_window: usize,
    /// Most problems told of one record; where there is little room (`--held-bytes`) only the first is
    #[arg(long, env = "WEIR_MAX_PROBLEMS", default_value_t = Limits::default().max_problems)]
    pub max_problems: usize,
    /// Most NDJSON lines that are appended to the log together
    #[arg(long, env = "WEIR_NDJSON_LINES", default_value_t = Limits::default().ndjson_lines)]
    pub ndjson_lines: usize,
    /// Bytes of NDJSON lines that are appended to the log together, about
    #[arg(long, env = "WEIR_NDJSON_BYTES", default_value_t = Limits::default().ndjson_bytes)]
    pub ndjson_bytes: usize,
    /// Groups of answered NDJSON lines kept for a sender who does not read yet; then no more lines are taken
    #[arg(long, env = "WEIR_NDJSON_BACKLOG", default_value_t = Limits::default().ndjson_backlog)]
    pub ndjson_backlog: usize,
    /// Identities remembered in one request, for telling duplicates
    #[arg(long, env = "WEIR_DUPLICATE_WINDOW", default_value_t = Limits::default().duplicate_window)]
    pub duplicate_window: usize,
    /// Records that the holder of one key may send a second, on average; 0 for any number
    #[arg(long, env = "WEIR_KEY_RATE", default_value_t = Limits::default().key_rate)]
    pub key_rate: u32,
    /// Records that the holder of one key may send a day, by the day in China; 0 for any number
    #[arg(long, env = "WEIR_KEY_QUOTA", default_value_t = Limits::default().key_quota)]
    pub key_quota: u64,
    /// Bytes kept of a rejected record
    #[arg(long, env = "WEIR_REJECTED_BYTES", default_value_t = Limits::default().rejected_bytes)]
    pub rejected_bytes: usize,
    /// Rejected records in one page at most
    #[arg(long, env = "WEIR_REJECTED_PAGE", default_value_t = Limits::default().rejected_page)]
    pub rejected_page: usize,
    /// Rejected records, also of others, that are looked through for one page at most
    #[arg(long, env = "WEIR_REJECTED_SCAN", default_value_t = Limits::default().rejected_scan)]
    pub rejected_scan: usize,
    /// Most pages of rejected records that are read at a time; further requests for them wait
    #[arg(long, env = "WEIR_REJECTED_REQUESTS", default_value_t = Limits::default().rejected_requests)]
    pub rejected_requests: usize,
    /// Most requests served at a time
    #[arg(long, env = "WEIR_MAX_REQUESTS", default_value_t = Limits::default().max_requests)]
    pub max_requests: usize,
    /// Most requests of one key served at a time
    #[arg(long, env = "WEIR_KEY_REQUESTS", default_value_t = Limits::default().key_requests)]
    pub key_requests: usize,
    /// Bytes held for all senders together: records, each counting 1,024 more than it has, what is wrong with them, identities, zstd's windows, and answers
    /// until they are read. One key may take half. Where there is no room batches are answered 503 and NDJSON waits. The process needs about four times as much
    #[arg(long, env = "WEIR_HELD_BYTES", default_value_t = Limits::default().held_bytes)]
    pub held_bytes: usize,
    /// How long the body of a single event or a batch may take to arrive, the next piece of NDJSON, and an answer to NDJSON to be read on
    #[arg(long, env = "WEIR_BODY_TIMEOUT", value_parser = duration, default_value = "60s")]
    pub body_timeout: Duration,
    /// When a sender whose records are not durable should send them again
    #[arg(long, env = "WEIR_RETRY_AFTER", value_parser = duration, default_value = "5s")]
    pub retry_after: Duration,
}

impl Limits {
    /// How many of so many records are taken together at most: no more than a key may send a day, for that many would never be taken.
    pub(crate) fn together(&self, records: usize) -> usize {
        let quota = usize::try_from(self.key_quota).unwrap_or(usize::MAX);
        if quota == 0 { records } else { records.min(quota) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 16 << 20,
            max_record_bytes: 256 << 10,
            max_batch_records: 10_000,
            // As RFC 9659 bounds it.
            zstd_window: 8 << 20,
            max_problems: 100,
            ndjson_lines: 500,
            ndjson_bytes: 1 << 20,
            ndjson_backlog: 256,
            duplicate_window: 100_000,
            key_rate: 0,
            key_quota: 0,
            rejected_bytes: 64 << 10,
            rejected_page: 500,
            rejected_scan: 20_000,
            rejected_requests: 8,
            max_requests: 256,
            key_requests: 128,
            held_bytes: 128 << 20,
            body_timeout: Duration::from_secs(60),
            retry_after: Duration::from_secs(5),
        }
    }
}
