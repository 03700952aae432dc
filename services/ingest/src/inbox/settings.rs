//! The settings of inboxes.

use std::time::Duration;

use clap::{ArgAction, Args};
use weir_kernel::log::group_name;
use weir_kernel::settings::duration;

/// Whether and how records are taken from the topics that bureaus write to.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Inboxes")]
pub struct Inboxes {
    /// Whether to take in what bureaus write to their inboxes, the topics weir.inbox.AREA of the log's Kafka
    #[arg(long, env = "WEIR_INBOX", value_name = "true|false", action = ArgAction::Set,
          default_value_t = Inboxes::default().inbox)]
    pub inbox: bool,
    /// The group that instances share inboxes and their positions by; each inbox's own is named GROUP.AREA
    #[arg(long, env = "WEIR_INBOX_GROUP", value_name = "GROUP", value_parser = group_name,
          default_value_t = Inboxes::default().inbox_group)]
    pub inbox_group: String,
    /// How often to look for new inboxes
    #[arg(long, env = "WEIR_INBOX_REFRESH", value_name = "TIME", value_parser = duration, default_value = "30s")]
    pub inbox_refresh: Duration,
    /// Most records of an inbox that are taken in together, and never more than a batch may have
    #[arg(long, env = "WEIR_INBOX_RECORDS", value_name = "N", default_value_t = Inboxes::default().inbox_records)]
    pub inbox_records: usize,
    /// Most bytes of an inbox's records that are taken in together; a longer record comes alone
    #[arg(long, env = "WEIR_INBOX_BYTES", value_name = "N", default_value_t = Inboxes::default().inbox_bytes)]
    pub inbox_bytes: usize,
    /// How long to wait before trying again what the log did not take, and for a key that an inbox lacks
    #[arg(long, env = "WEIR_INBOX_RETRY", value_name = "TIME", value_parser = duration, default_value = "1s")]
    pub inbox_retry: Duration,
}

impl Default for Inboxes {
    fn default() -> Self {
        Self {
            inbox: true,
            inbox_group: "weir-ingest".to_owned(),
            inbox_refresh: Duration::from_secs(30),
            inbox_records: 500,
            inbox_bytes: 4 << 20,
            inbox_retry: Duration::from_secs(1),
        }
    }
}
