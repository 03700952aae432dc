//! The file of keys, changed by one command at a time.

use std::fs::OpenOptions;
use std::path::Path;

use anyhow::Context;
use weir_kernel::keys::{Key, Keys};

/// Its name in a data folder.
pub(crate) const NAME: &str = "keys.json";

/// The keys of a file, which must be there.
pub(super) fn read(path: &Path) -> anyhow::Result<Keys> {
    Ok(Keys::load(path)?)
}

/// Changes the keys of a file, or makes it. Meanwhile no other command does: a lock beside the file is held, since the file itself
/// is replaced.
pub(super) fn change(
    path: &Path,
    change: impl FnOnce(Vec<Key>) -> anyhow::Result<Vec<Key>>,
) -> anyhow::Result<()> {
    let beside = path.with_extension("lock");
    let lock = OpenOptions::new().create(true).write(true).truncate(false).open(&beside);
    let lock = lock.with_context(|| beside.display().to_string())?;
    lock.lock().with_context(|| format!("{} can't be locked", beside.display()))?;
    let held = if path.try_exists()? { read(path)? } else { Keys::default() };
    let keys = Keys::new(change(held.iter().cloned().collect())?)?;
    Ok(keys.save(path)?)
}
