//! Runs an installed `clickhouse` as a server of its own, beside this process.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Instant,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use signal_hook::{consts, iterator::Signals};

use super::{STOP_DEADLINE, wait_for_end};

enum Event {
    Signal,
    OwnerGone,
    Ended,
}

/// Runs the server until it is asked to stop.
pub(super) fn launch(binary: &Path, config: &Path) -> io::Result<()> {
    // Handlers, unlike a signal mask, do not reach the server. They are set before it starts, so that no signal
    // can end the launcher and leave the server behind.
    let signals = Signals::new([consts::SIGTERM, consts::SIGINT, consts::SIGHUP])?;
    let mut server = Command::new(binary)
        .args(["server", "--config-file"])
        .arg(config)
        // Its watchdog would be a second process to stop.
        .env("CLICKHOUSE_WATCHDOG_ENABLE", "0")
        .stdin(Stdio::null())
        .spawn()?;
    let events = watch(signals, Pid::from_child(&server));
    let asked = stop_on_request(&events, Pid::from_child(&server));
    let status = server.wait()?;
    if asked {
        return Ok(());
    }
    Err(io::Error::other(format!("ClickHouse ended before it was asked to stop: {status}")))
}

fn watch(mut signals: Signals, server: Pid) -> Receiver<Event> {
    let (sender, events) = mpsc::channel();
    let (signal, ended) = (sender.clone(), sender.clone());
    thread::spawn(move || signals.forever().try_for_each(|_| signal.send(Event::Signal)));
    thread::spawn(move || {
        wait_for_end(io::stdin());
        sender.send(Event::OwnerGone)
    });
    thread::spawn(move || {
        // NOWAIT leaves it to be reaped later, so that its pid is its own while it may be killed.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(server), options), Err(rustix::io::Errno::INTR)) {}
        ended.send(Event::Ended)
    });
    events
}

/// Stops the server at the first request, kills it at a second signal or the deadline. Returns when it has ended,
/// and whether it was asked to.
fn stop_on_request(events: &Receiver<Event>, server: Pid) -> bool {
    let mut deadline: Option<Instant> = None;
    loop {
        let event = match deadline {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => events.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        let signal = match (event, deadline) {
            (Ok(Event::Ended) | Err(RecvTimeoutError::Disconnected), _) => return deadline.is_some(),
            (Ok(Event::OwnerGone), Some(_)) => continue,
            (Ok(Event::Signal), Some(_)) | (Err(RecvTimeoutError::Timeout), _) => Signal::KILL,
            (Ok(Event::Signal | Event::OwnerGone), None) => Signal::TERM,
        };
        deadline = Some(Instant::now() + STOP_DEADLINE);
        // It fails only when the server has ended, which is the next event.
        let _ = kill_process(server, signal);
    }
}
