//! A key in the clear, which exists when it is made, and at its holder.

use std::fmt;

use data_encoding::HEXLOWER;
use rand::TryRng;
use rand::rngs::SysRng;

use super::{Error, KeyHash, Role};

/// A key in the clear: `weir_<role>_` and 128 random bits in hexadecimal. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainKey(String);

impl PlainKey {
    /// A new key, from the system's own randomness.
    ///
    /// # Errors
    ///
    /// When the system gives none.
    pub fn generate(role: Role) -> Result<Self, Error> {
        let mut random = [0; 16];
        SysRng.try_fill_bytes(&mut random).map_err(|error| Error::Random(error.to_string()))?;
        Ok(Self(format!("weir_{role}_{}", HEXLOWER.encode(&random))))
    }

    /// The key, for its holder's eyes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for PlainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_their_role_and_hide_in_debug() {
        let key = PlainKey::generate(Role::Official).unwrap();
        assert!(key.expose().starts_with("weir_official_"));
        assert_eq!(key.expose().len(), "weir_official_".len() + 32);
        assert_eq!(format!("{key:?} {:?}", key.hash()), "PlainKey(…) KeyHash(…)");
    }
}
