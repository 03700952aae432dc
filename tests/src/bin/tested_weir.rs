//! The `weir` command, which a test may kill at a named place: `WEIR_TEST_KILL_AT=PLACE` or `PLACE:N` for the Nth time.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering};

fn main() -> ExitCode {
    if let Ok(at) = std::env::var("WEIR_TEST_KILL_AT") {
        arm(&at);
    }
    weir::main()
}

fn arm(at: &str) {
    let (place, time) = at.split_once(':').unwrap_or((at, "1"));
    let left = AtomicU32::new(time.parse().unwrap_or(1));
    let armed = fail::cfg_callback(place, move || {
        if left.fetch_sub(1, Ordering::SeqCst) == 1 {
            // As the kernel would: nothing is flushed, no destructor runs.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            std::process::abort();
        }
    });
    if let Err(error) = armed {
        eprintln!("no place {place:?} to be killed at: {error}");
        std::process::abort();
    }
}
