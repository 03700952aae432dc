//! Where cells are loaded from.

use weir_kernel::clickhouse::{ClickHouse, Error};

use super::Projection;

/// Keeps projections by generation.
pub(crate) trait Store: Send + Sync + 'static {
    /// The generation that answers, if any does yet.
    fn live(&self) -> impl Future<Output = Result<Option<String>, Error>> + Send;

    /// All that a generation holds.
    fn load(&self, generation: &str) -> impl Future<Output = Result<Projection, Error>> + Send;
}

impl Store for ClickHouse {
    async fn live(&self) -> Result<Option<String>, Error> {
        Ok(ClickHouse::live(self).await?.map(|generation| generation.name().to_owned()))
    }

    async fn load(&self, generation: &str) -> Result<Projection, Error> {
        let generation = self.generation(generation);
        // In this order: what was complete up to a moment before the cells are read is in them.
        let closed = generation.closed_at().await?;
        let cells = generation.cells().await?.into_iter().collect();
        Ok(Projection { generation: generation.name().to_owned(), cells, closed })
    }
}
