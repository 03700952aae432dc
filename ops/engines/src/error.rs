//! What can go wrong between asking for an engine and having one.

use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

/// Why an engine could not be fetched, started, or kept running.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no checked library for this operating system and processor.
    #[error(
        "there is no embedded ClickHouse for {platform}: install `clickhouse` on the PATH, \
         or name a server with --clickhouse URL"
    )]
    Unsupported {
        /// The platform, as `os-architecture`.
        platform: String,
    },

    /// The library could not be fetched or does not have the pinned hash.
    #[error("cannot fetch {package}: {reason}")]
    Fetch {
        /// The npm package with its version.
        package: String,
        /// What failed.
        reason: String,
    },

    /// Another process works on the folder.
    #[error("{} is in use by another process: stop that one first, or choose another folder", folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },

    /// The engine ended before it was asked to.
    #[error("{engine} ended unasked ({status}); the end of {}:\n{tail}", log.display())]
    Ended {
        /// The engine's name.
        engine: &'static str,
        /// How the child process ended.
        status: ExitStatus,
        /// The log the tail is from.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },

    /// The engine runs but did not answer in time.
    #[error("{engine} did not answer within {deadline:?}; the end of {}:\n{tail}", log.display())]
    NotReady {
        /// The engine's name.
        engine: &'static str,
        /// The time it was given.
        deadline: Duration,
        /// The log the tail is from.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },

    /// The engine did not stop in time and was killed; what it had acknowledged is kept all the same.
    #[error("{engine} did not stop within {deadline:?} and was killed")]
    Killed {
        /// The engine's name.
        engine: &'static str,
        /// The time it was given.
        deadline: Duration,
    },

    /// A file or process operation failed.
    #[error("{action}: {source}")]
    Io {
        /// What was being done, to which file.
        action: String,
        /// The operating system's answer.
        source: io::Error,
    },
}

/// Names what was being done when an operation failed.
pub(crate) trait Doing<T> {
    /// Turns an I/O error into one that says what was being done.
    fn doing(self, action: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, action: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|source| Error::Io { action: action(), source: source.into() })
    }
}
