//! How far a generation has taken in each partition, and what became of the records up to there.

use clickhouse::Row;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::generation::timestamp;
use super::{Error, Generation};

/// How many records met which end, since the partition's first. Their sum is the number of records (invariant 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Accounts {
    /// The first of their identity: they count.
    pub stored: u64,
    /// The same content as an earlier one of the same identity.
    pub duplicates: u64,
    /// Other content than an earlier one of the same identity.
    pub conflicts: u64,
    /// No events: kept with the reason.
    pub set_aside: u64,
}

impl Accounts {
    /// These and those that follow.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self {
            stored: self.stored + more.stored,
            duplicates: self.duplicates + more.duplicates,
            conflicts: self.conflicts + more.conflicts,
            set_aside: self.set_aside + more.set_aside,
        }
    }

    /// All records accounted for.
    pub const fn total(&self) -> u64 {
        self.stored + self.duplicates + self.conflicts + self.set_aside
    }
}

/// How far a partition is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The partition.
    pub partition: i32,
    /// The next offset to read.
    pub next: i64,
    /// The greatest recorded time before it; no record after it has a smaller one.
    pub recorded: Timestamp,
    /// What became of the records before it; of events alone.
    pub accounts: Accounts,
}

impl Position {
    /// Where nothing of a partition is taken in yet.
    pub const fn begin(partition: i32) -> Self {
        let accounts = Accounts { stored: 0, duplicates: 0, conflicts: 0, set_aside: 0 };
        Self { partition, next: 0, recorded: Timestamp::UNIX_EPOCH, accounts }
    }
}

#[derive(Row, Serialize, Deserialize)]
struct PositionRow {
    topic: String,
    partition: i32,
    next: i64,
    recorded: i64,
    stored: u64,
    duplicates: u64,
    conflicts: u64,
    set_aside: u64,
}

const SELECT: &str = "SELECT topic, partition, max(positions.next) AS next, max(positions.recorded) AS recorded, \
                      max(positions.stored) AS stored, max(positions.duplicates) AS duplicates, \
                      max(positions.conflicts) AS conflicts, max(positions.set_aside) AS set_aside \
                      FROM positions WHERE topic = ? GROUP BY topic, partition ORDER BY partition";

impl Generation {
    /// How far each partition of a topic is taken in; partitions not begun are absent.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn positions(&self, topic: &str) -> Result<Vec<Position>, Error> {
        let rows: Vec<PositionRow> = self.select(SELECT, |query| query.bind(topic)).await?;
        let position = |row: PositionRow| {
            let PositionRow { partition, next, stored, duplicates, conflicts, set_aside, .. } = row;
            let recorded = timestamp("positions", row.recorded)?;
            let accounts = Accounts { stored, duplicates, conflicts, set_aside };
            Ok(Position { partition, next, recorded, accounts })
        };
        rows.into_iter().map(position).collect()
    }

    /// How far one partition of a topic is taken in.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn position(&self, topic: &str, partition: i32) -> Result<Position, Error> {
        let positions = self.positions(topic).await?;
        let stored = positions.into_iter().find(|position| position.partition == partition);
        Ok(stored.unwrap_or(Position::begin(partition)))
    }

    /// Stores how far a partition is taken in: after the effect it vouches for.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn store_position(&self, topic: &str, position: Position) -> Result<(), Error> {
        let Position { partition, next, recorded, accounts } = position;
        let Accounts { stored, duplicates, conflicts, set_aside } = accounts;
        let row = PositionRow {
            topic: topic.to_owned(),
            partition,
            next,
            recorded: recorded.as_millisecond(),
            stored,
            duplicates,
            conflicts,
            set_aside,
        };
        self.insert("positions", &[row]).await
    }
}
