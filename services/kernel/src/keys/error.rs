//! What can be wrong with keys.

use std::io;
use std::path::PathBuf;

use crate::oidc;

/// Why keys could not be read, kept or made. Never shows a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of keys can't be read or written.
    #[error("the file of keys {path} can't be used")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the file of keys {path} is not as it should be")]
    Content {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// Two keys with the same name, hash or client.
    #[error("the key {0:?} has the name, the hash or the client of another")]
    Twice(String),
    /// A key without a name.
    #[error("a key has no name")]
    Nameless,
    /// The identity provider's settings can't be used.
    #[error(transparent)]
    Provider(#[from] oidc::Error),
    /// The system gives no randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}
