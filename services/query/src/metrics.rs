//! What the query service counts.

mod live;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use weir_kernel::telemetry::duration_buckets;

use crate::cells::LiveCells;

pub(crate) use live::LiveMetrics;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Announced {
    kind: &'static str,
}

/// The counters; clones share them.
#[derive(Clone)]
pub(crate) struct Metrics {
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    announcements: Family<Announced, Counter>,
    cells: Counter,
    /// What `/v1/live` counts.
    pub(crate) streams: LiveMetrics,
}

impl Metrics {
    /// Registers the counters, and what is read off the cells when somebody asks.
    pub(crate) fn register(registry: &mut Registry, live: Arc<LiveCells>) -> Self {
        let metrics = Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(duration_buckets())),
            announcements: Family::default(),
            cells: Counter::default(),
            streams: LiveMetrics::register(registry),
        };
        registry.register("requests", "Requests answered, by route and status", metrics.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "How long requests took, by route",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register(
            "announcements",
            "Announcements read from the log, by kind",
            metrics.announcements.clone(),
        );
        registry.register("cells_replaced", "Cells that an announcement changed", metrics.cells.clone());
        registry.register_collector(Box::new(Held(live)));
        metrics
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Request { route: route.to_owned(), status }).inc();
        self.durations.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// An announcement of a kind was read.
    pub(crate) fn announced(&self, kind: &'static str) {
        self.announcements.get_or_create(&Announced { kind }).inc();
    }

    /// Announced cells replaced earlier versions.
    pub(crate) fn replaced(&self, cells: usize) {
        self.cells.inc_by(u64::try_from(cells).unwrap_or(u64::MAX));
    }
}

/// What the cells say of themselves, read when metrics are asked for: an age would be stale if it were kept.
#[derive(Debug)]
struct Held(Arc<LiveCells>);

impl Collector for Held {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let cells = self.0.read(|projection| projection.cells.len()).unwrap_or(0);
        let cells = ConstGauge::new(i64::try_from(cells).unwrap_or(i64::MAX));
        cells.encode(encoder.encode_descriptor("cells", "Cells held.", None, cells.metric_type())?)?;
        let Some(closed) = self.0.closed() else { return Ok(()) };
        let age = ConstGauge::new(Timestamp::now().duration_since(closed).as_secs_f64());
        let help = "How long ago the moment was that the figures are complete up to.";
        age.encode(encoder.encode_descriptor(
            "watermark_age",
            help,
            Some(&Unit::Seconds),
            age.metric_type(),
        )?)
    }
}
