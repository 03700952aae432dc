//! What is counted and timed.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use weir_kernel::telemetry::duration_buckets;

use crate::answer::RecordResult;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabel {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    format: &'static str,
    status: u16,
}

/// The metrics of ingestion; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    records: Family<OutcomeLabel, Counter>,
    problems: Family<CodeLabel, Counter>,
    requests: Family<RequestLabels, Histogram>,
    appends: Histogram,
    /// Requests being served.
    pub(crate) under_way: Gauge,
}

fn seconds() -> Histogram {
    Histogram::new(duration_buckets())
}

impl Metrics {
    /// Metrics registered with `registry`.
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let metrics = Self {
            records: Family::default(),
            problems: Family::default(),
            requests: Family::new_with_constructor(seconds),
            appends: seconds(),
            under_way: Gauge::default(),
        };
        registry.register("records", "Records answered, by outcome", metrics.records.clone());
        registry.register("problems", "Problems found in records, by code", metrics.problems.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from a request's head to the end of its answer",
            Unit::Seconds,
            metrics.requests.clone(),
        );
        registry.register_with_unit(
            "append_duration",
            "Time until the log says that records are durable",
            Unit::Seconds,
            metrics.appends.clone(),
        );
        registry.register("requests_under_way", "Requests being served", metrics.under_way.clone());
        metrics
    }

    /// Counts results.
    pub(crate) fn answered(&self, results: &[RecordResult]) {
        for result in results {
            self.records.get_or_create(&OutcomeLabel { outcome: result.outcome.as_str() }).inc();
            for problem in &result.problems {
                self.problems.get_or_create(&CodeLabel { code: problem.code.as_str() }).inc();
            }
        }
    }

    /// Times an append.
    pub(crate) fn appended(&self, took: Duration) {
        self.appends.observe(took.as_secs_f64());
    }

    /// Times a request.
    pub(crate) fn served(&self, format: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { format, status }).observe(took.as_secs_f64());
    }
}
