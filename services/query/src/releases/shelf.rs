//! The cells of releases: read from the log when somebody asks for them, and the latest asked for kept at hand.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};
use weir_kernel::log::{self, EventLog, Limits};
use weir_kernel::topics;
use weir_schemas::figure::Cells;
use weir_schemas::release::{Cut, Record};

use super::partition;

/// How long the log may take to hand over the next records of a release, which are there.
const WAIT: Duration = Duration::from_secs(10);

/// How long a reader waits for the cells of a release at most, others before it included.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many bytes are read and taken apart at a time: other requests go on between.
const AT_A_TIME: usize = 1 << 20;

/// Why the cells of a release can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// The log did not hand a record over that it holds.
    #[error("the record at offset {0} did not come")]
    Missing(i64),
    /// It takes too long.
    #[error("it is not read within {PATIENCE:?}")]
    Slow,
    /// A record is another than when the release was found in it.
    #[error("the record at offset {0} is no part of the release")]
    Foreign(i64),
}

/// A place for the cells of one release, filled by whoever comes first.
type Place = Arc<OnceCell<Arc<Cells>>>;

/// Hands out the cells of releases, and keeps those of some.
pub(crate) struct Shelf {
    log: Arc<dyn EventLog>,
    /// The id of the plan.
    plan: String,
    /// How many releases are kept.
    most: NonZeroUsize,
    /// By their numbers, the one asked for last at the end.
    places: Mutex<Vec<(u32, Place)>>,
    /// The turn to read a release: what is read at a time bounds what is held beside the places.
    turn: Semaphore,
}

impl Shelf {
    /// An empty one for so many releases of a plan.
    pub(crate) fn new(log: Arc<dyn EventLog>, plan: &str, most: NonZeroUsize) -> Self {
        Self { log, plan: plan.to_owned(), most, places: Mutex::default(), turn: Semaphore::new(1) }
    }

    /// The cells of a release. Whoever asks while they are being read waits for the same ones.
    pub(crate) async fn cells(&self, cut: &Cut) -> Result<Arc<Cells>, Unread> {
        let place = self.place(cut.header.number);
        let read = place.get_or_try_init(|| self.read(cut));
        tokio::time::timeout(PATIENCE, read).await.map_err(|_| Unread::Slow)?.cloned()
    }

    fn place(&self, number: u32) -> Place {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let held = places.iter().position(|(held, _)| *held == number);
        let place = held.map(|at| places.remove(at).1).unwrap_or_default();
        places.push((number, place.clone()));
        let over = places.len().saturating_sub(self.most.get());
        places.drain(..over);
        place
    }

    async fn read(&self, cut: &Cut) -> Result<Arc<Cells>, Unread> {
        // It is never closed.
        let _turn = self.turn.acquire().await;
        let mut cells = Cells::default();
        let (Some(first), Some(last)) = (cut.offsets.first(), cut.offsets.last()) else {
            return Ok(Arc::new(cells));
        };
        let (partition, _) = partition(&*self.log, &self.plan).await?;
        let mut reader = self.log.reader(topics::RELEASES, partition, *first).await?;
        let mut wanted = cut.offsets.iter().copied().peekable();
        while let Some(next) = wanted.peek().copied() {
            let rows = usize::try_from(last - next + 1).unwrap_or(1);
            let records = reader.read(Limits { rows, bytes: AT_A_TIME, wait: WAIT }).await?;
            let reached = records.last().map(|record| record.offset);
            for record in records {
                // Parts of another attempt may lie between.
                let Some(offset) = wanted.next_if_eq(&record.offset) else { continue };
                match serde_json::from_slice(&record.value) {
                    Ok(Record::Part(part)) if part.release == cut.header => {
                        cells.extend(part.cells.into_iter().map(|released| released.cell));
                    }
                    _ => return Err(Unread::Foreign(offset)),
                }
            }
            if let Some(missing) = wanted.peek().filter(|_| reached.is_none_or(|reached| reached >= *last)) {
                return Err(Unread::Missing(*missing));
            }
        }
        tracing::info!(release = cut.header.asked.name, cells = cells.len(), "a release was read");
        Ok(Arc::new(cells))
    }
}
