//! Settings of the Kafka log.

use std::collections::BTreeMap;
use std::time::Duration;

/// Settings of the Kafka log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Kafka's brokers to start from: `host:port`, several separated by commas.
    pub bootstrap: String,
    /// The name this program shows to the brokers. `weir`.
    pub client_id: String,
    /// Copies of each partition of the topics that are created. 1; past one machine 3.
    pub replication: i32,
    /// The largest record, in bytes of key, headers and value. 1,000,000.
    pub max_record_bytes: usize,
    /// How long an append may take before its records count as not written. 10 s.
    pub delivery_timeout: Duration,
    /// How long any other request may take. 5 s.
    pub request_timeout: Duration,
    /// How long an append waits for others to share its request. 2 ms.
    pub linger: Duration,
    /// How records are compressed: `none`, `gzip` or `lz4`. `lz4`.
    pub compression: String,
    /// How much the records waiting to be sent may take, in bytes; then appends are held back. 64 MiB.
    pub send_buffer: usize,
    /// How long a broker holds a fetch that finds nothing. 20 ms.
    pub fetch_wait: Duration,
    /// How much is read ahead of each reader, in bytes. 4 MiB.
    pub read_ahead: usize,
    /// How many clients that read nothing are kept for who reads next; further ones are closed. 8.
    pub idle_readers: usize,
    /// After how long an owner that fell silent loses its partitions; brokers take 6 s or more. 6 s.
    pub session_timeout: Duration,
    /// How often an owner tells that it is there. 1 s.
    pub heartbeat: Duration,
    /// How long an owner may take to let go of partitions that another is to have. 30 s.
    pub handover_timeout: Duration,
    /// How often owners' reports are passed on to the group. 1 s.
    pub report_interval: Duration,
    /// Further properties of librdkafka (security, sockets); they win over all of the above.
    pub properties: BTreeMap<String, String>,
}

impl Settings {
    /// The defaults, for the cluster behind `bootstrap`.
    pub fn new(bootstrap: impl Into<String>) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            client_id: "weir".to_owned(),
            replication: 1,
            max_record_bytes: 1_000_000,
            delivery_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(5),
            linger: Duration::from_millis(2),
            compression: "lz4".to_owned(),
            send_buffer: 64 << 20,
            fetch_wait: Duration::from_millis(20),
            read_ahead: 4 << 20,
            idle_readers: 8,
            session_timeout: Duration::from_secs(6),
            heartbeat: Duration::from_secs(1),
            handover_timeout: Duration::from_secs(30),
            report_interval: Duration::from_secs(1),
            properties: BTreeMap::new(),
        }
    }
}
