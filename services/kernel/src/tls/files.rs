//! The files that hold a service's certificate, its key, and who may vouch for clients.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::Error;
use crate::file_state::FileState;

/// The files, all in PEM.
#[derive(Debug, Clone)]
pub struct Files {
    /// The service's certificate and those between it and its authority, the service's first.
    pub cert: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
    /// The authorities that vouch for clients: with them every client must show a certificate.
    pub client_ca: Option<PathBuf>,
}

impl Files {
    /// What tells one state of the files from another.
    pub(super) fn states(&self) -> [Option<FileState>; 3] {
        let client_ca = self.client_ca.as_deref().and_then(FileState::of);
        [FileState::of(&self.cert), FileState::of(&self.key), client_ca]
    }

    /// How TLS is spoken with them: version 1.2 or 1.3, and HTTP/1.1 in it.
    ///
    /// Who shows no certificate where one is asked for is let in as far as being told so; one that nobody vouches for ends the handshake.
    pub(super) fn config(&self) -> Result<ServerConfig, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let unusable = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Unusable { path, source }
        };
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unusable(&self.cert))?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(path)? {
                    roots.add(authority).map_err(unusable(path))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = verifier.allow_unauthenticated().build();
                let failed = |source| Error::ClientCa { path: path.clone(), source };
                builder.with_client_cert_verifier(verifier.map_err(failed)?)
            }
        };
        let (chain, key) = (certificates(&self.cert)?, private_key(&self.key)?);
        let mut config = builder.with_single_cert(chain, key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                Error::Mismatch { cert: self.cert.clone(), key: self.key.clone() }
            }
            rustls::Error::General(_) => unusable(&self.key)(error),
            _ => unusable(&self.cert)(error),
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// All certificates of a file, at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let failed = |source| Error::Pem { path: path.to_owned(), source };
    let read = CertificateDer::pem_file_iter(path).map_err(failed)?;
    let read = read.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    if read.is_empty() {
        return Err(Error::NoCertificate(path.to_owned()));
    }
    Ok(read)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let key = PrivateKeyDer::from_pem_file(path).map_err(|error| match error {
        pem::Error::NoItemsFound => Error::NoKey(path.to_owned()),
        source => Error::Pem { path: path.to_owned(), source },
    })?;
    if fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0) {
        tracing::warn!(path = %path.display(), "everybody may read the private key; mode 0600 or 0640 is enough");
    }
    Ok(key)
}
