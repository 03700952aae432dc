//! The events of `schemas/events`: what all mutation starts from.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::Context;
use serde_json::Value;

static VALID: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let files = files("valid").expect("the examples of schemas/events");
    let read = |path: &PathBuf| serde_json::from_slice(&fs::read(path).ok()?).ok();
    files.iter().filter_map(read).collect()
});

/// Every good example.
pub(crate) fn valid() -> &'static [Value] {
    &VALID
}

/// The files of a kind of example: `valid`, `invalid` or `refused`.
pub(crate) fn files(kind: &str) -> anyhow::Result<Vec<PathBuf>> {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/events");
    let mut files = Vec::new();
    for entry in fs::read_dir(&events).with_context(|| events.display().to_string())? {
        let folder = entry?.path().join(kind);
        if folder.is_dir() {
            for file in fs::read_dir(folder)? {
                files.push(file?.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
