//! Starting, watching and stopping a ClickHouse on a data folder.

use std::{ffi::OsString, io, path::PathBuf, process::Command, time::Duration};

use tokio::time::interval;

use super::{
    access::{Access, User},
    config::Layout,
    engine::Engine,
    folder::{self, FolderLock},
    http,
};
use crate::{
    error::{Doing, Error},
    port,
    process::Process,
};

/// How to start an [`EmbeddedClickHouse`].
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds all it keeps: tables, passwords, logs. Made if it is not there.
    pub data: PathBuf,
    /// The command that calls [`launcher_main`](super::launcher_main) with the arguments added to it, such as
    /// this executable and a hidden subcommand.
    pub launcher: Vec<OsString>,
    /// The ClickHouse to run; [`Engine::locate`] says which if `None`.
    pub engine: Option<Engine>,
    /// The port for HTTP on 127.0.0.1; 0 picks a free one.
    pub http_port: u16,
    /// The memory the server may use, in bytes.
    pub max_server_memory: u64,
    /// The time from starting the process to its first answer, and to wait for a predecessor to end.
    pub start_deadline: Duration,
    /// The time to stop in before it is killed.
    pub stop_deadline: Duration,
}

impl Options {
    /// The defaults: a free port, 4 GiB of memory, a minute to start, 20 seconds to stop.
    pub fn new(data: impl Into<PathBuf>, launcher: Vec<OsString>) -> Self {
        Self {
            data: data.into(),
            launcher,
            engine: None,
            http_port: 0,
            max_server_memory: 4 << 30,
            start_deadline: Duration::from_secs(60),
            stop_deadline: Duration::from_secs(20),
        }
    }
}

/// A running ClickHouse on a data folder of its own.
///
/// It ends with its owner: on [`stop`](Self::stop) in order, when dropped or when the owning process dies at once.
/// Either way no acknowledged row is lost.
#[derive(Debug)]
pub struct EmbeddedClickHouse {
    process: Process,
    port: u16,
    access: Access,
    stop_deadline: Duration,
    // Declared last: the folder is given up after the process has ended.
    _lock: FolderLock,
}

impl EmbeddedClickHouse {
    /// Starts ClickHouse and returns once it answers. The engine is fetched first where that is needed.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process has the folder; otherwise what failed, with the end of the log.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let root = std::path::absolute(&options.data)
            .doing(|| format!("cannot resolve {}", options.data.display()))?;
        let layout = Layout { root };
        layout.create().doing(|| format!("cannot create {}", layout.root.display()))?;
        let lock = folder::lock(&layout)?;
        let access = Access::load_or_create(&layout.access())?;
        let engine = match &options.engine {
            Some(engine) => engine.clone(),
            None => tokio::task::spawn_blocking(Engine::locate)
                .await
                .map_err(io::Error::other)
                .doing(|| "cannot fetch ClickHouse".into())??,
        };
        folder::predecessor_ended(&layout, options.start_deadline).await?;
        let start = Start { layout: &layout, access: &access, engine: &engine, options: &options };
        let (process, port) = match options.http_port {
            0 => port::retry(async || start.on(free_port()?).await).await?,
            port => start.on(port).await?,
        };
        tracing::info!(port, pid = process.pid(), data = %layout.root.display(), "ClickHouse is up");
        Ok(Self { process, port, access, stop_deadline: options.stop_deadline, _lock: lock })
    }

    /// Where it answers HTTP: `http://127.0.0.1:PORT`, without a path.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port it answers HTTP on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The user that makes tables and writes to them.
    pub fn writer(&self) -> &User {
        &self.access.writer
    }

    /// The user that only reads.
    pub fn reader(&self) -> &User {
        &self.access.reader
    }

    /// The id of the child process, which is also that of its process group.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until ClickHouse ends although nobody asked it to, and says why. It may be cancelled and called again.
    pub async fn wait(&mut self) -> Error {
        self.process.failure().await
    }

    /// Stops ClickHouse and waits for its end.
    ///
    /// # Errors
    /// When it had ended before, or had to be killed.
    pub async fn stop(self) -> Result<(), Error> {
        let Self { process, stop_deadline, _lock, .. } = self;
        process.stop(stop_deadline, |status| status.success()).await
    }
}

/// How often a condition of another process is looked at.
const POLL: Duration = Duration::from_millis(10);

fn free_port() -> Result<u16, Error> {
    let [port] = port::free().doing(|| "cannot find a free port".into())?;
    Ok(port)
}

struct Start<'a> {
    layout: &'a Layout,
    access: &'a Access,
    engine: &'a Engine,
    options: &'a Options,
}

impl Start<'_> {
    async fn on(&self, port: u16) -> Result<(Process, u16), Error> {
        self.layout
            .write(self.engine, port, self.options.max_server_memory, self.access)
            .doing(|| format!("cannot write to {}", self.layout.root.display()))?;
        let mut process = Process::spawn("ClickHouse", &mut self.command()?, self.layout.launcher_log())?;
        process.until_ready(self.options.start_deadline, self.ready(port)).await?;
        Ok((process, port))
    }

    fn command(&self) -> Result<Command, Error> {
        let [program, arguments @ ..] = self.options.launcher.as_slice() else {
            return Err(io::Error::from(io::ErrorKind::InvalidInput))
                .doing(|| "the launcher's command is empty".into());
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            .args(self.engine.arguments())
            .arg("--config")
            .arg(self.layout.server_config())
            .current_dir(self.layout.work());
        Ok(command)
    }

    async fn ready(&self, port: u16) {
        let mut ticks = interval(POLL);
        while !http::answers(port, &self.access.writer).await {
            ticks.tick().await;
        }
    }
}
