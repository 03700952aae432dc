//! Certificates for TLS, signed by an authority of the test's own.

use std::path::{Path, PathBuf};

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// Signs certificates, and keeps them in a folder.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
    /// The file of its own certificate.
    pub file: PathBuf,
}

/// A certificate and its private key, each in a file.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The certificate.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// When its file can't be written.
    pub fn new(folder: &Path, name: &str) -> Result<Self> {
        let mut params = CertificateParams::new([])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let file = folder.join(format!("{name}.pem"));
        std::fs::write(&file, issuer.pem())?;
        Ok(Self { issuer, folder: folder.to_owned(), file })
    }

    /// Vouches for a host or a client.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn issue(&self, name: &str) -> Result<Certificate> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new([name.to_owned()])?.signed_by(&key, &self.issuer)?;
        let cert = self.folder.join(format!("{name}.cert.pem"));
        std::fs::write(&cert, certificate.pem())?;
        let file = self.folder.join(format!("{name}.key.pem"));
        std::fs::write(&file, key.serialize_pem())?;
        Ok(Certificate { cert, key: file })
    }

    /// An HTTP client that trusts this authority, and shows a certificate if it is given one.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn client(&self, shown: Option<&Certificate>) -> Result<reqwest::Client> {
        let own = reqwest::Certificate::from_pem(&std::fs::read(&self.file)?)?;
        let mut client = reqwest::Client::builder().tls_certs_only([own]);
        if let Some(Certificate { cert, key }) = shown {
            let pem = [std::fs::read(key)?, std::fs::read(cert)?].concat();
            client = client.identity(reqwest::Identity::from_pem(&pem)?);
        }
        Ok(client.build()?)
    }
}
