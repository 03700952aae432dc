//! A key as it is written in the file of keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AreaScope, Credential, EventScope, Key, KeyHash, Role};

/// The members of a key; either `sha256` or `client` says what its holder shows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    name: String,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<KeyHash>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    areas: Vec<AreaScope>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<EventScope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<Timestamp>,
}

/// A key that says twice, or not at all, what its holder shows.
#[derive(Debug, thiserror::Error)]
#[error("the key {0:?} must have either sha256 or client")]
pub(super) struct NoCredential(String);

impl TryFrom<Entry> for Key {
    type Error = NoCredential;

    fn try_from(entry: Entry) -> Result<Self, NoCredential> {
        let Entry { name, role, sha256, client, areas, events, created, revoked } = entry;
        let credential = match (sha256, client) {
            (Some(hash), None) => Credential::Key(hash),
            (None, Some(client)) if !client.is_empty() => Credential::Client(client),
            _ => return Err(NoCredential(name)),
        };
        Ok(Self { name, role, credential, areas, events, created, revoked })
    }
}

impl From<Key> for Entry {
    fn from(key: Key) -> Self {
        let Key { name, role, credential, areas, events, created, revoked } = key;
        let (sha256, client) = match credential {
            Credential::Key(hash) => (Some(hash), None),
            Credential::Client(client) => (None, Some(client)),
        };
        Self { name, role, sha256, client, areas, events, created, revoked }
    }
}
