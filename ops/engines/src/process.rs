//! A child process that its owner can watch, stop in order, and never leaves behind.

use std::{
    fs::{self, File},
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::{sync::watch, time::timeout};

use crate::error::{Doing, Error};

/// A child in a process group of its own, so that a terminal's Ctrl-C reaches the owner alone and the owner
/// can drain before it stops the child. Dropping it kills the group and reaps the child.
#[derive(Debug)]
pub(crate) struct Process {
    engine: &'static str,
    child: Child,
    input: Option<ChildStdin>,
    log: PathBuf,
    ended: watch::Receiver<bool>,
    reaped: bool,
}

impl Process {
    /// Starts the command with a pipe as its standard input, whose end is the request to stop, and its output
    /// going to `log`, which begins anew.
    pub(crate) fn spawn(engine: &'static str, command: &mut Command, log: PathBuf) -> Result<Self, Error> {
        Self::try_spawn(engine, command, log)
            .doing(|| format!("cannot start {engine} with {:?}", command.get_program()))
    }

    fn try_spawn(engine: &'static str, command: &mut Command, log: PathBuf) -> io::Result<Self> {
        let output = File::create(&log)?;
        command.stdout(output.try_clone()?).stderr(output);
        let mut child = command.stdin(Stdio::piped()).process_group(0).spawn()?;
        let input = child.stdin.take();
        let (sender, ended) = watch::channel(false);
        let process = Self { engine, child, input, log, ended, reaped: false };
        let pid = process.group();
        thread::Builder::new().name("engine-watch".into()).spawn(move || {
            // NOWAIT leaves the child to be reaped by its owner, so its pid cannot be reused before.
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
            sender.send_replace(true);
        })?;
        Ok(process)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first of: `ready`, the child's end, the deadline.
    pub(crate) async fn until_ready(
        &mut self,
        deadline: Duration,
        ready: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let in_time = tokio::select! {
            () = self.ended() => false,
            in_time = timeout(deadline, ready) => in_time.is_ok(),
        };
        // What answered may be a stranger on the same port, while ours is about to fail.
        match (*self.ended.borrow(), in_time) {
            (false, true) => return Ok(()),
            (true, _) => {}
            (false, false) => {
                let (engine, log, tail) = (self.engine, self.log.clone(), tail(&self.log));
                return Err(Error::NotReady { engine, deadline, log, tail });
            }
        }
        Err(self.failure().await)
    }

    /// Waits until the child has ended, however long that takes, and says how. It may be called again.
    pub(crate) async fn failure(&mut self) -> Error {
        self.ended().await;
        match self.end() {
            Ok(status) => self.unasked(status),
            Err(source) => Error::Io { action: format!("cannot learn how {} ended", self.engine), source },
        }
    }

    /// Closes the child's standard input, waits for it to end, and kills it when `deadline` has passed. `in_order`
    /// tells the statuses it may end with.
    pub(crate) async fn stop(
        mut self,
        deadline: Duration,
        in_order: impl Fn(ExitStatus) -> bool,
    ) -> Result<(), Error> {
        if *self.ended.borrow() {
            return Err(self.failure().await);
        }
        drop(self.input.take());
        let in_time = timeout(deadline, self.ended()).await.is_ok();
        let engine = self.engine;
        let status = self.end().doing(|| format!("cannot learn how {engine} ended"))?;
        match status {
            _ if !in_time => Err(Error::Killed { engine, deadline }),
            status if in_order(status) => Ok(()),
            status => Err(self.unasked(status)),
        }
    }

    async fn ended(&self) {
        // An error means that the watching thread is gone, which it only is after the end.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }

    /// Kills what is left of the group, then reaps the child: in this order the group's id is still its own.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if !self.reaped {
            // Nothing left to kill is the only way in which this fails.
            let _ = kill_process_group(self.group(), Signal::KILL);
            self.reaped = true;
        }
        self.child.wait()
    }

    fn unasked(&self, status: ExitStatus) -> Error {
        Error::Ended { engine: self.engine, status, log: self.log.clone(), tail: tail(&self.log) }
    }

    fn group(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    const LINES: usize = 20;
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
