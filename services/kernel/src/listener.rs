//! Where a service is spoken to: a port, in the clear or over TLS.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::tls::{self, Tls};

/// A port that listens.
#[derive(Debug)]
pub struct Listener {
    /// The port.
    pub(crate) tcp: TcpListener,
    /// How TLS is spoken on it; none for plain HTTP.
    pub(crate) tls: Option<Tls>,
}

/// Why a service can't listen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken, or not this machine's.
    #[error("can't listen on {0}")]
    Address(SocketAddr, #[source] io::Error),
    /// The files of TLS are not as they should be.
    #[error(transparent)]
    Tls(#[from] tls::Error),
}

impl Listener {
    /// Starts listening on an address.
    ///
    /// # Errors
    /// When the address is taken or not this machine's; the message names it.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>) -> Result<Self, Error> {
        let tcp = TcpListener::bind(address).await.map_err(|error| Error::Address(address, error))?;
        Ok(Self { tcp, tls })
    }

    /// The address it listens on.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Closes connections whose peer takes nothing of what is sent to it for so long, whether it is gone or does not read. Holds for
    /// connections that are made from then on, which have it from the port.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn close_unread(&self, after: Duration) -> io::Result<()> {
        let milliseconds = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
        Ok(rustix::net::sockopt::set_tcp_user_timeout(&self.tcp, milliseconds)?)
    }

    /// The scheme of its URLs.
    pub const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Self { tcp, tls: None }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use rustix::net::sockopt::tcp_user_timeout;
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn connections_have_the_timeout_from_the_port() {
        let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into(), None).await.unwrap();
        listener.close_unread(Duration::from_secs(7)).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.tcp.accept().await.unwrap();
        assert_eq!(tcp_user_timeout(&accepted).unwrap(), 7_000);
    }
}
