//! The log on one machine: one SQLite file in a folder, in WAL mode, synced to the disk before it answers.
//!
//! Offsets are dense from 0, and never two records of a partition are recorded in another order than appended. Several
//! processes may use one folder: they read freely and write in turns.

mod catalog;
mod file;
mod groups;
mod headers;
mod owner;
mod reader;
mod reports;
mod retention;
mod settings;
mod wakes;
mod watcher;
mod writer;

use std::sync::Arc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use self::catalog::{Catalog, Partitions};
use self::file::File;
use self::groups::Appending;
use self::owner::{Lock, Owner};
use self::reader::PartitionReader;
pub use self::settings::Settings;
use self::wakes::Wakes;
use self::watcher::Watcher;
use self::writer::{Command, Writer};
use super::{Error, EventLog, NewRecord, Ownership, Position, Reader, Topic, partition_of};

/// The embedded log.
#[derive(Debug)]
pub struct EmbeddedLog {
    file: Arc<File>,
    catalog: Arc<Catalog>,
    wakes: Arc<Wakes>,
    settings: Settings,
    /// Gone only while dropping; the threads end when their senders are.
    writer: Option<mpsc::Sender<Command>>,
    watcher: Option<std::sync::mpsc::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl EmbeddedLog {
    /// Opens the log in its folder, and starts the threads that write and watch.
    ///
    /// # Errors
    ///
    /// When the folder can't be written, or its file is damaged, locked or not a log.
    pub async fn open(settings: Settings) -> Result<Self, Error> {
        blocking(move || Self::open_blocking(settings)).await
    }

    fn open_blocking(settings: Settings) -> Result<Self, Error> {
        let file = Arc::new(File::open(&settings)?);
        let wakes = Arc::new(Wakes::default());
        let (sender, commands) = mpsc::channel(settings.queue.max(1));
        let (watching, stop) = std::sync::mpsc::channel();
        let connection = file.connect()?;
        let writer = Writer::new(Arc::clone(&file), connection, Arc::clone(&wakes), settings.group_records);
        let watcher = Watcher {
            connection: file.connect()?,
            wakes: Arc::clone(&wakes),
            writer: sender.downgrade(),
            poll_interval: settings.poll_interval,
            trim_interval: settings.trim_interval,
        };
        let threads = vec![
            start("log-writer", move || writer.run(commands))?,
            start("log-watcher", move || watcher.run(&stop))?,
        ];
        Ok(Self {
            file,
            catalog: Arc::default(),
            wakes,
            settings,
            writer: Some(sender),
            watcher: Some(watching),
            threads,
        })
    }

    async fn partitions(&self, topic: &str) -> Result<Arc<Partitions>, Error> {
        if let Some(known) = self.catalog.known(topic) {
            return Ok(known);
        }
        let (file, catalog, topic) = (Arc::clone(&self.file), Arc::clone(&self.catalog), topic.to_owned());
        blocking(move || catalog.find(&file, &topic)).await
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> Command,
    ) -> Result<T, Error> {
        let (sender, answer) = oneshot::channel();
        let writer = self.writer.as_ref().ok_or(Error::Closed)?;
        writer.send(command(sender)).await.map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Where each record goes: its partition's number and row id.
    fn place(&self, partitions: &Partitions, record: &NewRecord) -> Result<(i32, i64), Error> {
        let (size, limit) = (record.size(), self.settings.max_record_bytes);
        if size > limit {
            return Err(Error::TooLarge { size, limit });
        }
        let number = partition_of(&record.key, partitions.count());
        let id = partitions.id(number).ok_or(Error::Closed)?;
        Ok((number, id))
    }
}

#[async_trait]
impl EventLog for EmbeddedLog {
    async fn create_topics(&self, topics: &[Topic]) -> Result<(), Error> {
        topics.iter().try_for_each(Topic::check)?;
        let wanted = topics.to_vec();
        let partitions = self.ask(|answer| Command::Create(wanted, answer)).await?;
        for (topic, actual) in topics.iter().zip(partitions) {
            topic.check_partitions(actual)?;
        }
        Ok(())
    }

    async fn topics(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let (file, prefix) = (Arc::clone(&self.file), prefix.to_owned());
        blocking(move || file.read(|connection| catalog::names(connection, &prefix))).await
    }

    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        let partitions = match self.partitions(topic).await {
            Ok(partitions) => partitions,
            Err(error) => return vec![Err(error); records.len()],
        };
        let mut outcomes = Vec::with_capacity(records.len());
        let mut accepted = Vec::with_capacity(records.len());
        for record in records {
            let placed = self.place(&partitions, &record);
            if let Ok((_, id)) = placed {
                accepted.push((id, record));
            }
            outcomes.push(placed.map(|(partition, _)| Position { partition, offset: 0 }));
        }
        if accepted.is_empty() {
            return outcomes;
        }
        let written = self.ask(|answer| Command::Append(Appending { records: accepted, answer })).await;
        let mut written = written.map(Vec::into_iter);
        for outcome in &mut outcomes {
            if let Ok(position) = outcome {
                match &mut written {
                    Ok(offsets) => position.offset = offsets.next().unwrap_or_default(),
                    Err(error) => *outcome = Err(error.clone()),
                }
            }
        }
        outcomes
    }

    async fn ends(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.partitions(topic).await?;
        self.ask(|answer| Command::Ends(topic.to_owned(), answer)).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<i64>, Error> {
        let (file, partitions) = (Arc::clone(&self.file), self.partitions(topic).await?);
        blocking(move || {
            file.read(|connection| partitions.ids().map(|id| Ok(reader::bounds(connection, id)?.0)).collect())
        })
        .await
    }

    async fn reader(&self, topic: &str, partition: i32, from: i64) -> Result<Box<dyn Reader>, Error> {
        let id = self
            .partitions(topic)
            .await?
            .id(partition)
            .ok_or_else(|| Error::UnknownPartition { topic: topic.to_owned(), partition })?;
        let file = Arc::clone(&self.file);
        let bounds = blocking(move || file.read(|connection| reader::bounds(connection, id))).await?;
        let reader = PartitionReader {
            file: Arc::clone(&self.file),
            topic: topic.to_owned(),
            partition,
            id,
            next: from,
            grown: self.wakes.subscribe(id),
        };
        reader.check(from, bounds)?;
        Ok(Box::new(reader))
    }

    async fn own(&self, topic: &str, group: &str) -> Result<Box<dyn Ownership>, Error> {
        super::port::check_name("group", group)?;
        let partitions = self.partitions(topic).await?;
        let Settings { folder, poll_interval, .. } = &self.settings;
        let path = folder.join(format!("{topic}@{group}.lock"));
        let lock = Lock::at(path, *poll_interval).await?;
        let writer = self.writer.as_ref().ok_or(Error::Closed)?.downgrade();
        Ok(Box::new(Owner::new(lock, group, partitions, Arc::clone(&self.file), writer)))
    }
}

impl Drop for EmbeddedLog {
    /// Waits for the threads, so that the folder is free when the log is gone: no longer than a commit takes.
    fn drop(&mut self) {
        self.writer = None;
        self.watcher = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|e| Error::Failed(format!("can't start the thread {name}: {e}")))
}

/// Runs what touches the disk away from the runtime's own threads.
async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(run).await.unwrap_or(Err(Error::Closed))
}
