//! The one thread that writes. What waits is committed together, so that one sync of the disk serves many appends.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, oneshot};

use super::catalog;
use super::file::File;
use super::groups::{Appending, Group};
use super::reports::Reports;
use super::retention;
use super::wakes::Wakes;
use crate::log::{Error, Topic};

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Command {
    /// Append records.
    Append(Appending),
    /// Create topics; answers how many partitions each has.
    Create(Vec<Topic>, oneshot::Sender<Result<Vec<i32>, Error>>),
    /// The next offset of each partition, once all that is being written is.
    Ends(String, oneshot::Sender<Result<Vec<i64>, Error>>),
    /// Note how far owners have come: with the next append, or at once for who waits for it.
    Report(Reports, Option<oneshot::Sender<Result<(), Error>>>),
    /// Drop what is past its retention.
    Trim,
}

/// The writing thread's state.
#[derive(Debug)]
pub(super) struct Writer {
    /// The log's file.
    pub(super) file: Arc<File>,
    /// The connection that writes.
    pub(super) connection: Connection,
    /// Whom to wake after a commit.
    pub(super) wakes: Arc<Wakes>,
    /// How many records one transaction takes.
    pub(super) group_records: usize,
    /// The latest moment told by an append or by ends: what is recorded later is recorded no earlier, whatever the clock does.
    pub(super) told: Timestamp,
    /// How far owners have come, as far as it is not stored yet: alone it is not worth a sync of the disk.
    pub(super) reports: Reports,
}

impl Writer {
    /// A writer that has told no moment yet.
    pub(super) fn new(
        file: Arc<File>,
        connection: Connection,
        wakes: Arc<Wakes>,
        group_records: usize,
    ) -> Self {
        Self {
            file,
            connection,
            wakes,
            group_records,
            told: Timestamp::UNIX_EPOCH,
            reports: Reports::default(),
        }
    }

    /// Serves commands until nobody can send any more.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let (mut next, mut trimming) = (None, false);
        loop {
            if trimming {
                // One step, and then what waits: nobody waits until all is dropped.
                trimming = self.trim();
                if next.is_none() {
                    next = match commands.try_recv() {
                        Ok(command) => Some(command),
                        Err(TryRecvError::Empty) => continue,
                        Err(TryRecvError::Disconnected) => return,
                    };
                }
            }
            let Some(command) = next.take().or_else(|| commands.blocking_recv()) else { return };
            match command {
                Command::Append(append) => {
                    let mut group = Group::new(append);
                    while group.records() < self.group_records {
                        match commands.try_recv() {
                            Ok(Command::Append(append)) => group.push(append),
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    let now = self.now();
                    let outcome = self.store(|transaction| group.write(transaction, now));
                    self.wakes.wake(group.partitions());
                    group.answer(outcome);
                }
                Command::Create(topics, answer) => {
                    let outcome = self.transact(|transaction| {
                        topics.iter().map(|topic| catalog::create(transaction, topic)).collect()
                    });
                    // Who no longer waits needs no answer.
                    let _ = answer.send(outcome);
                }
                Command::Ends(topic, answer) => {
                    self.now();
                    let _ = answer.send(self.transact(|transaction| ends(transaction, &topic)));
                }
                Command::Report(reports, answer) => {
                    self.reports.extend(reports);
                    if let Some(answer) = answer {
                        let _ = answer.send(self.store(|_| Ok(())));
                    }
                }
                Command::Trim => trimming = true,
            }
        }
    }

    /// The moment that the clock says, or the latest one told where the clock stepped back.
    fn now(&mut self) -> Timestamp {
        self.told = self.told.max(Timestamp::now());
        self.told
    }

    /// Drops some of what is past its retention; answers whether there may be more.
    fn trim(&mut self) -> bool {
        let now = Timestamp::now();
        self.transact(|transaction| retention::trim(transaction, now)).unwrap_or_else(|error| {
            tracing::warn!(%error, "records past their retention could not be dropped");
            false
        })
    }

    /// Runs `write`, and stores the reports with it.
    fn store<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, Error> {
        let reports = std::mem::take(&mut self.reports);
        let outcome = self.transact(|transaction| {
            reports.store(transaction)?;
            write(transaction)
        });
        if outcome.is_err() {
            self.reports = reports;
        }
        outcome
    }

    /// Runs `write` while no other process writes, and commits.
    fn transact<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, Error> {
        let outcome = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(
            |transaction| {
                let answer = write(&transaction)?;
                transaction.commit()?;
                Ok(answer)
            },
        );
        self.file.explain(outcome)
    }
}

/// Read while nobody writes: what is appended after this answer is also recorded after it was asked for.
fn ends(connection: &Connection, topic: &str) -> Result<Vec<i64>, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT next FROM partition WHERE topic = (SELECT id FROM topic WHERE name = ?) ORDER BY number",
        )?
        .query_map([topic], |row| row.get(0))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::NewRecord;
    use crate::log::embedded::Settings;

    /// What the writer answers to an append of one record of so many bytes.
    fn append(commands: &mpsc::Sender<Command>, partition: i64, bytes: usize) -> Result<Vec<i64>, Error> {
        let (answer, answered) = oneshot::channel();
        let records = vec![(partition, NewRecord::new("k", vec![0; bytes]))];
        commands.blocking_send(Command::Append(Appending { records, answer })).unwrap();
        answered.blocking_recv().unwrap()
    }

    #[test]
    fn a_full_disk_fails_the_records_and_then_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = Arc::new(File::open(&Settings::new(folder.path())).unwrap());
        let connection = file.connect().unwrap();
        catalog::create(&connection, &Topic::new("t", 1)).unwrap();
        connection.pragma_update(None, "max_page_count", 20).unwrap();
        let writer = Writer::new(file, connection, Arc::default(), 10);
        let (commands, received) = mpsc::channel(10);
        let thread = std::thread::spawn(move || writer.run(received));

        assert_eq!(append(&commands, 1, 10), Ok(vec![0]));
        let full = append(&commands, 1, 100_000).unwrap_err();
        assert!(full.to_string().contains("no space left"), "{full}");
        assert_eq!(append(&commands, 1, 10), Ok(vec![1]), "what fits is still appended, at the next offset");
        drop(commands);
        thread.join().unwrap();
    }

    #[test]
    fn a_clock_that_steps_back_records_no_earlier() {
        let folder = tempfile::tempdir().unwrap();
        let file = Arc::new(File::open(&Settings::new(folder.path())).unwrap());
        let connection = file.connect().unwrap();
        catalog::create(&connection, &Topic::new("t", 1)).unwrap();
        let seen = file.connect().unwrap();
        let ahead = Timestamp::now() + jiff::SignedDuration::from_hours(1);
        let writer = Writer { told: ahead, ..Writer::new(file, connection, Arc::default(), 10) };
        let (commands, received) = mpsc::channel(10);
        let thread = std::thread::spawn(move || writer.run(received));
        append(&commands, 1, 10).unwrap();
        drop(commands);
        thread.join().unwrap();
        let recorded: i64 = seen.query_row("SELECT recorded FROM records_1", [], |row| row.get(0)).unwrap();
        assert_eq!(recorded, ahead.as_millisecond());
    }

    #[test]
    fn trimming_goes_by_steps_and_lets_appends_in_between() {
        let folder = tempfile::tempdir().unwrap();
        let file = Arc::new(File::open(&Settings::new(folder.path())).unwrap());
        let connection = file.connect().unwrap();
        let passing = Topic { retention: Some(std::time::Duration::ZERO), ..Topic::new("passing", 2) };
        catalog::create(&connection, &passing).unwrap();
        catalog::create(&connection, &Topic::new("kept", 1)).unwrap();
        let now = Timestamp::now();
        let past = now.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap();
        let fill = |connection: &Connection| {
            let records = (0..30_000).map(|n| (1 + n % 2, NewRecord::new("k", "v"))).collect();
            let (answer, _) = oneshot::channel();
            let transaction = connection.unchecked_transaction().unwrap();
            Group::new(Appending { records, answer }).write(&transaction, past).unwrap();
            transaction.commit().unwrap();
        };
        let held = |connection: &Connection| -> i64 {
            connection
                .query_row("SELECT sum(next - start) FROM partition WHERE topic = 1", [], |row| row.get(0))
                .unwrap()
        };
        fill(&connection);
        let mut left = Vec::new();
        while retention::trim(&connection, now).unwrap() {
            left.push(held(&connection));
        }
        assert_eq!(left, [20_000, 15_000, 5_000, 0]);

        // Told to trim and then to append, and then left, a writer appends and leaves between steps.
        fill(&connection);
        let watched = file.connect().unwrap();
        let writer = Writer::new(file, connection, Arc::default(), 10);
        let (commands, received) = mpsc::channel(10);
        let (answer, answered) = oneshot::channel();
        commands.blocking_send(Command::Trim).unwrap();
        commands
            .blocking_send(Command::Append(Appending {
                records: vec![(3, NewRecord::new("k", "v"))],
                answer,
            }))
            .unwrap();
        drop(commands);
        writer.run(received);
        assert_eq!(answered.blocking_recv().unwrap(), Ok(vec![0]));
        assert_eq!(held(&watched), 15_000);
    }
}
