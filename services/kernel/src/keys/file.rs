//! The file of keys: a JSON array, readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use super::{Error, Keys};

impl Keys {
    /// Reads a file of keys.
    ///
    /// # Errors
    ///
    /// When it can't be read or holds anything but keys.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            tracing::warn!(path = %path.display(), "others may read the file of keys; mode 0600 is enough");
        }
        let bytes = fs::read(path).map_err(failed)?;
        let keys = serde_json::from_slice(&bytes)
            .map_err(|source| Error::Content { path: path.to_owned(), source })?;
        Self::new(keys)
    }

    /// Writes the keys, in mode 0600, over what is there: the whole file or nothing.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let json = serde_json::to_vec_pretty(&self.0)
            .map_err(|source| Error::Content { path: path.to_owned(), source })?;
        let beside = path.with_extension("new");
        let write = || {
            let mut file = create_private(&beside)?;
            keep_owner(path, &file)?;
            file.write_all(&json)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        };
        write().map_err(|source| Error::File { path: path.to_owned(), source })
    }
}

/// Gives a file to whoever owns the one that it takes the place of: a service that reads it must go on being able to.
fn keep_owner(path: &Path, file: &File) -> std::io::Result<()> {
    let Ok(before) = fs::metadata(path) else { return Ok(()) };
    let now = file.metadata()?;
    if (before.uid(), before.gid()) == (now.uid(), now.gid()) {
        return Ok(());
    }
    fchown(file, Some(before.uid()), Some(before.gid()))
}

/// A new file that only its owner may read. One left by a crash may have another mode, so it goes first.
fn create_private(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::super::{Credential, Key, PlainKey, Role};
    use super::*;

    #[test]
    fn keys_come_back_as_they_were_saved_in_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let plain = PlainKey::generate(Role::Bureau).unwrap();
        let areas = vec!["5107".parse().unwrap()];
        let key = Key { areas, ..Key::new("mianyang", Role::Bureau, plain.hash()) };
        let client = Key::new("deyang", Role::Bureau, Credential::Client("office-deyang".into()));
        let keys = Keys::new(vec![key, client]).unwrap();
        keys.save(&path).unwrap();
        keys.save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(plain.expose()));
        assert_eq!(Keys::load(&path).unwrap(), keys);
    }

    #[test]
    fn a_bad_file_is_refused_without_showing_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        for text in [
            r#"[{"name": "a", "role": "bureau", "sha256": "weir_bureau_0123"}]"#,
            r#"[{"name": "a", "role": "king", "sha256": ""}]"#,
            r#"[{"name": "a", "role": "bureau", "sha256": "", "key": "weir_bureau_0123"}]"#,
            r#"[{"name": "a", "role": "bureau"}]"#,
            r#"[{"name": "a", "role": "bureau", "client": ""}]"#,
            "{",
        ] {
            fs::write(&path, text).unwrap();
            let refused = format!("{:#}", anyhow::Error::from(Keys::load(&path).unwrap_err()));
            assert!(refused.contains("keys.json") && !refused.contains("0123"), "{refused}");
        }
        assert!(Keys::load(&folder.path().join("none.json")).unwrap_err().to_string().contains("none.json"));
    }
}
