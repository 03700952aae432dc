//! Owning a topic: all of its partitions or none, by a lock on a file, which the system gives back when a process dies.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use futures::future;

use super::blocking;
use crate::log::{Change, Error, Ownership, Position};

/// Owns all partitions of a topic for a group, once nobody else of the group does.
#[derive(Debug)]
pub(super) struct Owner {
    lock: File,
    path: PathBuf,
    partitions: i32,
    poll_interval: Duration,
    owned: bool,
}

impl Owner {
    /// Joins the group.
    pub(super) async fn join(
        folder: &Path,
        topic: &str,
        group: &str,
        partitions: i32,
        poll_interval: Duration,
    ) -> Result<Self, Error> {
        let path = folder.join(format!("{topic}@{group}.lock"));
        let opened = path.clone();
        let lock = blocking(move || {
            File::options().create(true).append(true).open(&opened).map_err(|e| failed(&opened, &e))
        })
        .await?;
        Ok(Self { lock, path, partitions, poll_interval, owned: false })
    }
}

#[async_trait]
impl Ownership for Owner {
    async fn changed(&mut self) -> Result<Change, Error> {
        if self.owned {
            return future::pending().await;
        }
        loop {
            match self.lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => tokio::time::sleep(self.poll_interval).await,
                Err(TryLockError::Error(error)) => return Err(failed(&self.path, &error)),
            }
        }
        self.owned = true;
        Ok(Change::Gained((0..self.partitions).collect()))
    }

    fn report(&self, _: Position) {}

    async fn leave(self: Box<Self>) -> Result<(), Error> {
        self.lock.unlock().map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::Failed(format!("can't lock {}: {error}", path.display()))
}
