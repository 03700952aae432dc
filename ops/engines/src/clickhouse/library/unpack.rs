//! Taking one file out of a gzipped tar archive and checking its hash on the way.

use std::{
    fs::OpenOptions,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use tar::Archive;

use super::{super::access::hex, progress::Progress};

const BUFFER: usize = 1 << 20;

/// Writes `member` of `archive` to `file`, read-only and synced, if its sha256 is the expected one.
pub(super) fn member(
    archive: impl Read,
    member: &str,
    file: &Path,
    sha256: &str,
    progress: &Progress,
) -> io::Result<()> {
    for entry in Archive::new(GzDecoder::new(archive)).entries()? {
        let entry = entry?;
        if entry.path()? == Path::new(member) {
            return checked(progress.of(entry), file, sha256);
        }
    }
    Err(io::Error::other(format!("the archive has no {member}")))
}

fn checked(mut content: impl Read, file: &Path, sha256: &str) -> io::Result<()> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o444).open(file)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = content.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        out.write_all(&buffer[..read])?;
    }
    let found = hex(&hash.finalize());
    if found != sha256 {
        return Err(io::Error::other(format!("its sha256 is {found}, expected {sha256}")));
    }
    out.sync_all()
}
