//! TLS in the service itself, and mutual TLS.

mod error;
mod files;
mod follow;
mod listener;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

pub use error::Error;
pub use files::Files;
pub(crate) use listener::{TlsListener, services};

/// How TLS is to be spoken.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The certificate, its key, and who vouches for clients.
    pub files: Files,
    /// How often the files are looked at.
    pub reload: Duration,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
    /// Most handshakes under way at a time on a port, at least one; further clients wait.
    pub handshakes: usize,
}

/// TLS as it is spoken now: the files may be replaced while it runs. Clones share it.
#[derive(Clone)]
pub struct Tls {
    config: Arc<RwLock<Arc<ServerConfig>>>,
    settings: Arc<Settings>,
}

impl Tls {
    /// TLS as the files say, which are read again whenever they change: who connects after that meets what they hold now. While they can't be
    /// read, or do not fit together, what was read last goes on being used.
    ///
    /// # Errors
    /// When a file can't be read or used now, or the key is not the certificate's; the message names the file.
    pub fn open(settings: Settings) -> Result<Self, Error> {
        let states = settings.files.states();
        let config = Arc::new(settings.files.config()?);
        let tls = Self { config: Arc::new(RwLock::new(config)), settings: Arc::new(settings) };
        tokio::spawn(tls.clone().follow(states));
        Ok(tls)
    }

    /// Takes the next handshake, with the files as they are now.
    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner)))
    }

    fn replace(&self, config: ServerConfig) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
    }

    /// Whether clients must show a certificate.
    fn is_mutual(&self) -> bool {
        self.settings.files.client_ca.is_some()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
