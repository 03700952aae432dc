//! Which ClickHouse to run: the one installed on the machine, else the library out of the cache.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::library;
use crate::error::Error;

/// A ClickHouse that can be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// A `clickhouse` executable.
    Binary(PathBuf),
    /// libchdb, which holds the same engine.
    Library(PathBuf),
}

impl Engine {
    /// The `clickhouse` on the `PATH` if it is recent enough (25.8), else libchdb out of the cache, which is fetched first if it is not there:
    /// 178 MB, with a progress bar on a terminal. Blocks for as long as that takes.
    ///
    /// # Errors
    /// When there is neither for this platform, or the library cannot be fetched.
    pub fn locate() -> Result<Self, Error> {
        let path = env::var_os("PATH").unwrap_or_default();
        match on_path("clickhouse", &path) {
            Some(binary) if is_recent(&binary) => Ok(Self::Binary(binary)),
            _ => library::fetch().map(Self::Library),
        }
    }

    /// How the launcher is told.
    pub(super) fn arguments(&self) -> [OsString; 2] {
        match self {
            Self::Binary(path) => ["--binary".into(), path.into()],
            Self::Library(path) => ["--library".into(), path.into()],
        }
    }
}

fn on_path(name: &str, path: &OsStr) -> Option<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(name)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// The oldest release, year and month, that knows all that the configuration names.
const OLDEST: (u32, u32) = (25, 8);

fn is_recent(binary: &Path) -> bool {
    let output = Command::new(binary).args(["local", "--version"]).stdin(Stdio::null()).output();
    let version = output.ok().and_then(|output| version(&String::from_utf8_lossy(&output.stdout)));
    if version.is_none_or(|version| version < OLDEST) {
        tracing::warn!(binary = %binary.display(), ?version, "ClickHouse on the PATH is too old and not used");
        return false;
    }
    true
}

/// The year and month out of `ClickHouse local version 26.7.2.1 (official build).`
fn version(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line.split_once("version ")?.1.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_an_executable_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clickhouse");
        let path = env::join_paths(["/nonexistent", folder.path().to_str().unwrap()]).unwrap();
        fs::write(&file, "").unwrap();
        assert_eq!(on_path("clickhouse", &path), None);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(on_path("clickhouse", &path), Some(file));
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(version("ClickHouse local version 26.7.2.1 (official build).\n"), Some((26, 7)));
        assert_eq!(version("zsh: command not found"), None);
        assert!(version("version 25.3.1.1") < Some(OLDEST) && version("version 25.10.1.1") > Some(OLDEST));
    }
}
