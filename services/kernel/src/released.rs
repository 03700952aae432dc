//! Reads the cells of a release from the log.

use weir_schemas::release::{Cut, Record, Released};

use crate::log::{self, EventLog, Limits};
use crate::topics;

/// Why the cells of a release can't be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unread {
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// The log did not hand a record over that it holds.
    #[error("the record of a release at offset {0} did not come")]
    Missing(i64),
    /// A record is another than when the release was found in it.
    #[error("the record at offset {0} is no part of the release")]
    Foreign(i64),
}

/// Hands over the cells of a release, record by record, in the order in which they were written. One read takes no more than
/// `limits`, and waits so long for what the log holds.
///
/// # Errors
///
/// When the log does not hand over all parts of the release.
pub async fn read(
    log: &dyn EventLog,
    partition: i32,
    cut: &Cut,
    limits: Limits,
    mut take: impl FnMut(Vec<Released>),
) -> Result<(), Unread> {
    let (Some(first), Some(last)) = (cut.offsets.first(), cut.offsets.last()) else { return Ok(()) };
    let mut reader = log.reader(topics::RELEASES, partition, *first).await?;
    let mut wanted = cut.offsets.iter().copied().peekable();
    while let Some(next) = wanted.peek().copied() {
        let rows = usize::try_from(last - next + 1).unwrap_or(limits.rows);
        let records = reader.read(Limits { rows: rows.min(limits.rows), ..limits }).await?;
        let reached = records.last().ok_or(Unread::Missing(next))?.offset;
        for record in records {
            // Parts of another attempt may lie between.
            let Some(offset) = wanted.next_if_eq(&record.offset) else { continue };
            match serde_json::from_slice(&record.value) {
                Ok(Record::Part(part)) if part.release == cut.header => take(part.cells),
                _ => return Err(Unread::Foreign(offset)),
            }
        }
        if let Some(missing) = wanted.next_if(|next| *next <= reached) {
            return Err(Unread::Missing(missing));
        }
    }
    Ok(())
}
