//! Requests as no client sends them: written byte by byte, of any length, and answered before they end.

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request that is written piece by piece.
pub struct RawRequest {
    address: String,
    head: String,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Everything after the status.
    pub text: String,
}

impl RawRequest {
    /// A request to send events to a service, with a key.
    pub fn events(address: &str, key: &str) -> Self {
        let head = format!(
            "POST /v1/events HTTP/1.1\r\nhost: weir\r\nconnection: close\r\nauthorization: Bearer {key}\r\n"
        );
        Self { address: address.to_owned(), head }
    }

    /// With a further header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head += &format!("{name}: {value}\r\n");
        self
    }

    /// Writes the head and the beginning of a body that is to be longer, and leaves the connection so.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn begin(self, body: &[u8]) -> Result<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).await?;
        let head = format!("{}content-length: {}\r\n\r\n", self.head, body.len() + 1);
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        Ok(stream)
    }

    /// Sends a body.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(self, body: &[u8]) -> Result<RawAnswer> {
        self.send_often(body, 1).await
    }

    /// Sends a body of the same piece so many times over, until it is sent or the service will not read on.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send_often(self, piece: &[u8], times: usize) -> Result<RawAnswer> {
        let stream = TcpStream::connect(&self.address).await?;
        let (reader, mut writer) = stream.into_split();
        let write = async {
            let length = piece.len() * times;
            writer.write_all(format!("{}content-length: {length}\r\n\r\n", self.head).as_bytes()).await?;
            for _ in 0..times {
                writer.write_all(piece).await?;
            }
            writer.flush().await
        };
        // Who was answered already may not be read any more.
        let (answer, _) = tokio::join!(answer(reader), write);
        answer
    }
}

/// Reads an answer to the end of its connection, or as far as it comes.
///
/// # Errors
/// When it is none.
pub async fn answer(mut reader: impl tokio::io::AsyncRead + Unpin) -> Result<RawAnswer> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 16 << 10];
    // A connection that is cut after its answer has answered.
    while let Ok(count @ 1..) = reader.read(&mut piece).await {
        bytes.extend_from_slice(&piece[..count]);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(RawAnswer { status: status.with_context(|| format!("no answer: {text:?}"))?, text })
}
