//! Starting, watching and stopping a ClickHouse on a data folder.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tokio::time::{interval, timeout};

use super::{
    access::{Access, User},
    config::Layout,
    engine::Engine,
    error::{Doing, Error},
    http,
};
use crate::{port, process::Process};

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
    launcher_log: PathBuf,
    stop_deadline: Duration,
    // Declared last: the folder is given up after the process has ended.
    _lock: File,
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
        let lock = lock(&layout)?;
        let access = Access::load_or_create(&layout.access())?;
        let engine = match &options.engine {
            Some(engine) => engine.clone(),
            None => tokio::task::spawn_blocking(Engine::locate)
                .await
                .map_err(io::Error::other)
                .doing(|| "cannot fetch ClickHouse".into())??,
        };
        predecessor_ended(&layout, options.start_deadline).await?;
        let start = Start { layout: &layout, access: &access, engine: &engine, options: &options };
        let (process, port) = start.run().await?;
        tracing::info!(port, pid = process.pid(), data = %layout.root.display(), "ClickHouse is up");
        Ok(Self {
            process,
            port,
            access,
            launcher_log: layout.launcher_log(),
            stop_deadline: options.stop_deadline,
            _lock: lock,
        })
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
        self.process.ended().await;
        ended(&mut self.process, &self.launcher_log)
    }

    /// Stops ClickHouse and waits for its end.
    ///
    /// # Errors
    /// When it had ended before, or had to be killed.
    pub async fn stop(self) -> Result<(), Error> {
        let Self { mut process, launcher_log, stop_deadline: deadline, _lock, .. } = self;
        if process.has_ended() {
            return Err(ended(&mut process, &launcher_log));
        }
        let stopped = process.stop(deadline).await.doing(|| "cannot stop ClickHouse".into())?;
        match stopped {
            stopped if !stopped.in_time => Err(Error::Killed { deadline }),
            stopped if !stopped.status.success() => {
                Err(Error::Ended { status: stopped.status, tail: tail(&launcher_log), log: launcher_log })
            }
            _ => Ok(()),
        }
    }
}

/// Takes the folder for this process. The lock goes with the process, however it ends.
fn lock(layout: &Layout) -> Result<File, Error> {
    let path = layout.lock();
    let file = File::create(&path).doing(|| format!("cannot create {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { folder: layout.root.clone() }),
        Err(TryLockError::Error(error)) => Err(error).doing(|| format!("cannot lock {}", path.display())),
    }
}

/// Waits for the ClickHouse of an owner that died to finish: it stops by itself, and its lock is on a file of its own.
async fn predecessor_ended(layout: &Layout, deadline: Duration) -> Result<(), Error> {
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

/// How often a condition of another process is looked at.
const POLL: Duration = Duration::from_millis(10);

/// How many free ports are tried: between picking one and binding it anybody may take it.
const PORT_ATTEMPTS: usize = 5;

struct Start<'a> {
    layout: &'a Layout,
    access: &'a Access,
    engine: &'a Engine,
    options: &'a Options,
}

impl Start<'_> {
    async fn run(&self) -> Result<(Process, u16), Error> {
        let mut attempts = if self.options.http_port == 0 { PORT_ATTEMPTS } else { 1 };
        loop {
            attempts -= 1;
            match self.attempt().await {
                Err(Error::Ended { tail, .. }) if attempts > 0 && tail.contains("Address already in use") => {
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt(&self) -> Result<(Process, u16), Error> {
        let port = match self.options.http_port {
            0 => port::free().doing(|| "cannot find a free port".into())?,
            port => port,
        };
        self.layout
            .write(port, self.options.max_server_memory, self.access)
            .doing(|| format!("cannot write to {}", self.layout.root.display()))?;
        let mut process = self.spawn().doing(|| format!("cannot start {:?}", self.options.launcher))?;
        let log = self.layout.launcher_log();
        let deadline = self.options.start_deadline;
        tokio::select! {
            () = process.ended() => {}
            ready = timeout(deadline, self.ready(port)) => match ready {
                // A stranger may answer on the port while ours is about to fail.
                Ok(()) if !process.has_ended() => return Ok((process, port)),
                Ok(()) => {}
                Err(_) => return Err(Error::NotReady { deadline, tail: tail(&log), log }),
            }
        }
        Err(ended(&mut process, &log))
    }

    fn spawn(&self) -> io::Result<Process> {
        let [program, arguments @ ..] = self.options.launcher.as_slice() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the launcher command is empty"));
        };
        let log = File::create(self.layout.launcher_log())?;
        Process::spawn(
            Command::new(program)
                .args(arguments)
                .args(self.engine.arguments())
                .arg("--config")
                .arg(self.layout.server_config())
                .current_dir(self.layout.work())
                .stdout(log.try_clone()?)
                .stderr(log),
        )
    }

    async fn ready(&self, port: u16) {
        let mut ticks = interval(POLL);
        while !http::answers(port, &self.access.writer).await {
            ticks.tick().await;
        }
    }
}

fn ended(process: &mut Process, log: &Path) -> Error {
    match process.end() {
        Ok(status) => Error::Ended { status, tail: tail(log), log: log.to_owned() },
        Err(source) => Error::Io { action: "cannot learn how ClickHouse ended".into(), source },
    }
}

/// The last lines of a log, without the addresses of a stack trace.
fn tail(log: &Path) -> String {
    const LINES: usize = 20;
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
