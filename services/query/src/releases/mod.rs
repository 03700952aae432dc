//! Releases: which there are, followed in the log, and the cells of each, read from it when somebody asks.
//!
//! A release is frozen. Nothing of it is computed here but what is divided from its cells.

mod catalogue;
mod follow;
mod shelf;

pub(crate) use catalogue::Catalogue;
pub(crate) use follow::{Follower, NEED};
pub(crate) use shelf::Shelf;

use weir_kernel::log::{Error, EventLog, partition_of};
use weir_kernel::topics;

/// The partition in which the releases of a plan lie, and its end.
async fn partition(log: &dyn EventLog, plan: &str) -> Result<(i32, i64), Error> {
    let ends = log.ends(topics::RELEASES).await?;
    let partition = partition_of(plan, i32::try_from(ends.len()).unwrap_or(i32::MAX));
    let end = usize::try_from(partition).ok().and_then(|at| ends.get(at));
    let end = end.ok_or_else(|| Error::UnknownTopic(topics::RELEASES.to_owned()))?;
    Ok((partition, *end))
}

#[cfg(test)]
pub(crate) mod tests;
