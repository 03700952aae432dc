//! Settings of the embedded log.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of the embedded log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder that holds the log; created when missing.
    pub folder: PathBuf,
    /// The largest record, in bytes of key, headers and value. 1,000,000.
    pub max_record_bytes: usize,
    /// How many appends may wait for the disk before more are held back. 1,024.
    pub queue: usize,
    /// How many records one transaction takes from waiting appends. 20,000.
    pub group_records: usize,
    /// How long to wait for another process that is writing. 10 s.
    pub busy_timeout: Duration,
    /// How often to look for what other processes wrote, or whether a group became free. 50 ms.
    pub poll_interval: Duration,
    /// How often to drop records past their topic's retention. 60 s.
    pub trim_interval: Duration,
    /// How many connections to keep open for reading. 16.
    pub idle_connections: usize,
}

impl Settings {
    /// The defaults, for a log in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            max_record_bytes: 1_000_000,
            queue: 1_024,
            group_records: 20_000,
            busy_timeout: Duration::from_secs(10),
            poll_interval: Duration::from_millis(50),
            trim_interval: Duration::from_secs(60),
            idle_connections: 16,
        }
    }
}
