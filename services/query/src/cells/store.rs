//! Where cells are loaded from.

use weir_kernel::clickhouse::{ClickHouse, Error};
use weir_schemas::generation;

use super::Projection;

/// Keeps projections by generation.
pub(crate) trait Store: Send + Sync + 'static {
    /// The generation that answers, if any does yet.
    fn live(&self) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    /// All that a generation holds.
    fn load(&self, generation: &str) -> impl Future<Output = Result<Projection, Error>> + Send;
}

/// The generations of one plan: those of others are passed over, since their cells would be divided by a wrong plan.
pub(crate) struct PlanStore {
    clickhouse: ClickHouse,
    /// The name of the plan's generations.
    name: String,
}

impl PlanStore {
    /// The generations that follow from the text of a plan file.
    pub(crate) fn new(clickhouse: ClickHouse, plan: &str) -> Self {
        Self { clickhouse, name: generation::name(plan) }
    }
}

impl Store for PlanStore {
    async fn live(&self) -> Result<Option<String>, Error> {
        let live = self.clickhouse.live().await?.map(|generation| generation.name().to_owned());
        let own = live.as_ref().filter(|live| generation::number(&self.name, live).is_some()).cloned();
        if let (Some(live), None) = (live, &own) {
            tracing::warn!(live, wanted = self.name, "another plan's figures are live");
        }
        Ok(own)
    }

    async fn load(&self, generation: &str) -> Result<Projection, Error> {
        let generation = self.clickhouse.generation(generation);
        // In this order: what was complete up to a moment before the cells are read is in them.
        let closed = generation.closed_at().await?;
        let cells = generation.cells().await?.into_iter().collect();
        Ok(Projection { generation: generation.name().to_owned(), cells, closed })
    }
}
