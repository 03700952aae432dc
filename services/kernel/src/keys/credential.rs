//! What the holder of a key shows.

use super::KeyHash;

/// What is shown, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// The key itself, of which the hash is kept.
    Key(KeyHash),
    /// A token that the identity provider gave to this client.
    Client(String),
}

impl Credential {
    /// The client, if it is one's tokens.
    pub fn client(&self) -> Option<&str> {
        match self {
            Credential::Key(_) => None,
            Credential::Client(client) => Some(client),
        }
    }
}

impl From<KeyHash> for Credential {
    fn from(hash: KeyHash) -> Self {
        Credential::Key(hash)
    }
}
