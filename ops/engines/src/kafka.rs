//! A local Apache Kafka 4, for development and tests.
//!
//! It is the real broker out of its published jars, started by the script `kafka/start` beside this crate; it
//! needs Java 17 and, the first time, Maven. Not part of an installed Weir.

mod probe;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    time::Duration,
};

use tokio::time::interval;

use crate::{
    error::{Doing, Error},
    port,
    process::Process,
};

const START: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kafka/start");

/// How to start a [`LocalKafka`].
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds its log. Made if it is not there.
    pub data: PathBuf,
    /// The port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// The time from starting the process to its first answer; it includes fetching the jars.
    pub start_deadline: Duration,
    /// The time to stop in before it is killed.
    pub stop_deadline: Duration,
}

impl Options {
    /// The defaults: a free port, five minutes to start, 30 seconds to stop.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            port: 0,
            start_deadline: Duration::from_secs(300),
            stop_deadline: Duration::from_secs(30),
        }
    }
}

/// A running Apache Kafka of one node.
///
/// It ends with its owner: on [`stop`](Self::stop) in order, when dropped at once, and in order when the owning
/// process dies.
#[derive(Debug)]
pub struct LocalKafka {
    process: Process,
    port: u16,
    stop_deadline: Duration,
}

impl LocalKafka {
    /// Starts Kafka on the folder with the default options and returns once it answers.
    ///
    /// # Errors
    /// What failed, with the end of the log.
    pub async fn start(data: &Path) -> Result<Self, Error> {
        Self::start_with(Options::new(data)).await
    }

    /// Starts Kafka and returns once it answers.
    ///
    /// # Errors
    /// What failed, with the end of the log.
    pub async fn start_with(options: Options) -> Result<Self, Error> {
        fs::create_dir_all(&options.data).doing(|| format!("cannot create {}", options.data.display()))?;
        let (process, port) = match options.port {
            0 => port::retry(async || start(&options).await).await?,
            _ => start(&options).await?,
        };
        tracing::info!(port, pid = process.pid(), data = %options.data.display(), "Kafka is up");
        Ok(Self { process, port, stop_deadline: options.stop_deadline })
    }

    /// Where clients begin: `127.0.0.1:PORT`.
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The id of the Java process, which is also that of its process group.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until Kafka ends although nobody asked it to, and says why. It may be cancelled and called again.
    pub async fn wait(&mut self) -> Error {
        self.process.failure().await
    }

    /// Stops Kafka and waits for its end.
    ///
    /// # Errors
    /// When it had ended before, or had to be killed.
    pub async fn stop(self) -> Result<(), Error> {
        self.process.stop(self.stop_deadline, stopped_by_signal).await
    }
}

async fn start(options: &Options) -> Result<(Process, u16), Error> {
    let [free, controller] = port::free().doing(|| "cannot find free ports".into())?;
    let port = if options.port == 0 { free } else { options.port };
    let mut command = Command::new(START);
    command.arg("--watch-stdin").arg("--data").arg(&options.data);
    command.args(["--port", &port.to_string(), "--controller-port", &controller.to_string()]);
    let mut process = Process::spawn("Kafka", &mut command, options.data.join("kafka.log"))?;
    process.until_ready(options.start_deadline, ready(port)).await?;
    Ok((process, port))
}

async fn ready(port: u16) {
    let mut ticks = interval(Duration::from_millis(20));
    // A refused connection is an answer too: not yet.
    while !probe::brokers(port).await.is_ok_and(|brokers: i32| brokers > 0) {
        ticks.tick().await;
    }
}

/// Java says that it ended on SIGTERM, in order or not, by 128 + 15.
fn stopped_by_signal(status: ExitStatus) -> bool {
    status.code() == Some(143)
}
