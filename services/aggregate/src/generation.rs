//! Which generations to work on: those that this plan, these code lists and this code make.
//!
//! Mostly there is one, and it is live. A new plan, or a rebuild, has a newer one beside it, which is filled from
//! the log and made live once it has caught up.

use weir_kernel::clickhouse::{ClickHouse, Generation};
use weir_schemas::generation::{nth, number};

use crate::Error;

/// The generations of one plan in one store.
#[derive(Clone)]
pub(crate) struct Generations {
    pub(crate) clickhouse: ClickHouse,
    /// The plan's name for them.
    name: String,
}

/// What is there of a plan's generations.
pub(crate) struct Present {
    /// Those that were made, the oldest first, each with its number.
    pub(crate) own: Vec<(u32, Generation)>,
    /// The live one's name, whosever it is.
    pub(crate) live: Option<String>,
}

/// A rebuild that was asked for.
pub(crate) enum Rebuild {
    /// It begins.
    Begun(Generation),
    /// One is under way already.
    UnderWay(Generation),
}

impl Generations {
    /// Those that follow from the text of a plan file.
    pub(crate) fn of(clickhouse: ClickHouse, plan: &str) -> Self {
        Self { clickhouse, name: weir_schemas::generation::name(plan) }
    }

    /// Looks at what is there.
    pub(crate) async fn present(&self) -> Result<Present, Error> {
        let live = self.clickhouse.live().await?.map(|live| live.name().to_owned());
        let mut own: Vec<_> = self
            .clickhouse
            .generations(&self.name)
            .await?
            .into_iter()
            .filter_map(|generation| Some((number(&self.name, generation.name())?, generation)))
            .collect();
        own.sort_by_key(|(number, _)| *number);
        Ok(Present { own, live })
    }

    /// The generations to work on: the live one if it is the plan's, and the plan's newest; where there is none, the
    /// plan's first, which is still to be made.
    pub(crate) async fn to_work_on(&self) -> Result<Vec<Generation>, Error> {
        let Present { mut own, live } = self.present().await?;
        if own.is_empty() {
            own.push((1, self.clickhouse.generation(&self.name)));
        }
        let newest = own.last().map(|(number, _)| *number);
        own.retain(|(number, generation)| {
            Some(*number) == newest || live.as_deref() == Some(generation.name())
        });
        Ok(own.into_iter().map(|(_, generation)| generation).collect())
    }

    /// Makes room for a new generation beside the live one, unless there is one already. Those older than the live one
    /// are dropped: whoever still read them has long turned to it.
    pub(crate) async fn rebuild(&self) -> Result<Rebuild, Error> {
        let Present { own, live } = self.present().await?;
        let live = own.iter().find(|(_, generation)| live.as_deref() == Some(generation.name()));
        let (newest, live) = match (own.last(), live) {
            (Some((newest, _)), Some((live, _))) if newest == live => (*newest, *live),
            (Some((_, generation)), _) => return Ok(Rebuild::UnderWay(generation.clone())),
            (None, _) => (0, 0),
        };
        for (_, old) in own.iter().filter(|(number, _)| *number < live) {
            old.drop().await?;
        }
        let generation = self.clickhouse.generation(&nth(&self.name, newest + 1));
        generation.create().await?;
        Ok(Rebuild::Begun(generation))
    }

    /// Whether `generation` is to be made live when it has caught up: it is newer than the live one of its plan. Another
    /// plan's is replaced only by who was `never_live` before: an old instance must not undo a new one's flip.
    pub(crate) async fn is_to_flip(&self, generation: &Generation, never_live: bool) -> Result<bool, Error> {
        let Some(live) = self.clickhouse.live().await? else { return Ok(true) };
        match number(&self.name, live.name()) {
            Some(live) => Ok(number(&self.name, generation.name()) > Some(live)),
            None => Ok(never_live),
        }
    }
}
