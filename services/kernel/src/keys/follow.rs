//! Keeps a ring of keys up to date with their file.

use std::path::PathBuf;
use std::time::Duration;

use super::{Error, Key, KeyRing, Keys};
use crate::file_state::FileState;

/// A file of keys that is looked at again and again.
#[derive(Debug, Clone)]
pub struct KeysFile {
    /// Where it is.
    pub path: PathBuf,
    /// How often it is looked at.
    pub every: Duration,
    /// Keys that hold besides those of the file.
    pub besides: Keys,
    /// Whether it may be missing: then there are none but those besides.
    pub optional: bool,
}

impl KeysFile {
    /// The keys of the file, which are kept up to date from now on: a key that is made or revoked counts within `every`. While the
    /// file can't be read, or holds something else, the keys that were read last go on holding.
    ///
    /// # Errors
    /// When it can't be read, or holds anything but keys, now.
    pub fn open(self) -> Result<KeyRing, Error> {
        let mut state = FileState::of(&self.path);
        let ring = KeyRing::from(self.read()?);
        let following = ring.clone();
        tokio::spawn(async move {
            let mut every = tokio::time::interval(self.every.max(Duration::from_millis(1)));
            let mut complained = None;
            every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                every.tick().await;
                let now = FileState::of(&self.path);
                if now == state {
                    continue;
                }
                match self.read() {
                    Ok(keys) => {
                        state = now;
                        tracing::info!(path = %self.path.display(), keys = keys.len(), "keys read again");
                        following.replace(keys);
                    }
                    // Tried again at every look, and told once.
                    Err(error) => {
                        if complained != Some(now) {
                            let error: &dyn std::error::Error = &error;
                            tracing::warn!(error, "the keys read before go on holding");
                        }
                        complained = Some(now);
                    }
                }
            }
        });
        Ok(ring)
    }

    fn read(&self) -> Result<Keys, Error> {
        match Keys::load(&self.path) {
            Err(Error::File { source, .. })
                if self.optional && source.kind() == std::io::ErrorKind::NotFound =>
            {
                Ok(self.besides.clone())
            }
            read => self.besides.clone().and(self.fitting(read?)),
        }
    }

    /// The keys that do not clash with those besides: one that does must not keep the others from being read.
    fn fitting(&self, keys: Keys) -> Keys {
        let clashes = |key: &Key| self.besides.iter().any(|one| one.clashes(key));
        keys.without(|key| {
            let clashes = clashes(key);
            if clashes {
                tracing::warn!(key = key.name, "a key of the file is passed over: its name is taken");
            }
            clashes
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{PlainKey, Role};
    use super::*;

    #[tokio::test]
    async fn keys_made_later_hold_and_a_broken_file_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let key = |name: &str| {
            let plain = PlainKey::generate(Role::Bureau).unwrap();
            (Key::new(name, Role::Bureau, plain.hash()), plain)
        };
        let ((own, shown), (made, later)) = (key("own"), key("made"));
        let file = KeysFile {
            path: path.clone(),
            every: Duration::from_millis(1),
            besides: Keys::new(vec![own]).unwrap(),
            optional: true,
        };
        let ring = file.clone().open().unwrap();
        let until = async |known: usize| {
            let known = async {
                while ring.now().len() != known {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), known).await.expect("never came to hold");
        };
        until(1).await;
        // One that takes a name that is taken is passed over, and keeps no other out.
        let (clashing, _) = key("own");
        Keys::new(vec![clashing, made]).unwrap().save(&path).unwrap();
        until(2).await;
        assert!(ring.now().authenticate(later.expose()).is_some());
        fs::write(&path, "{").unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(ring.now().len(), 2);
        fs::remove_file(&path).unwrap();
        until(1).await;
        assert!(ring.now().authenticate(shown.expose()).is_some());
        assert!(KeysFile { optional: false, ..file }.open().is_err());
    }
}
