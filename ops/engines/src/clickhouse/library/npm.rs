//! Fetching a package's archive with npm, so that its settings for registries and proxies hold.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use super::progress::Progress;

/// How often the bar moves.
const REFRESH: Duration = Duration::from_millis(100);

/// Fetches the archive of `package` into `work` and returns its path.
pub(super) fn pack(npm: &[OsString], package: &str, work: &Path, progress: &Progress) -> io::Result<PathBuf> {
    let destination = work.join("packed");
    fs::create_dir(&destination)?;
    // A cache of its own, which goes with `work`: it shows how far npm has come, and spares the user's the archive.
    let own_cache = work.join("npm");
    let output = run(npm, package, &destination, &own_cache, progress)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("npm pack failed ({}): {}", output.status, message.trim())));
    }
    let archive = fs::read_dir(&destination)?.find_map(|entry| Some(entry.ok()?.path()));
    archive.ok_or_else(|| io::Error::other("npm pack left no archive"))
}

fn run(
    npm: &[OsString],
    package: &str,
    destination: &Path,
    own_cache: &Path,
    progress: &Progress,
) -> io::Result<Output> {
    let [program, arguments @ ..] = npm else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the npm command is empty"));
    };
    let child = Command::new(program)
        .args(arguments)
        .args(["pack", package, "--loglevel", "error", "--pack-destination"])
        .arg(destination)
        .arg("--cache")
        .arg(own_cache)
        .current_dir(destination)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    loop {
        match ended.recv_timeout(REFRESH) {
            Ok(output) => return output,
            Err(RecvTimeoutError::Timeout) => progress.set(largest_file(own_cache)),
            Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("lost sight of npm")),
        }
    }
}

fn missing(error: io::Error) -> io::Error {
    if error.kind() != io::ErrorKind::NotFound {
        return error;
    }
    let help = "npm is not on the PATH: install Node.js, or name a server with --clickhouse URL";
    io::Error::new(io::ErrorKind::NotFound, help)
}

/// The size of the largest file below a folder in bytes: the archive, as npm writes it to its cache.
fn largest_file(folder: &Path) -> u64 {
    // Files come and go while npm works: what cannot be read is not there.
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let metadata = entry.metadata().ok()?;
        Some(if metadata.is_dir() { largest_file(&entry.path()) } else { metadata.len() })
    });
    sizes.max().unwrap_or(0)
}
