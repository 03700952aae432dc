//! The thread that looks for what other processes wrote, and asks the writer to trim.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::wakes::Wakes;
use super::writer::Command;

/// The watching thread's state.
#[derive(Debug)]
pub(super) struct Watcher {
    /// A connection of its own: `data_version` tells a connection what others committed.
    pub(super) connection: Connection,
    /// Whom to wake.
    pub(super) wakes: Arc<Wakes>,
    /// The writer, which must be able to end while this thread runs.
    pub(super) writer: mpsc::WeakSender<Command>,
    /// How often to look.
    pub(super) poll_interval: Duration,
    /// How often to trim.
    pub(super) trim_interval: Duration,
}

impl Watcher {
    /// Watches until the other end of `stop` is dropped.
    pub(super) fn run(self, stop: &Receiver<()>) {
        let mut seen = None;
        let mut trimmed = Instant::now();
        while stop.recv_timeout(self.poll_interval) == Err(RecvTimeoutError::Timeout) {
            match self.connection.pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0)) {
                Ok(version) if seen.replace(version) == Some(version) => {}
                Ok(_) => self.wakes.wake_all(),
                Err(error) => tracing::warn!(%error, "the log's file could not be looked at"),
            }
            if trimmed.elapsed() >= self.trim_interval {
                trimmed = Instant::now();
                // A full queue trims next time.
                if let Some(writer) = self.writer.upgrade() {
                    let _ = writer.try_send(Command::Trim);
                }
            }
        }
    }
}
