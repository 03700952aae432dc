//! Fetching a package's archive with npm, so that its settings for registries and proxies hold.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use super::progress::Progress;

/// How often the bar moves.
const REFRESH: Duration = Duration::from_millis(100);

/// Runs the command it is given until that ends or standard input does, which it does when this process is gone, however
/// it went: then nothing of the command's group is left behind.
const LEASHED: &str = r#"
exec 3<&0
"$@" & command=$!
{ read -r _; kill -s KILL -- -$$; } <&3 & watch=$!
wait $command; status=$?
kill $watch
exit $status
"#;

/// The status with which a shell says that there is no such command.
const NOT_FOUND: i32 = 127;

/// Fetches the archive of `package` into `work` and returns its path.
pub(super) fn pack(npm: &[OsString], package: &str, work: &Path, progress: &Progress) -> io::Result<PathBuf> {
    let destination = work.join("packed");
    fs::create_dir(&destination)?;
    // A cache of its own, which goes with `work`: it shows how far npm has come, and spares the user's the archive.
    let own_cache = work.join("npm");
    let output = run(npm, package, &destination, &own_cache, progress)?;
    if output.status.code() == Some(NOT_FOUND) {
        let help = "npm is not on the PATH: install Node.js, or name a server with --clickhouse URL";
        return Err(io::Error::new(io::ErrorKind::NotFound, help));
    }
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
    let mut child = leashed(npm)
        .args(["pack", package, "--loglevel", "error", "--pack-destination"])
        .arg(destination)
        .arg("--cache")
        .arg(own_cache)
        .current_dir(destination)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let _leash = child.stdin.take();
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

/// The command in a group of its own, so that a terminal's Ctrl-C reaches this process alone.
fn leashed(command: &[OsString]) -> Command {
    let mut leashed = Command::new("sh");
    leashed.args(["-c", LEASHED, "sh"]).args(command).stdin(Stdio::piped()).process_group(0);
    leashed
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

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn what_is_fetching_ends_with_this_process() {
        // Two processes that would stay, one of them the other's child.
        let command = ["sh", "-c", "echo up; sleep 1000; true"].map(OsString::from);
        let mut child = leashed(&command).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 3]).unwrap();
        drop(child.stdin.take());
        // The pipe's end says that nobody holds it any more.
        assert_eq!(out.read_to_end(&mut Vec::new()).unwrap(), 0);
        assert_eq!(child.wait().unwrap().signal(), Some(9));
    }

    #[test]
    fn it_ends_as_its_command_does() {
        let status = |script: &str| {
            let mut child = leashed(&["sh", "-c", script].map(OsString::from)).spawn().unwrap();
            let _leash = child.stdin.take();
            child.wait().unwrap()
        };
        assert_eq!((status("exit 0").code(), status("exit 3").code()), (Some(0), Some(3)));
    }
}
