//! The SQLite file: its connections, its tables, and what its errors mean.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::Settings;
use crate::log::Error;

/// "WEIR": tells a log from any other SQLite file.
const APPLICATION_ID: i32 = 0x5745_4952;
const VERSION: i32 = 1;

/// A partition's records have a table of their own, `records_<partition.id>`, so that appending always fills its last page.
const TABLES: &str = "
    CREATE TABLE topic (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, retention_ms INTEGER
    );
    CREATE TABLE partition (
        id INTEGER PRIMARY KEY, topic INTEGER NOT NULL REFERENCES topic (id), number INTEGER NOT NULL,
        start INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0, recorded INTEGER NOT NULL DEFAULT 0,
        UNIQUE (topic, number)
    );";
/// How far the groups that own topics have come. Logs of before have no such table, and programs of before do without.
const REPORTED: &str = "
    CREATE TABLE IF NOT EXISTS reported (
        owners TEXT NOT NULL, partition INTEGER NOT NULL REFERENCES partition (id), next INTEGER NOT NULL,
        PRIMARY KEY (owners, partition)
    ) WITHOUT ROWID";

/// The log's file, with a few connections kept open for reading.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    settings: Settings,
    idle: Mutex<Vec<Connection>>,
}

impl File {
    /// Opens the log's file, creating folder and file when missing, for their owner alone: the log holds reports.
    pub(super) fn open(settings: &Settings) -> Result<Self, Error> {
        let folder = &settings.folder;
        let private = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        private.map_err(|e| Error::Failed(format!("can't create the folder {}: {e}", folder.display())))?;
        let path = folder.join("log.sqlite");
        create(&path).map_err(|e| Error::Failed(format!("can't create {}: {e}", path.display())))?;
        let file = Self { path, settings: settings.clone(), idle: Mutex::default() };
        let mut connection = file.connect()?;
        file.create_tables(&mut connection)?;
        file.put_back(connection);
        Ok(file)
    }

    /// A new connection: every commit of it is synced to the disk before it returns.
    pub(super) fn connect(&self) -> Result<Connection, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self.explain(Connection::open_with_flags(&self.path, flags).and_then(|connection| {
            connection.busy_timeout(self.settings.busy_timeout)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            // Checkpoints come every 16 MiB, and the WAL shrinks back to 64 MiB after a burst.
            connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
            connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
            connection.set_prepared_statement_cache_capacity(512);
            Ok(connection)
        }))
    }

    /// Runs `read` on a connection kept for reading, in one snapshot of the file.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = idle.map_or_else(|| self.connect(), Ok)?;
        let outcome = connection.transaction().and_then(|snapshot| read(&snapshot));
        let outcome = self.explain(outcome);
        self.put_back(connection);
        outcome
    }

    fn put_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.settings.idle_connections {
            idle.push(connection);
        }
    }

    fn create_tables(&self, connection: &mut Connection) -> Result<(), Error> {
        let (application, version, objects) = self.explain((|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let found = identity(&transaction)?;
            if found == (0, 0, 0) {
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
                transaction.commit()?;
                return Ok((APPLICATION_ID, VERSION, 0));
            }
            Ok(found)
        })())?;
        let path = self.path.display();
        if application != APPLICATION_ID {
            return Err(Error::Failed(format!(
                "{path} is another program's database (application {application}, {objects} objects), not a log"
            )));
        }
        if version != VERSION {
            return Err(Error::Failed(format!("{path} has format {version}; this program reads {VERSION}")));
        }
        self.explain(connection.execute_batch(REPORTED))
    }

    /// Says what an error of SQLite means for this log.
    pub(super) fn explain<T>(&self, outcome: Result<T, rusqlite::Error>) -> Result<T, Error> {
        outcome.map_err(|error| {
            let path = self.path.display();
            match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Unreachable(format!(
                    "another process kept {path} locked for {:?}",
                    self.settings.busy_timeout
                )),
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    Error::Failed(format!("{path} is damaged or no log: {error}"))
                }
                Some(ErrorCode::DiskFull) => Error::Failed(format!("no space left for {path}: {error}")),
                _ => Error::Failed(format!("{path}: {error}")),
            }
        })
    }
}

/// Makes the file, if it is not there, before SQLite does: its WAL gets the same mode.
///
/// One that is there is not even opened: closing it would give up the locks that connections of this process hold.
fn create(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn identity(connection: &Connection) -> Result<(i32, i32, i64), rusqlite::Error> {
    Ok((
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
        connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_its_owner_reads_the_log() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("log");
        let file = File::open(&Settings::new(&folder)).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for name in ["log.sqlite", "log.sqlite-wal", "log.sqlite-shm"] {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
        }
        drop(file);
    }
}
