//! How the commands connect to services: whom they trust, and what they show of themselves.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use reqwest::{Certificate, ClientBuilder, Identity};

/// Whom to trust over TLS, and what to show under mutual TLS.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct ConnectionArgs {
    /// Trust the services' certificates by these authorities, in PEM, and no others [default: those of this machine]
    #[arg(long, env = "WEIR_CA", value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The certificate to show under mutual TLS, in PEM
    #[arg(long, env = "WEIR_CLIENT_CERT", value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, env = "WEIR_CLIENT_KEY", value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
}

impl ConnectionArgs {
    /// An HTTP client of the service at `url`, but for its timeouts.
    ///
    /// # Errors
    /// When a file can't be used; the message names it.
    pub(crate) fn client(&self, url: &str) -> anyhow::Result<ClientBuilder> {
        let mut client = reqwest::Client::builder();
        if let Some(ca) = &self.ca {
            client = client.tls_certs_only(authorities(ca)?);
        } else if !url.starts_with("https:") {
            // Plain HTTP trusts nobody, and must work on a machine that has no authorities at all.
            client = client.tls_certs_only([]);
        }
        if let (Some(cert), Some(key)) = (&self.client_cert, &self.client_key) {
            let text = [read(key)?, b"\n".to_vec(), read(cert)?].concat();
            let identity = Identity::from_pem(&text);
            let of = || format!("the client certificate {} and its key {}", cert.display(), key.display());
            client = client.identity(identity.with_context(of)?);
        }
        Ok(client)
    }
}

fn authorities(path: &Path) -> anyhow::Result<Vec<Certificate>> {
    let read = Certificate::from_pem_bundle(&read(path)?).with_context(|| path.display().to_string())?;
    ensure!(!read.is_empty(), "{} holds no certificate in PEM", path.display());
    Ok(read)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}
