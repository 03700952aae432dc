//! One connection to query, which asks one question at a time: a client that costs as little as may be.

use std::time::{Duration, Instant};

use anyhow::ensure;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection.
pub(crate) struct Connection {
    sender: SendRequest<Empty<Bytes>>,
    host: String,
}

impl Connection {
    /// Opens one to an address such as `127.0.0.1:8090`.
    pub(super) async fn open(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with its sender; what goes wrong with it the sender tells.
        tokio::spawn(connection);
        Ok(Self { sender, host: host.to_owned() })
    }

    /// Asks for a path; how long it took until the last byte of the answer.
    pub(crate) async fn ask(&mut self, path: &str) -> anyhow::Result<Duration> {
        let request = Request::get(path).header(header::HOST, &self.host).body(Empty::new())?;
        // It is not ready at once for the next question after the last answer's end.
        self.sender.ready().await?;
        let begun = Instant::now();
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        let took = begun.elapsed();
        ensure!(status == StatusCode::OK, "{path} was answered {status}: {}", String::from_utf8_lossy(&body));
        Ok(took)
    }
}
