//! The service on a listener: ready once the log is, draining in order.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{CODES, EVENT, report};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use weir_ingest::{Inboxes, Ingest, Limits};
use weir_kernel::keys::{Key, KeyRing, Keys, PlainKey, Role};
use weir_kernel::log::EventLog;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics;

/// What is answered to a request that closes its connection.
pub(crate) async fn ask(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn creates_the_topics_takes_an_event_and_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(Settings::new(folder.path())).await.unwrap());
    let plain = PlainKey::generate(Role::Bureau).unwrap();
    let key = Key::new("b", Role::Bureau, plain.hash());
    let keys: KeyRing = Keys::new(vec![key]).unwrap().into();
    let ingest = Ingest {
        log: Arc::clone(&log),
        partitions: 2,
        keys,
        limits: Limits::default(),
        inboxes: Inboxes::default(),
        clock: Arc::new(Timestamp::now),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let running =
        tokio::spawn(ingest.run(listener, Ingest::readiness(), shutdown.clone(), Duration::from_secs(60)));

    let get = "GET /readyz HTTP/1.1\r\nhost: weir\r\nconnection: close\r\n\r\n";
    while !ask(address, get).await.starts_with("HTTP/1.1 200") {
        tokio::task::yield_now().await;
    }
    let (body, key) = (report("a1", CODES[0]).to_string(), plain.expose());
    let post = format!(
        "POST /v1/events HTTP/1.1\r\nhost: weir\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: {EVENT}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(address, &post).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert_eq!(log.ends(topics::EVENTS).await.unwrap().iter().sum::<i64>(), 1);
    assert_eq!(log.ends(topics::EVENTS).await.unwrap().len(), 2);

    shutdown.begin();
    running.await.unwrap().unwrap();
}
