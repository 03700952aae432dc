//! Which ClickHouse to run: the one installed on the machine, else the library out of the cache.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
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
    /// The `clickhouse` on the `PATH`, else libchdb out of the cache, which is fetched first if it is not there:
    /// 178 MB, with a progress bar on a terminal. Blocks for as long as that takes.
    ///
    /// # Errors
    /// When there is neither for this platform, or the library cannot be fetched.
    pub fn locate() -> Result<Self, Error> {
        let path = env::var_os("PATH").unwrap_or_default();
        match on_path("clickhouse", &path) {
            Some(binary) => Ok(Self::Binary(binary)),
            None => library::fetch().map(Self::Library),
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
}
