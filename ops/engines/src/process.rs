//! A child process that its owner can watch, stop in order, and never leaves behind.

use std::{
    io,
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::sync::watch;

/// A child in a process group of its own, so that a terminal's Ctrl-C reaches the owner alone and the owner
/// can drain before it stops the child. Dropping it kills the group and reaps the child.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    ended: watch::Receiver<bool>,
    reaped: bool,
}

impl Process {
    /// Starts the command with a pipe as its standard input, whose end is the request to stop.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).process_group(0).spawn()?;
        let input = child.stdin.take();
        let (sender, ended) = watch::channel(false);
        let process = Self { child, input, ended, reaped: false };
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

    /// Waits until the child has ended, however long that takes; it may be called any number of times.
    pub(crate) async fn ended(&self) {
        // An error means that the watching thread is gone, which it only is after the end.
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }

    pub(crate) fn has_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Closes the child's standard input, waits for it to end, and kills it when `deadline` has passed.
    pub(crate) async fn stop(mut self, deadline: Duration) -> io::Result<Stopped> {
        drop(self.input.take());
        let in_time = tokio::time::timeout(deadline, self.ended()).await.is_ok();
        Ok(Stopped { status: self.end()?, in_time })
    }

    /// Kills what is left of the group, then reaps the child: in this order the group's id is still its own.
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        if !self.reaped {
            // Nothing left to kill is the only way in which this fails.
            let _ = kill_process_group(self.group(), Signal::KILL);
            self.reaped = true;
        }
        self.child.wait()
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

/// How a child that was asked to stop came to its end.
pub(crate) struct Stopped {
    pub(crate) status: ExitStatus,
    pub(crate) in_time: bool,
}
