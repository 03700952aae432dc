//! One ClickHouse to a data folder.

use std::{
    fs::{File, TryLockError},
    io,
    time::Duration,
};

use tokio::time::{interval, timeout};

use super::config::Layout;
use crate::error::{Doing, Error};

/// How often a condition of another process is looked at.
const POLL: Duration = Duration::from_millis(10);

/// A folder taken for this process, until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct FolderLock(File);

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child that is being started elsewhere in this process has it open
        // until it runs its own program, and the lock would last as long.
        let _ = self.0.unlock();
    }
}

/// Takes the folder for this process.
pub(super) fn lock(layout: &Layout) -> Result<FolderLock, Error> {
    let path = layout.lock();
    let file = File::create(&path).doing(|| format!("cannot create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock(file)),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { folder: layout.root.clone() }),
        Err(TryLockError::Error(error)) => Err(error).doing(|| format!("cannot lock {}", path.display())),
    }
}

/// Waits for the ClickHouse of an owner that died to finish: it stops by itself, and its lock is on a file of its own.
pub(super) async fn predecessor_ended(layout: &Layout, deadline: Duration) -> Result<(), Error> {
    let status = match File::open(layout.status()) {
        Ok(status) => status,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).doing(|| format!("cannot open {}", layout.status().display())),
    };
    let mut ticks = interval(POLL);
    let unlocked = async {
        while matches!(status.try_lock(), Err(TryLockError::WouldBlock)) {
            ticks.tick().await;
        }
    };
    timeout(deadline, unlocked).await.map_err(|_| Error::InUse { folder: layout.root.clone() })
}
