//! The `weir` command: everything on one machine, and the tools around it.

mod cli;
mod connection;
mod explain;
mod import;
mod key;
mod operations;
mod progress;
mod push;
mod release;
pub mod simulate;
mod template;
mod up;
mod verify;

use std::process::ExitCode;

pub use up::RunFile;

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    cli::main()
}
