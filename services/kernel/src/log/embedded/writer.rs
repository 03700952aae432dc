//! The one thread that writes. What waits is committed together, so that one sync of the disk serves many appends.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::catalog;
use super::file::File;
use super::groups::{Appending, Group};
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
}

impl Writer {
    /// Serves commands until nobody can send any more.
    pub(super) fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut next = commands.blocking_recv();
        while let Some(command) = next.take() {
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
                    let outcome = self.transact(|transaction| group.write(transaction, Timestamp::now()));
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
                    let _ = answer.send(self.transact(|transaction| ends(transaction, &topic)));
                }
                Command::Trim => {
                    let now = Timestamp::now();
                    while self.transact(|transaction| retention::trim(transaction, now)).unwrap_or_else(
                        |error| {
                            tracing::warn!(%error, "records past their retention could not be dropped");
                            false
                        },
                    ) {}
                }
            }
            if next.is_none() {
                next = commands.blocking_recv();
            }
        }
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
        let writer = Writer { file, connection, wakes: Arc::default(), group_records: 10 };
        let (commands, received) = mpsc::channel(10);
        let thread = std::thread::spawn(move || writer.run(received));

        assert_eq!(append(&commands, 1, 10), Ok(vec![0]));
        let full = append(&commands, 1, 100_000).unwrap_err();
        assert!(full.to_string().contains("no space left"), "{full}");
        assert_eq!(append(&commands, 1, 10), Ok(vec![1]), "what fits is still appended, at the next offset");
        drop(commands);
        thread.join().unwrap();
    }
}
