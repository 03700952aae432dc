//! Processes that are asked to leave.

use std::process::Child;

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::wait::until;

/// Asks a process to leave, by SIGTERM.
///
/// # Errors
/// When there is no such process.
pub fn ask_to_leave(child: &Child) -> Result<()> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    Ok(kill_process(pid.context("no process")?, Signal::TERM)?)
}

/// Waits until a process that was asked to has left, which it must with success.
///
/// # Errors
/// When it stays, or leaves otherwise.
pub async fn left(child: &mut Child, what: &str) -> Result<()> {
    let leaves = format!("{what} leaves");
    let status = until(&leaves, || {
        let ended = child.try_wait();
        async move { Ok(ended?) }
    });
    let status = status.await?;
    ensure!(status.success(), "{what} left with {status}");
    Ok(())
}
