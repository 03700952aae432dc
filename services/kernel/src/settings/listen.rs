//! Settings of a service's HTTP side.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use super::{TlsArgs, duration};
use crate::listener::{Error, Listener};

/// Where a service listens, and how it leaves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "HTTP")]
pub struct ListenArgs {
    /// Address to listen on; port 0 picks a free one [default: the service's own port of 127.0.0.1]
    #[arg(long, env = "WEIR_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// How long requests under way may take to finish once the service is asked to leave
    #[arg(long, env = "WEIR_DRAIN_TIMEOUT", value_parser = duration, default_value = "20s")]
    pub drain_timeout: Duration,
    /// Whether it speaks TLS.
    #[command(flatten)]
    pub tls: TlsArgs,
}

impl ListenArgs {
    /// Port of the ingestion service.
    pub const INGEST_PORT: u16 = 8601;
    /// Port of the query service.
    pub const QUERY_PORT: u16 = 8602;
    /// Port of the aggregation service, for operators alone.
    pub const AGGREGATE_PORT: u16 = 8603;

    /// Starts listening, on this machine's `port` where no address was given; over TLS where a certificate was.
    ///
    /// # Errors
    ///
    /// When the address is taken or not this machine's, or a file of TLS can't be used; the message names it.
    pub async fn bind(&self, port: u16) -> Result<Listener, Error> {
        let address = self.listen.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
        Listener::bind(address, self.tls.open()?).await
    }
}
