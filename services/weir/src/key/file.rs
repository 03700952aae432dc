//! The file of keys, changed by one command at a time.

use std::fs::OpenOptions;
use std::path::Path;

use anyhow::{Context, bail};
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

/// Changes the key of a name, which must be there and not revoked.
pub(super) fn change_held(
    path: &Path,
    name: &str,
    alter: impl FnOnce(&mut Key) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    change(path, |mut keys| {
        let Some(key) = keys.iter_mut().find(|key| key.name == name) else {
            bail!("{} holds no key of the name {name:?}", path.display());
        };
        if let Some(before) = key.revoked {
            bail!("the key {name:?} was revoked at {before:.0}");
        }
        alter(key)?;
        Ok(keys)
    })
}
