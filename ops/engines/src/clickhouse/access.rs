//! The database users of an embedded ClickHouse and their passwords, which last as long as its data folder.

use std::{fmt, io, path::Path};

use rand::{TryRng, rngs::SysRng};
use serde::{Deserialize, Serialize};

use super::config::write_private;
use crate::error::{Doing, Error};

/// A database user and its password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// The password, random and stored in the data folder (file mode 0600).
    pub password: String,
}

impl fmt::Debug for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password must not reach a log.
        formatter.debug_struct("User").field("name", &self.name).finish_non_exhaustive()
    }
}

impl User {
    fn random(name: &str) -> io::Result<Self> {
        let mut bytes = [0; 24];
        SysRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
        Ok(Self { name: name.into(), password: hex(&bytes) })
    }
}

/// The two users a data folder knows.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Access {
    pub(super) writer: User,
    pub(super) reader: User,
}

impl Access {
    /// Reads the users from `file`, or makes them and writes it.
    pub(super) fn load_or_create(file: &Path) -> Result<Self, Error> {
        match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Self::create(file).doing(|| format!("cannot write {}", file.display()));
            }
            Err(error) => Err(serde_json::Error::io(error)),
        }
        .doing(|| format!("cannot read {}", file.display()))
    }

    fn create(file: &Path) -> io::Result<Self> {
        let access = Self { writer: User::random("weir_writer")?, reader: User::random("weir_reader")? };
        write_private(file, &serde_json::to_string_pretty(&access)?)?;
        Ok(access)
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_random_and_outlast_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access.json");
        let made = Access::load_or_create(&file).unwrap();
        assert_eq!(Access::load_or_create(&file).unwrap(), made);
        assert_ne!(made.writer.password, made.reader.password);
        assert_eq!(made.writer.password.len(), 48);
    }

    #[test]
    fn a_broken_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access.json");
        std::fs::write(&file, "{").unwrap();
        let error = Access::load_or_create(&file).unwrap_err().to_string();
        assert!(error.contains("access.json"), "{error}");
    }

    #[test]
    fn a_password_is_not_printed() {
        let user = User::random("u").unwrap();
        assert!(!format!("{user:?}").contains(&user.password));
    }
}
