//! A port that speaks TLS: each handshake in a task of its own, so that a slow one holds nobody up.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use super::Tls;
use crate::problem::ProblemDetails;

/// A connection: TLS, or plain HTTP, which is answered that it should have been TLS.
pub(crate) type Connection = Either<TlsStream<TcpStream>, TcpStream>;

/// Takes connections in, and speaks TLS on them.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    tls: Tls,
    /// Those under way; all end with the listener.
    handshakes: JoinSet<Option<(Connection, SocketAddr)>>,
}

impl TlsListener {
    /// Speaks TLS on a port.
    pub(crate) fn new(tcp: TcpListener, tls: Tls) -> Self {
        Self { tcp, tls, handshakes: JoinSet::new() }
    }
}

impl Listener for TlsListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let most = self.tls.settings.handshakes.max(1);
        loop {
            tokio::select! {
                Some(shaken) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = shaken {
                        return connection;
                    }
                }
                (stream, from) = Listener::accept(&mut self.tcp), if self.handshakes.len() < most => {
                    let tls = self.tls.clone();
                    self.handshakes.spawn(async move { Some((tls.shake_in_time(stream, from).await?, from)) });
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

impl Tls {
    async fn shake_in_time(&self, stream: TcpStream, from: SocketAddr) -> Option<Connection> {
        match tokio::time::timeout(self.settings.handshake_timeout, self.shake(stream)).await {
            Ok(Ok(connection)) => Some(connection),
            Ok(Err(error)) => {
                tracing::debug!(%from, %error, "no TLS with a client");
                None
            }
            Err(_) => {
                tracing::debug!(%from, "a client's handshake took too long");
                None
            }
        }
    }

    async fn shake(&self, stream: TcpStream) -> io::Result<Connection> {
        // Answers are written whole: nothing is gained by waiting for more.
        stream.set_nodelay(true)?;
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // HTTP begins with the letters of a method, of which no record of TLS has one.
        if first[0].is_ascii_alphabetic() {
            return Ok(Either::Right(stream));
        }
        Ok(Either::Left(self.acceptor().accept(stream).await?))
    }
}

/// What serves each connection of a port that speaks TLS: `router`, or what tells a client what it did wrong.
pub(crate) fn services(
    tls: &Tls,
    router: Router,
) -> impl for<'a> tower::Service<
    IncomingStream<'a, TlsListener>,
    Response = Router,
    Error = Infallible,
    Future = Ready<Result<Router, Infallible>>,
> + Clone
+ Send
+ use<> {
    let mutual = tls.is_mutual();
    let plain = refusing(|| {
        ProblemDetails::bad_request("tls-required", "this port speaks TLS: use https:// instead of http://")
    });
    let stranger = refusing(|| {
        let detail = "this port speaks mutual TLS: show a client certificate, signed by an authority that is trusted here";
        ProblemDetails::new(StatusCode::FORBIDDEN, "client-certificate-required", detail)
    });
    tower::service_fn(move |stream: IncomingStream<'_, TlsListener>| {
        let service = match stream.io() {
            Either::Right(_) => &plain,
            Either::Left(tls) if mutual && tls.get_ref().1.peer_certificates().is_none() => &stranger,
            Either::Left(_) => &router,
        };
        ready(Ok(service.clone()))
    })
}

/// Answers everything with a problem, and ends the connection.
fn refusing(problem: fn() -> ProblemDetails) -> Router {
    Router::new().fallback(move || async move { ([(CONNECTION, "close")], problem()) })
}
