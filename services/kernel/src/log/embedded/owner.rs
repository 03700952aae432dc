//! Owning a topic: all of its partitions or none, by a lock on a file, which the system gives back when a process dies.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::future;
use tokio::sync::{mpsc, oneshot};

use super::blocking;
use super::catalog::Partitions;
use super::file::File;
use super::reports::{self, Reports};
use super::writer::Command;
use crate::log::{Change, Error, Ownership, Position};

/// The lock that whoever owns a topic for a group holds.
#[derive(Debug)]
pub(super) struct Lock {
    file: std::fs::File,
    path: PathBuf,
    poll_interval: Duration,
}

impl Lock {
    /// The lock in the file at `path`, not held yet.
    pub(super) async fn at(path: PathBuf, poll_interval: Duration) -> Result<Self, Error> {
        blocking(move || match std::fs::File::options().create(true).append(true).open(&path) {
            Ok(file) => Ok(Self { file, path, poll_interval }),
            Err(error) => Err(failed(&path, &error)),
        })
        .await
    }

    /// Waits until nobody else holds it. Cancel-safe.
    async fn take(&self) -> Result<(), Error> {
        loop {
            match self.file.try_lock() {
                Ok(()) => return Ok(()),
                Err(std::fs::TryLockError::WouldBlock) => tokio::time::sleep(self.poll_interval).await,
                Err(std::fs::TryLockError::Error(error)) => return Err(failed(&self.path, &error)),
            }
        }
    }
}

/// Owns all partitions of a topic for a group, once nobody else of the group does.
#[derive(Debug)]
pub(super) struct Owner {
    lock: Lock,
    owned: bool,
    group: String,
    partitions: Arc<Partitions>,
    file: Arc<File>,
    /// The writer, which must be able to end while there are owners.
    writer: mpsc::WeakSender<Command>,
    /// All that was reported.
    reports: Mutex<Reports>,
}

impl Owner {
    /// A member of the group, which owns nothing yet.
    pub(super) fn new(
        lock: Lock,
        group: &str,
        partitions: Arc<Partitions>,
        file: Arc<File>,
        writer: mpsc::WeakSender<Command>,
    ) -> Self {
        let group = group.to_owned();
        Self { lock, owned: false, group, partitions, file, writer, reports: Mutex::default() }
    }

    /// Stores all that was reported; answers once it is.
    async fn settle(&self) -> Result<(), Error> {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (sender, stored) = oneshot::channel();
        let writer = self.writer.upgrade().ok_or(Error::Closed)?;
        writer.send(Command::Report(reports, Some(sender))).await.map_err(|_| Error::Closed)?;
        stored.await.map_err(|_| Error::Closed)?
    }
}

#[async_trait]
impl Ownership for Owner {
    async fn changed(&mut self) -> Result<Change, Error> {
        if self.owned {
            return future::pending().await;
        }
        self.lock.take().await?;
        self.owned = true;
        Ok(Change::Gained((0..self.partitions.count()).collect()))
    }

    fn report(&self, Position { partition, offset }: Position) {
        let Some(id) = self.partitions.id(partition) else { return };
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).note(&self.group, id, offset);
        let mut report = Reports::default();
        report.note(&self.group, id, offset);
        if let Some(writer) = self.writer.upgrade() {
            // A full queue takes the next one.
            let _ = writer.try_send(Command::Report(report, None));
        }
    }

    async fn reported(&mut self, partition: i32) -> Result<Option<i64>, Error> {
        let Some(id) = self.partitions.id(partition) else { return Ok(None) };
        let noted = self.reports.lock().unwrap_or_else(PoisonError::into_inner).noted(&self.group, id);
        if noted.is_some() {
            return Ok(noted);
        }
        let (file, group) = (Arc::clone(&self.file), self.group.clone());
        blocking(move || file.read(|connection| reports::stored(connection, &group, id))).await
    }

    async fn leave(self: Box<Self>) -> Result<(), Error> {
        let settled = if self.owned { self.settle().await } else { Ok(()) };
        self.lock.file.unlock().map_err(|error| failed(&self.lock.path, &error))?;
        settled
    }
}

fn failed(path: &std::path::Path, error: &std::io::Error) -> Error {
    Error::Failed(format!("can't lock {}: {error}", path.display()))
}
