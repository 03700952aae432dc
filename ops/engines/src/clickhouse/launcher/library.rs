//! Runs ClickHouse inside this process, out of libchdb.
//!
//! Its C function is the main of clickhouse-local: told to listen and then to read its standard input, it
//! serves until that input ends.
#![allow(unsafe_code, reason = "calling into a C library is; it is done nowhere else")]

use std::{
    ffi::{CStr, CString, c_char, c_int, c_void},
    fs::File,
    io,
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Instant,
};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use nix::sys::signal::{SigSet, Signal};
use rustix::{fd::OwnedFd, io::dup, pipe::PipeFlags, stdio::dup2_stdin};

use super::{STOP_DEADLINE, wait_for_end};

const QUERY: &str = "SYSTEM START LISTEN HTTP; SELECT count() FROM table";

/// A reason to stop.
enum Request {
    Signal,
    OwnerGone,
}

/// Runs the engine until it is asked to stop.
pub(super) fn launch(library: &Path, config: &Path) -> io::Result<()> {
    // Before the library is loaded: its threads inherit the mask, so that its handlers never see these signals.
    let signals = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP].into_iter().collect::<SigSet>();
    signals.thread_block()?;
    let asked = stop_on_request(signals)?;
    let answer = run(library, config)?;
    if asked.load(Ordering::SeqCst) {
        // The library's destructors run at exit beside its threads: they are left out.
        leave(0)
    }
    // A statement that fails, a port or folder in use: all return without an error of their own.
    Err(io::Error::other(format!("ClickHouse returned before it was asked to stop: {answer}")))
}

/// Gives the engine a standard input of its own, which ends at the first request to stop.
fn stop_on_request(signals: SigSet) -> io::Result<Arc<AtomicBool>> {
    let owner = File::from(dup(rustix::stdio::stdin())?);
    let (input, hold) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    dup2_stdin(input)?;
    let asked = Arc::new(AtomicBool::new(false));
    let (sender, requests) = mpsc::channel();
    let thread = |name: &str| thread::Builder::new().name(name.into());
    thread("signals").spawn({
        let sender = sender.clone();
        move || watch_signals(&signals, &sender)
    })?;
    thread("owner").spawn(move || {
        wait_for_end(owner);
        // No receiver is left only when the process is on its way out.
        let _ = sender.send(Request::OwnerGone);
    })?;
    thread("stop").spawn({
        let asked = Arc::clone(&asked);
        move || stop(&requests, &asked, hold)
    })?;
    Ok(asked)
}

fn watch_signals(signals: &SigSet, sender: &Sender<Request>) {
    while signals.wait().is_ok() && sender.send(Request::Signal).is_ok() {}
}

fn stop(requests: &Receiver<Request>, asked: &AtomicBool, hold: OwnedFd) -> ! {
    // It fails only when both watching threads have ended, and stopping is right then too.
    let _ = requests.recv();
    asked.store(true, Ordering::SeqCst);
    drop(hold);
    let deadline = Instant::now() + STOP_DEADLINE;
    loop {
        match requests.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            // After a signal, the owner's end is no second wish.
            Ok(Request::OwnerGone) => {}
            Ok(Request::Signal) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => leave(1),
        }
    }
}

/// Loads the library and calls its main. Returns what it says when it comes back.
fn run(library: &Path, config: &Path) -> io::Result<String> {
    let arguments = arguments(config)?;
    let mut pointers: Vec<*mut c_char> =
        arguments.iter().map(|argument| argument.as_ptr().cast_mut()).collect();
    pointers.push(std::ptr::null_mut());
    let count = c_int::try_from(arguments.len()).map_err(io::Error::other)?;
    // SAFETY: loading runs the library's initialisers; it is the pinned file whose hash was checked. It stays
    // loaded to the end of the process, since its threads do (`forget`). The signatures are those of its header
    // chdb.h. The arguments are null-terminated strings in a null-terminated array, and outlive the call; as with
    // any main it may reorder the array, which is ours and mutable, and does not write into the strings.
    unsafe {
        let library = Library::open(Some(library), RTLD_NOW | RTLD_LOCAL).map_err(io::Error::other)?;
        let main = *library
            .get::<unsafe extern "C" fn(c_int, *mut *mut c_char) -> *mut c_void>("chdb_query_cmdline")
            .map_err(io::Error::other)?;
        let error = *library
            .get::<unsafe extern "C" fn(*mut c_void) -> *const c_char>("chdb_result_error")
            .map_err(io::Error::other)?;
        std::mem::forget(library);
        let result = main(count, pointers.as_mut_ptr());
        let message = if result.is_null() { std::ptr::null() } else { error(result) };
        if message.is_null() {
            return Ok("it gave no reason".into());
        }
        Ok(CStr::from_ptr(message).to_string_lossy().into_owned())
    }
}

fn arguments(config: &Path) -> io::Result<Vec<CString>> {
    let fixed: [&[u8]; 11] = [
        b"clickhouse",
        b"--log-level",
        b"information",
        b"--input-format",
        b"LineAsString",
        b"--structure",
        b"x String",
        b"--query",
        QUERY.as_bytes(),
        b"--config-file",
        config.as_os_str().as_bytes(),
    ];
    fixed.into_iter().map(|argument| CString::new(argument).map_err(io::Error::other)).collect()
}

fn leave(code: c_int) -> ! {
    // SAFETY: `_exit` ends the process at once and touches no memory of it.
    unsafe { nix::libc::_exit(code) }
}
