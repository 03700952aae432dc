//! libchdb: fetched once with npm into the cache, checked, and kept there by its version.

mod npm;
mod progress;
mod unpack;

use std::{
    env::consts::{ARCH, OS},
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use self::progress::Progress;
use crate::{cache, error::Error};

/// An npm package that holds a libchdb, and what was found in it when it was pinned.
struct Package {
    name: &'static str,
    version: &'static str,
    /// Of the fetched archive, in bytes; for the progress bar only.
    packed: u64,
    /// Of the library, in bytes; for the progress bar only.
    unpacked: u64,
    /// Of the library, in lower-case hexadecimal.
    sha256: &'static str,
}

/// The library's path in the archive.
const MEMBER: &str = "package/libchdb.so";

/// The package for a platform. npm names siblings for `linux-arm64` and macOS, but none of them could be fetched
/// and hashed when this version was pinned, and nothing unchecked is run.
const fn package() -> Option<&'static Package> {
    const LINUX_X64: Package = Package {
        name: "@chdb/lib-linux-x64-gnu",
        version: "26.7.3-stable.1",
        packed: 177_817_999,
        unpacked: 566_330_096,
        sha256: "36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5",
    };
    if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        Some(&LINUX_X64)
    } else {
        None
    }
}

/// The checked library for this platform, fetched first if it is not in the cache. Blocks for as long as that takes.
pub(super) fn fetch() -> Result<PathBuf, Error> {
    let package = package().ok_or_else(|| Error::Unsupported { platform: format!("{OS}-{ARCH}") })?;
    Fetch { package, npm: vec!["npm".into()] }.run(&cache::folder)
}

struct Fetch<'a> {
    package: &'a Package,
    npm: Vec<OsString>,
}

impl Fetch<'_> {
    fn run(&self, cache: &dyn Fn() -> io::Result<PathBuf>) -> Result<PathBuf, Error> {
        cache().and_then(|cache| self.cached(&cache)).map_err(|error| Error::Fetch {
            package: format!("{}@{}", self.package.name, self.package.version),
            reason: error.to_string(),
        })
    }

    /// The library's final name says that it was checked: a file gets it only then, whole, in one step.
    fn cached(&self, cache: &Path) -> io::Result<PathBuf> {
        let name = format!("libchdb-{}", self.package.version);
        let library = cache.join(format!("{name}.so"));
        if library.is_file() {
            return Ok(library);
        }
        fs::create_dir_all(cache)?;
        let _lock = lock(&cache.join(format!("{name}.lock")))?;
        // Another process may have fetched it while this one waited.
        if library.is_file() {
            return Ok(library);
        }
        let work = cache.join(format!("{name}.part"));
        // What a process left that was killed while it fetched.
        remove(&work)?;
        fs::create_dir(&work)?;
        let checked = self.checked(&work).and_then(|checked| fs::rename(checked, &library));
        let removed = remove(&work);
        checked.and(removed).and(Ok(library))
    }

    fn checked(&self, work: &Path) -> io::Result<PathBuf> {
        let Package { name, version, packed, unpacked, sha256 } = *self.package;
        let progress = Progress::new("Fetching ClickHouse", packed);
        let archive = npm::pack(&self.npm, &format!("{name}@{version}"), work, &progress)?;
        let progress = Progress::new("Unpacking and checking ClickHouse", unpacked);
        let library = work.join("libchdb.so");
        unpack::member(File::open(archive)?, MEMBER, &library, sha256, &progress)?;
        Ok(library)
    }
}

/// Waits for the lock, which is given up when the file is closed.
fn lock(path: &Path) -> io::Result<File> {
    let file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::Error(error)) => return Err(error),
        Err(TryLockError::WouldBlock) => eprintln!("Another process is fetching ClickHouse; waiting for it"),
    }
    file.lock()?;
    Ok(file)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
