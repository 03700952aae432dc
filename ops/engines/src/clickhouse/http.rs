//! The least HTTP that tells whether ClickHouse answers.

use std::{io, net::Ipv4Addr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::access::User;

/// Whether the server on the port is up, and is ours: a stranger on the same port knows no such user.
pub(super) async fn answers(port: u16, user: &User) -> bool {
    let login = format!("X-ClickHouse-User: {}\r\nX-ClickHouse-Key: {}\r\n", user.name, user.password);
    // A refused connection is an answer too: not yet.
    matches!(is_ok(port, "/ping", "").await, Ok(true))
        && matches!(is_ok(port, "/?query=SELECT%201", &login).await, Ok(true))
}

async fn is_ok(port: u16, path: &str, headers: &str) -> io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    Ok(&status == b"HTTP/1.1 200")
}
