//! What can be wrong with the files of TLS.

use std::path::PathBuf;

use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::pem;

/// Why TLS can't be spoken with these files. Never shows a key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file can't be read, or is no PEM.
    #[error("{path} can't be read as PEM")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A file holds no certificate.
    #[error("{0} holds no certificate in PEM")]
    NoCertificate(PathBuf),
    /// A file holds no private key.
    #[error("{0} holds no private key in PEM (PKCS #8, PKCS #1 or SEC 1, not encrypted)")]
    NoKey(PathBuf),
    /// The key is another's.
    #[error("the private key in {key} does not belong to the first certificate in {cert}")]
    Mismatch {
        /// The file of the certificate.
        cert: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// What a file holds can't be used.
    #[error("what {path} holds can't be used for TLS")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
    /// A file of certificates of authorities can't be used.
    #[error("the certificates in {path} can't vouch for clients")]
    ClientCa {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rustls::server::VerifierBuilderError,
    },
}
