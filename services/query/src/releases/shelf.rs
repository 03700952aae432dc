//! The cells of releases: read from the log when somebody asks for them, and the latest asked for kept at hand.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use weir_kernel::log::{self, EventLog, Limits};
use weir_kernel::released;
use weir_schemas::figure::Cells;
use weir_schemas::release::Cut;

use super::partition;

/// How long the log may take to hand over the next records of a release, which are there.
const WAIT: Duration = Duration::from_secs(10);

/// How long a reader waits for the cells of a release at most, others before it included. Reading goes on meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many bytes are read and taken apart at a time: other requests go on between.
const AT_A_TIME: usize = 1 << 20;

/// Why the cells of a release can't be read.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Unread {
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] log::Error),
    /// The log does not hold the release any more.
    #[error(transparent)]
    Release(#[from] released::Unread),
    /// It takes too long.
    #[error("it is not read within {0:?}")]
    Slow(Duration),
    /// Whoever read it broke off.
    #[error("reading it broke off")]
    BrokenOff,
}

/// The cells of one release, once they are read, or why they were not.
type Place = watch::Receiver<Option<Result<Arc<Cells>, Unread>>>;

/// Hands out the cells of releases, and keeps those of some.
pub(crate) struct Shelf {
    source: Arc<Source>,
    /// How many releases are kept.
    most: NonZeroUsize,
    /// How long a reader waits for the cells of one.
    pub(super) patience: Duration,
    /// By their numbers, the one asked for last at the end.
    places: Mutex<Vec<(u32, Place)>>,
}

/// Where cells are read from.
struct Source {
    log: Arc<dyn EventLog>,
    /// The id of the plan.
    plan: String,
    /// The turn to read a release: what is read at a time bounds what is held beside the places.
    turn: Semaphore,
}

impl Shelf {
    /// An empty one for so many releases of a plan.
    pub(crate) fn new(log: Arc<dyn EventLog>, plan: &str, most: NonZeroUsize) -> Self {
        let source = Source { log, plan: plan.to_owned(), turn: Semaphore::new(1) };
        Self { source: Arc::new(source), most, patience: PATIENCE, places: Mutex::default() }
    }

    /// The cells of a release. Whoever asks while they are being read waits for the same ones.
    pub(crate) async fn cells(&self, cut: &Cut) -> Result<Arc<Cells>, Unread> {
        let mut place = self.place(cut);
        let read = tokio::time::timeout(self.patience, place.wait_for(Option::is_some)).await;
        let read = read.map_err(|_| Unread::Slow(self.patience))?.map_err(|_| Unread::BrokenOff)?;
        read.clone().unwrap_or(Err(Unread::BrokenOff))
    }

    /// The place of a release. Reading it begins where it has none, or nothing came of it.
    fn place(&self, cut: &Cut) -> Place {
        let number = cut.header.number;
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let held = places.iter().position(|(held, _)| *held == number).map(|at| places.remove(at).1);
        let place = held.filter(is_of_use).unwrap_or_else(|| self.source.clone().begin(cut.clone()));
        places.push((number, place.clone()));
        let over = places.len().saturating_sub(self.most.get());
        places.drain(..over);
        place
    }
}

/// Whether cells are in a place, or may come.
fn is_of_use(place: &Place) -> bool {
    match &*place.borrow() {
        Some(read) => read.is_ok(),
        None => place.has_changed().is_ok(),
    }
}

impl Source {
    /// Reads a release in a task of its own: whoever asked for it may have gone before it is read.
    fn begin(self: Arc<Self>, cut: Cut) -> Place {
        let (read, place) = watch::channel(None);
        tokio::spawn(async move {
            let cells = self.read(&cut).await;
            read.send_replace(Some(cells));
        });
        place
    }

    async fn read(&self, cut: &Cut) -> Result<Arc<Cells>, Unread> {
        // It is never closed.
        let _turn = self.turn.acquire().await;
        let (partition, _) = partition(&*self.log, &self.plan).await?;
        let limits = Limits { bytes: AT_A_TIME, wait: WAIT, ..Limits::default() };
        let mut cells = Cells::default();
        released::read(&*self.log, partition, cut, limits, |part| {
            cells.extend(part.into_iter().map(|released| released.cell));
        })
        .await?;
        tracing::info!(release = cut.header.asked.name, cells = cells.len(), "a release was read");
        Ok(Arc::new(cells))
    }
}
