//! Reads what was said of releases, and goes on reading.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use weir_kernel::log::{Error, EventLog, Limits, Record};
use weir_kernel::ops::Readiness;
use weir_kernel::topics;
use weir_schemas::release::{self, Releases};

use super::{Catalogue, partition};

/// A need of readiness: that all was read that was said of releases.
pub(crate) const NEED: &str = "releases";

/// How long one read waits for news. A reader is told of them as soon as they come.
const WAIT: Duration = Duration::from_secs(60);

/// Follows the releases of a plan into a [`Catalogue`].
pub(crate) struct Follower {
    pub(crate) log: Arc<dyn EventLog>,
    /// The id of the plan, the key of all that is said of its releases.
    pub(crate) plan: String,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) readiness: Readiness,
    /// The longest pause between two tries.
    pub(crate) retry: Duration,
}

/// What was read so far.
#[derive(Default)]
struct Read {
    releases: Releases,
    /// The offset of what comes next.
    next: i64,
}

impl Follower {
    /// Follows for ever. What was read goes on being answered while the log is away.
    pub(crate) async fn run(self) {
        let first = self.retry / 100;
        let (mut pause, mut read) = (first, Read::default());
        loop {
            let before = read.next;
            let Err(lost) = self.follow(&mut read).await;
            if read.next > before {
                pause = first;
            }
            tracing::warn!(%lost, ?pause, "the releases can't be followed, trying again");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).clamp(first, self.retry);
        }
    }

    /// Goes on from where reading is.
    async fn follow(&self, read: &mut Read) -> Result<Infallible, Error> {
        let (partition, end) = partition(&*self.log, &self.plan).await?;
        let mut reader = self.log.reader(topics::RELEASES, partition, read.next).await?;
        loop {
            if read.next >= end {
                self.catalogue.replace(read.releases.clone());
                self.readiness.met(NEED);
            }
            for record in reader.read(Limits { wait: WAIT, ..Limits::default() }).await? {
                self.take(&record, &mut read.releases);
                read.next = record.offset + 1;
            }
        }
    }

    fn take(&self, record: &Record, releases: &mut Releases) {
        let offset = record.offset;
        match serde_json::from_slice::<release::Record>(&record.value) {
            Ok(said) if record.key == self.plan => releases.take(said, offset),
            // Releases of another plan, which happen to lie in the same partition.
            Ok(_) => {}
            Err(error) => tracing::warn!(offset, %error, "a record is none of a release"),
        }
    }
}
