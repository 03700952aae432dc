//! What the live stream counts.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Resumed {
    from: &'static str,
}

/// The counters of `/v1/live`; clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct LiveMetrics {
    /// Readers of streams now.
    pub(crate) readers: Gauge,
    /// Figures held for streams.
    pub(crate) figures: Gauge,
    /// Figures computed: once for all readers.
    pub(crate) computed: Counter,
    /// Events sent to readers.
    pub(crate) sent: Counter,
    ended: Family<Ended, Counter>,
    resumed: Family<Resumed, Counter>,
}

impl LiveMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register("live_readers", "Readers of live streams", metrics.readers.clone());
        registry.register("live_figures", "Figures held for live streams", metrics.figures.clone());
        registry.register(
            "live_figures_computed",
            "Figures computed for live streams, each once for all its readers",
            metrics.computed.clone(),
        );
        registry.register("live_events_sent", "Events sent to readers of live streams", metrics.sent.clone());
        registry.register(
            "live_ended",
            "Live streams ended by the service, by reason",
            metrics.ended.clone(),
        );
        registry.register("live_resumed", "Live streams resumed, by what from", metrics.resumed.clone());
        metrics
    }

    /// A stream was ended: `slow`, `gone` (the key or token), `leaving`, or `lost` where the service lost what it was to send.
    pub(crate) fn ended(&self, reason: &'static str) {
        self.ended.get_or_create(&Ended { reason }).inc();
    }

    /// A stream was resumed from `memory`, the `past`, or from `nothing`.
    pub(crate) fn resumed(&self, from: &'static str) {
        self.resumed.get_or_create(&Resumed { from }).inc();
    }
}
