//! A router over a log of the test's own, and events to send it.

pub(crate) mod broken_log;
pub(crate) mod faulty_log;
pub(crate) mod inbox;
pub(crate) mod slow_log;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use weir_ingest::{Inboxes, Limits, RoundSettings};
use weir_kernel::keys::{AreaScope, Key, KeyRing, Keys, PlainKey, Role};
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{self, EventLog, Record};
use weir_kernel::ops::Readiness;
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics;

pub(crate) const EVENT: &str = "application/cloudevents+json";
pub(crate) const BATCH: &str = "application/cloudevents-batch+json";
pub(crate) const NDJSON: &str = "application/x-ndjson";

pub(crate) const CODES: [&str; 3] = ["91510100MA6C00017C", "91510700MA6C000256", "91511500MA6C000333"];

/// Ingestion in front of an embedded log.
pub(crate) struct Ingest {
    pub(crate) keys: KeyRing,
    pub(crate) router: Router,
    pub(crate) shutdown: Shutdown,
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) bureau: String,
    pub(crate) mianyang: String,
    pub(crate) analyst: String,
    _folder: Option<TempDir>,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) accept_encoding: Option<String>,
    pub(crate) content_type: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The text with each record's result on a line of its own.
    pub(crate) fn shown(&self) -> String {
        self.text.replace("{\"index\"", "\n{\"index\"")
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Ingest {
    pub(crate) async fn start() -> Self {
        Self::with_limits(Limits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(limits, RoundSettings::default()).await
    }

    pub(crate) async fn with(limits: Limits, rounds: RoundSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = EmbeddedLog::open(Settings::new(folder.path())).await.unwrap();
        log.create_topics(&topics::topics(4)).await.unwrap();
        Self { _folder: Some(folder), ..Self::of(Arc::new(log), limits, rounds) }
    }

    /// Ingestion in front of `log`.
    pub(crate) fn before(log: Arc<dyn EventLog>, limits: Limits) -> Self {
        Self::of(log, limits, RoundSettings::default())
    }

    fn of(log: Arc<dyn EventLog>, limits: Limits, rounds: RoundSettings) -> Self {
        let mut keys = Vec::new();
        let mut make = |name: &str, role, areas: &[&str]| {
            let plain = PlainKey::generate(role).unwrap();
            let areas: Vec<AreaScope> = areas.iter().map(|area| area.parse().unwrap()).collect();
            keys.push(Key { areas, ..Key::new(name, role, plain.hash()) });
            plain.expose().to_owned()
        };
        let bureau = make("province", Role::Bureau, &[]);
        let mianyang = make("mianyang", Role::Bureau, &["5107"]);
        let analyst = make("analyst", Role::Analyst, &[]);
        let now: Timestamp = "2025-06-30T08:00:00Z".parse().unwrap();
        let keys = KeyRing::from(Keys::new(keys).unwrap());
        let ingest = weir_ingest::Ingest {
            log: Arc::clone(&log),
            partitions: 2,
            keys: keys.clone(),
            limits,
            rounds,
            inboxes: Inboxes::default(),
            clock: Arc::new(move || now),
        };
        let shutdown = Shutdown::new();
        let router = ingest.router(Readiness::waiting_for([]), shutdown.clone());
        Self { router, shutdown, log, keys, bureau, mianyang, analyst, _folder: None }
    }

    /// Posts `body` with the bureau's key.
    pub(crate) async fn post(&self, content_type: &str, body: impl Into<Body>) -> Answer {
        self.post_as(&self.bureau, content_type, body).await
    }

    pub(crate) async fn post_as(&self, key: &str, content_type: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post("/v1/events")
            .header(AUTHORIZATION, format!("Bearer {key}"))
            .header(CONTENT_TYPE, content_type)
            .body(body.into())
            .unwrap();
        self.ask(request).await
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (retry_after, accept_encoding) = (header("retry-after"), header("accept-encoding"));
        let content_type = header("content-type").unwrap_or_default();
        let body = to_bytes(body, 100 << 20).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { status, retry_after, accept_encoding, content_type, text }
    }

    /// Everything in a topic, by partition and offset.
    pub(crate) async fn records(&self, topic: &str) -> Vec<Record> {
        let mut records = Vec::new();
        for (partition, end) in (0..).zip(self.log.ends(topic).await.unwrap()) {
            let mut reader = self.log.reader(topic, partition, 0).await.unwrap();
            let mut at = 0;
            while at < end {
                let read = reader.read(log::Limits::default()).await.unwrap();
                at = read.last().map_or(at, |record| record.offset + 1);
                records.extend(read);
            }
        }
        records
    }
}

/// A good report of a unit.
pub(crate) fn report(id: &str, code: &str) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "/bureaus/510700",
        "type": "weir.report.filed.v1",
        "subject": code,
        "time": "2025-02-10T01:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "form": "107-2", "period": "2024", "revision": 1, "area": "510704", "unit": "kCNY",
            "items": {"rd_internal": "1234.5", "rd_fte": "12.5", "rd_headcount": "20"}
        }
    })
}

/// `value` with the member at `pointer` replaced.
pub(crate) fn with(mut value: Value, pointer: &str, member: impl Into<Value>) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap()[name] = member.into();
    value
}

/// The classic mistakes: a check digit, an item of no form, a thirteenth month, fewer than nobody.
pub(crate) fn mistakes() -> Vec<Value> {
    vec![
        with(report("bad-code", CODES[0]), "/subject", "91510100MA6C000177"),
        with(report("bad-item", CODES[0]), "/data/items/profit", "1"),
        with(report("bad-period", CODES[0]), "/data/period", "2024-13"),
        with(report("bad-headcount", CODES[0]), "/data/items/rd_headcount", "-20"),
    ]
}
