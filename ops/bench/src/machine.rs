//! What a result has to be read with: the machine, how busy it was, and the commit.

use std::fs;
use std::process::Command;

use serde::Serialize;

/// Where and of what something was measured. What can't be found out is absent.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    cores: Option<usize>,
    model: Option<String>,
    memory_mib: Option<u64>,
    /// How many tasks ran or waited to run, on average over the minute before.
    load: Option<String>,
    commit: Option<String>,
    /// Whether files differed from the commit.
    changed: Option<bool>,
}

impl Machine {
    /// This machine, and the commit of the working folder.
    pub(crate) fn here() -> Self {
        let memory = line("/proc/meminfo", "MemTotal");
        let memory = memory.and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok());
        let load = fs::read_to_string("/proc/loadavg").ok();
        Self {
            cores: std::thread::available_parallelism().ok().map(usize::from),
            model: line("/proc/cpuinfo", "model name"),
            memory_mib: memory.map(|kib| kib / 1_024),
            load: load.and_then(|load| load.split(' ').next().map(str::to_owned)),
            commit: git(&["rev-parse", "--short=10", "HEAD"]),
            changed: git(&["status", "--porcelain", "--untracked-files=no"]).map(|files| !files.is_empty()),
        }
    }
}

/// The value of the first `name : value` in a file.
fn line(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().to_owned())
}
