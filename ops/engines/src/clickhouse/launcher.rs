//! The process ClickHouse runs in: it starts the engine and stops it on a signal or when its owner is gone.
//!
//! The owner holds the other end of the launcher's standard input; its end is the request to stop.

mod binary;
mod library;

use std::{
    ffi::OsString,
    io::{self, Read},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

/// How long an engine may take to stop before the launcher leaves without it. ClickHouse itself breaks off
/// running queries after five to seven seconds.
const STOP_DEADLINE: Duration = Duration::from_secs(30);

/// Runs ClickHouse until it is asked to stop: the body of the hidden subcommand named in
/// [`Options::launcher`](super::Options::launcher).
///
/// `arguments` are those after the subcommand. It must be called from the main thread before any other thread is
/// started, since signals are blocked for the process, and not from within an async runtime.
pub fn launcher_main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let result = match Arguments::parse(arguments) {
        Ok(Arguments { engine: Kind::Library(path), config }) => library::launch(&path, &config),
        Ok(Arguments { engine: Kind::Binary(path), config }) => binary::launch(&path, &config),
        Err(usage) => Err(io::Error::new(io::ErrorKind::InvalidInput, usage)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Arguments {
    engine: Kind,
    config: PathBuf,
}

enum Kind {
    Library(PathBuf),
    Binary(PathBuf),
}

impl Arguments {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, &'static str> {
        let [kind, engine, flag, config] =
            arguments.into_iter().collect::<Vec<_>>().try_into().map_err(|_| USAGE)?;
        let engine = match kind.to_str() {
            Some("--library") => Kind::Library(engine.into()),
            Some("--binary") => Kind::Binary(engine.into()),
            _ => return Err(USAGE),
        };
        if flag != "--config" {
            return Err(USAGE);
        }
        Ok(Self { engine, config: config.into() })
    }
}

const USAGE: &str = "usage: (--library FILE | --binary FILE) --config FILE";

/// Returns at the end of `input`, whatever came before it.
fn wait_for_end(mut input: impl Read) {
    let mut ignored = [0; 64];
    loop {
        match input.read(&mut ignored) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
            Ok(_) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_taken_as_the_owner_gives_them() {
        let parse = |line: &str| Arguments::parse(line.split(' ').map(OsString::from));
        assert!(matches!(parse("--library l --config c"), Ok(Arguments { engine: Kind::Library(_), .. })));
        assert!(matches!(parse("--binary b --config c"), Ok(Arguments { engine: Kind::Binary(_), .. })));
        for wrong in ["", "--library l", "--libary l --config c", "--library l --confg c", "a b c d e"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
