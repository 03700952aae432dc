//! A service that takes inboxes in, and whoever writes to them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use weir_ingest::{Error, Inboxes, Limits, RoundSettings};
use weir_kernel::keys::{Key, KeyRing, Keys, PlainKey, Role};
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{EventLog, NewRecord, Record, Topic};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics;

use super::{EVENT, Ingest};
use crate::service::ask;

/// A log with inboxes, and keys for the bureau of 510700.
pub(crate) struct Inbox {
    log: Arc<dyn EventLog>,
    keys: KeyRing,
    limits: Limits,
    /// Reads as the bureau does.
    reader: Ingest,
    key: String,
}

/// A service at work.
pub(crate) struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    task: JoinHandle<Result<(), Error>>,
}

/// Waits for a condition; only a failing test waits to the end.
pub(crate) async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let waited = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let patience = Duration::from_secs(120);
    assert!(tokio::time::timeout(patience, waited).await.is_ok(), "it never came to hold");
}

impl Inbox {
    pub(crate) async fn new(limits: Limits) -> Self {
        Self::over(Self::log().await, limits).await
    }

    /// A log in a folder that lasts as long as the process.
    pub(crate) async fn log() -> Arc<dyn EventLog> {
        let folder: &'static TempDir = Box::leak(Box::new(tempfile::tempdir().unwrap()));
        Arc::new(EmbeddedLog::open(Settings::new(folder.path())).await.unwrap())
    }

    pub(crate) async fn over(log: Arc<dyn EventLog>, limits: Limits) -> Self {
        log.create_topics(&topics::topics(2)).await.unwrap();
        let reader = Ingest::before(Arc::clone(&log), limits.clone());
        let mut inbox = Self { log, keys: reader.keys.clone(), limits, reader, key: String::new() };
        inbox.key = inbox.make_key("bureau-510700", "510700");
        inbox
    }

    /// Makes a bureau's key for an area.
    pub(crate) fn make_key(&self, name: &str, area: &str) -> String {
        let plain = PlainKey::generate(Role::Bureau).unwrap();
        let key = Key { areas: vec![area.parse().unwrap()], ..Key::new(name, Role::Bureau, plain.hash()) };
        let keys = self.keys.now().iter().cloned().chain([key]).collect();
        self.keys.replace(Keys::new(keys).unwrap());
        plain.expose().to_owned()
    }

    pub(crate) fn revoke(&self, name: &str) {
        let mut keys: Vec<Key> = self.keys.now().iter().cloned().collect();
        keys.iter_mut().find(|key| key.name == name).unwrap().revoked = Some(Timestamp::now());
        self.keys.replace(Keys::new(keys).unwrap());
    }

    pub(crate) async fn create(&self, topic: &str, partitions: i32) {
        self.log.create_topics(&[Topic::new(topic, partitions)]).await.unwrap();
    }

    pub(crate) async fn write(&self, topic: &str, records: Vec<NewRecord>) {
        assert!(self.log.append(topic, records).await.iter().all(Result::is_ok));
    }

    /// Starts the service.
    pub(crate) async fn run(&self) -> Running {
        let soon = Duration::from_millis(10);
        let now: Timestamp = "2025-06-30T08:00:00Z".parse().unwrap();
        let ingest = weir_ingest::Ingest {
            log: Arc::clone(&self.log),
            partitions: 2,
            keys: self.keys.clone(),
            limits: self.limits.clone(),
            rounds: RoundSettings { rounds_patience: Duration::from_millis(500), ..RoundSettings::default() },
            inboxes: Inboxes { inbox_refresh: soon, inbox_retry: soon, ..Inboxes::default() },
            clock: Arc::new(move || now),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, shutdown) = (listener.local_addr().unwrap(), Shutdown::new());
        let readiness = weir_ingest::Ingest::readiness();
        let running = ingest.run(listener, readiness, shutdown.clone(), Duration::from_secs(60));
        Running { address, shutdown, task: tokio::spawn(running) }
    }

    /// What another instance takes in.
    pub(crate) async fn post(&self, event: &Value) {
        assert_eq!(self.reader.post(EVENT, event.to_string()).await.status, 202);
    }

    pub(crate) async fn records(&self, topic: &str) -> Vec<Record> {
        self.reader.records(topic).await
    }

    /// The ids of all events in the log.
    pub(crate) async fn ids(&self) -> BTreeSet<String> {
        let id = |record: &Record| {
            let event: Value = serde_json::from_slice(&record.value).unwrap();
            event["id"].as_str().unwrap().to_owned()
        };
        self.records(topics::EVENTS).await.iter().map(id).collect()
    }

    /// The rejected records of the bureau of 510700, as it reads them.
    pub(crate) async fn rejected(&self) -> Vec<Value> {
        let request = Request::get("/v1/rejected").header("authorization", format!("Bearer {}", self.key));
        let answer = self.reader.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["rejected"].as_array().unwrap().clone()
    }
}

impl Running {
    pub(crate) async fn is_ready(&self) -> bool {
        let get = "GET /readyz HTTP/1.1\r\nhost: weir\r\nconnection: close\r\n\r\n";
        ask(self.address, get).await.starts_with("HTTP/1.1 200")
    }

    pub(crate) async fn metrics(&self) -> String {
        ask(self.address, "GET /metrics HTTP/1.1\r\nhost: weir\r\nconnection: close\r\n\r\n").await
    }

    /// Leaves in order.
    pub(crate) async fn leave(self) {
        self.shutdown.begin();
        self.task.await.unwrap().unwrap();
    }
}
