//! The cells in memory: loaded from the store, kept up by the log's announcements.

mod changes;
mod follow;
mod live;
mod store;
mod watermark;

pub(crate) use self::store::PlanStore;
pub(crate) use changes::Changes;
pub(crate) use follow::{Follower, NEEDS};
pub(crate) use live::{LiveCells, Projection};
