//! What is counted of inboxes, by bureau.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use weir_schemas::codelist::Area;

use crate::answer::{Outcome, RecordResult};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BureauLabel {
    bureau: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    bureau: String,
    outcome: &'static str,
}

/// The metrics of all inboxes; clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct InboxMetrics {
    records: Family<OutcomeLabels, Counter>,
    lost: Family<BureauLabel, Counter>,
    let_in: Family<BureauLabel, Gauge>,
}

impl InboxMetrics {
    /// Metrics registered with `registry`.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "inbox_records",
            "Records of inboxes that are settled, by bureau and outcome",
            metrics.records.clone(),
        );
        registry.register(
            "inbox_lost",
            "Offsets of inboxes that Kafka forgot before they were taken in, by bureau",
            metrics.lost.clone(),
        );
        registry.register(
            "inbox_let_in",
            "Inboxes there are: 1 where a key lets records in, 0 where none does, by bureau",
            metrics.let_in.clone(),
        );
        metrics
    }

    /// Counts what is settled.
    pub(super) fn settled<'a>(&self, bureau: Area, results: impl Iterator<Item = &'a RecordResult>) {
        for result in results.filter(|result| result.outcome != Outcome::Retry) {
            let labels = OutcomeLabels { bureau: bureau.to_string(), outcome: result.outcome.as_str() };
            self.records.get_or_create(&labels).inc();
        }
    }

    /// Counts offsets that nobody will ever read.
    pub(super) fn lost(&self, bureau: Area, offsets: u64) {
        self.lost.get_or_create(&BureauLabel { bureau: bureau.to_string() }).inc_by(offsets);
    }

    /// Whether an inbox's records are let in.
    pub(super) fn let_in(&self, bureau: Area, let_in: bool) {
        self.let_in.get_or_create(&BureauLabel { bureau: bureau.to_string() }).set(i64::from(let_in));
    }

    /// An inbox is there no more.
    pub(super) fn gone(&self, bureau: Area) {
        self.let_in.remove(&BureauLabel { bureau: bureau.to_string() });
    }
}
