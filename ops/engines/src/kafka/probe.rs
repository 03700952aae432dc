//! The least of Kafka's protocol that tells whether it answers.

use std::{io, net::Ipv4Addr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const METADATA: i16 = 3;
/// The oldest version that brokers of Kafka 4 take.
const VERSION: i16 = 4;
const CORRELATION: i32 = 1;
const NO_CLIENT: i16 = -1;
const NO_TOPICS: i32 = 0;
const CREATE_TOPICS: u8 = 0;

/// How many brokers of its cluster the one on the port knows to be alive, as clients learn it.
pub(super) async fn brokers(port: u16) -> io::Result<i32> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let mut request = Vec::new();
    request.extend(METADATA.to_be_bytes());
    request.extend(VERSION.to_be_bytes());
    request.extend(CORRELATION.to_be_bytes());
    request.extend(NO_CLIENT.to_be_bytes());
    request.extend(NO_TOPICS.to_be_bytes());
    request.push(CREATE_TOPICS);
    stream.write_u32(u32::try_from(request.len()).map_err(io::Error::other)?).await?;
    stream.write_all(&request).await?;
    let _length = stream.read_u32().await?;
    let _correlation = stream.read_i32().await?;
    let _throttle_ms = stream.read_i32().await?;
    stream.read_i32().await
}
