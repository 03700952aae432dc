//! What aggregation counts (`weir_aggregate_…`).

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::fold::Counts;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Folded {
    partition: i32,
    disposition: &'static str,
}

/// Aggregation's metrics; clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics {
    records: Family<Folded, Counter>,
    cells: Counter,
    closed: Gauge,
}

impl Metrics {
    /// Metrics that show in `registry`, which names the service.
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "records",
            "Records of the log taken in since the start, by partition and what became of them",
            metrics.records.clone(),
        );
        registry.register("cells_summed", "Cells summed since the start", metrics.cells.clone());
        registry.register(
            "closed_timestamp_seconds",
            "The moment that the figures reflect, in seconds since 1970",
            metrics.closed.clone(),
        );
        metrics
    }

    pub(crate) fn folded(&self, partition: i32, counts: &Counts) {
        let Counts { stored, duplicates, conflicts, set_aside } = *counts;
        let all = [
            ("stored", stored),
            ("duplicate", duplicates),
            ("conflict", conflicts),
            ("set_aside", set_aside),
        ];
        for (disposition, count) in all {
            self.records.get_or_create(&Folded { partition, disposition }).inc_by(count);
        }
    }

    pub(crate) fn summed(&self, cells: usize) {
        self.cells.inc_by(cells as u64);
    }

    pub(crate) fn closed(&self, at: Timestamp) {
        self.closed.set(at.as_second());
    }
}
