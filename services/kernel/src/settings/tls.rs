//! Settings of TLS.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration;
use crate::tls::{Error, Files, Settings, Tls};

/// Whether and how a service speaks TLS.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "TLS")]
#[group(skip)]
pub struct TlsArgs {
    /// Speak TLS alone, with this certificate and those that lead to its authority, in PEM
    #[arg(long, env = "WEIR_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, env = "WEIR_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Mutual TLS: clients must show a certificate that one of these authorities signed, in PEM
    #[arg(long, env = "WEIR_TLS_CLIENT_CA", value_name = "FILE", requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
    /// How often these files are looked at: a renewed certificate is shown from then on
    #[arg(long, env = "WEIR_TLS_RELOAD", value_name = "TIME", value_parser = duration, default_value = "10s")]
    pub tls_reload: Duration,
    /// How long a client may take to agree on TLS
    #[arg(long, env = "WEIR_TLS_HANDSHAKE_TIMEOUT", value_name = "TIME", value_parser = duration, default_value = "10s")]
    pub tls_handshake_timeout: Duration,
    /// Most clients that are agreeing on TLS at a time, on each port; further ones wait
    #[arg(long, env = "WEIR_TLS_HANDSHAKES", value_name = "N", default_value_t = 512)]
    pub tls_handshakes: usize,
}

impl TlsArgs {
    /// TLS with the files that were named, which are read again when they change; none if none was.
    ///
    /// # Errors
    /// When a file can't be used; the message names it.
    pub fn open(&self) -> Result<Option<Tls>, Error> {
        let (Some(cert), Some(key)) = (&self.tls_cert, &self.tls_key) else { return Ok(None) };
        let files = Files { cert: cert.clone(), key: key.clone(), client_ca: self.tls_client_ca.clone() };
        let settings = Settings {
            files,
            reload: self.tls_reload,
            handshake_timeout: self.tls_handshake_timeout,
            handshakes: self.tls_handshakes,
        };
        Tls::open(settings).map(Some)
    }
}
