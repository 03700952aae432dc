//! The launcher as an executable of its own, for tests; `weir` has it as a hidden subcommand.

use std::process::ExitCode;

fn main() -> ExitCode {
    weir_engines::clickhouse::launcher_main(std::env::args_os().skip(1))
}
