//! What can be wrong with the settings of an identity provider.

use std::io;
use std::path::PathBuf;

/// Why tokens of an identity provider can't be taken at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address is none, or one that whoever sits on the way could answer for.
    #[error("{0:?} is no address of an identity provider: https://…, or http://… on this machine alone")]
    Address(String),
    /// A file can't be read.
    #[error("{path} can't be read")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file holds no signing keys.
    #[error("{path} holds no signing keys that can be used (a JWK Set with RSA, EC or Ed25519 keys)")]
    SigningKeys {
        /// The file.
        path: PathBuf,
    },
    /// There can be no HTTP client.
    #[error("the identity provider can't be asked")]
    Client(#[source] reqwest::Error),
    /// The file of authorities holds none.
    #[error("{path} holds no certificates in PEM")]
    Authorities {
        /// The file.
        path: PathBuf,
    },
}
