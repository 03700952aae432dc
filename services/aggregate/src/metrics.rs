//! What aggregation counts (`weir_aggregate_…`).

use std::sync::Arc;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use weir_kernel::clickhouse::{Accounts, Position};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPartition {
    generation: Arc<str>,
    partition: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDisposition {
    generation: Arc<str>,
    partition: i32,
    disposition: &'static str,
}

/// Aggregation's metrics; clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics {
    records: Family<OfDisposition, Counter>,
    accounted: Family<OfDisposition, Gauge>,
    unaccounted: Family<OfPartition, Gauge>,
    positions: Family<OfPartition, Gauge>,
    cells: Counter,
    closed: Gauge,
}

/// The metrics of work on one generation.
#[derive(Debug, Clone)]
pub(crate) struct GenerationMetrics {
    all: Metrics,
    generation: Arc<str>,
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
        registry.register(
            "position",
            "The next offset to take in of a partition that this process owns",
            metrics.positions.clone(),
        );
        registry.register(
            "accounted_records",
            "Records of a partition since its first, by what became of them",
            metrics.accounted.clone(),
        );
        registry.register(
            "unaccounted_records",
            "Records of a partition before its position of which it is not known what became; always 0",
            metrics.unaccounted.clone(),
        );
        registry.register("cells_summed", "Cells summed since the start", metrics.cells.clone());
        registry.register(
            "closed_timestamp_seconds",
            "The moment that the figures reflect, in seconds since 1970",
            metrics.closed.clone(),
        );
        metrics
    }

    /// The metrics of work on a generation.
    pub(crate) fn of(&self, generation: &str) -> GenerationMetrics {
        GenerationMetrics { all: self.clone(), generation: generation.into() }
    }
}

impl GenerationMetrics {
    /// A batch was taken in.
    pub(crate) fn folded(&self, partition: i32, accounts: &Accounts) {
        for (disposition, count) in dispositions(accounts) {
            self.all.records.get_or_create(&self.of(partition, disposition)).inc_by(count);
        }
    }

    /// A partition is taken in up to a position.
    pub(crate) fn reached(&self, position: &Position) {
        let Position { partition, next, accounts, .. } = position;
        for (disposition, count) in dispositions(accounts) {
            self.all.accounted.get_or_create(&self.of(*partition, disposition)).set(signed(count));
        }
        let of = OfPartition { generation: self.generation.clone(), partition: *partition };
        self.all.positions.get_or_create(&of).set(*next);
        self.all.unaccounted.get_or_create(&of).set(next - signed(accounts.total()));
    }

    /// A partition is not this process's to take in any more: whoever owns it says how far it is.
    pub(crate) fn left(&self, partition: i32) {
        for (disposition, _) in dispositions(&Accounts::default()) {
            self.all.accounted.remove(&self.of(partition, disposition));
        }
        let of = OfPartition { generation: self.generation.clone(), partition };
        self.all.positions.remove(&of);
        self.all.unaccounted.remove(&of);
    }

    pub(crate) fn summed(&self, cells: usize) {
        self.all.cells.inc_by(cells as u64);
    }

    pub(crate) fn closed(&self, at: Timestamp) {
        self.all.closed.set(at.as_second());
    }

    fn of(&self, partition: i32, disposition: &'static str) -> OfDisposition {
        OfDisposition { generation: self.generation.clone(), partition, disposition }
    }
}

fn dispositions(accounts: &Accounts) -> [(&'static str, u64); 4] {
    let Accounts { stored, duplicates, conflicts, set_aside } = *accounts;
    [("stored", stored), ("duplicate", duplicates), ("conflict", conflicts), ("set_aside", set_aside)]
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
