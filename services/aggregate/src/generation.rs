//! Which generation to work on: the one that this plan, these code lists and this code make.

use weir_kernel::clickhouse::{ClickHouse, Generation};

use crate::Error;

/// The generation this process fills.
pub(crate) struct Chosen {
    pub(crate) generation: Generation,
    /// Whether it was live at the start. If not it is made live, once, when it has caught up; a process that
    /// started on the live one never flips, so an old instance does not undo a new one's flip.
    pub(crate) is_live: bool,
}

/// Chooses the generation by its name and makes sure that it is there. It continues from its own positions.
pub(crate) async fn choose(clickhouse: &ClickHouse, plan: &str) -> Result<Chosen, Error> {
    clickhouse.prepare().await?;
    let generation = clickhouse.generation(&weir_schemas::generation::name(plan));
    generation.create().await?;
    let live = clickhouse.live().await?;
    let is_live = live.is_some_and(|live| live.name() == generation.name());
    Ok(Chosen { generation, is_live })
}
