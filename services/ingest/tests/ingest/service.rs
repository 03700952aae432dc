//! The service on a listener: ready once the log is, draining in order.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::faulty_log::FaultyLog;
use crate::support::{CODES, EVENT, report};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use weir_ingest::{Inboxes, Ingest, Limits, RoundSettings};
use weir_kernel::keys::{Key, KeyRing, Keys, PlainKey, Role};
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{EventLog, NewRecord};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics;
use weir_schemas::event::Form;

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
        rounds: RoundSettings::default(),
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

/// An instance of the service over a log, with its address.
async fn instance(log: &Arc<dyn EventLog>, keys: &KeyRing, shutdown: &Shutdown) -> std::net::SocketAddr {
    limited(log, keys, Limits::default(), shutdown).await
}

async fn limited(
    log: &Arc<dyn EventLog>,
    keys: &KeyRing,
    limits: Limits,
    shutdown: &Shutdown,
) -> std::net::SocketAddr {
    let ingest = Ingest {
        log: Arc::clone(log),
        partitions: 2,
        keys: keys.clone(),
        limits,
        rounds: RoundSettings {
            refuse_after_closing: vec![Form::F107_2],
            rounds_patience: Duration::from_millis(100),
        },
        inboxes: Inboxes::default(),
        clock: Arc::new(Timestamp::now),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let readiness = Ingest::readiness();
    tokio::spawn(ingest.run(listener, readiness.clone(), shutdown.clone(), Duration::from_secs(60)));
    readiness.ready().await;
    address
}

/// What a service says of an event, by a key.
async fn post(address: std::net::SocketAddr, key: &PlainKey, event: &Value) -> String {
    let (body, key) = (event.to_string(), key.expose());
    let post = format!(
        "POST /v1/events HTTP/1.1\r\nhost: weir\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: {EVENT}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    ask(address, &post).await
}

#[tokio::test]
async fn instances_hear_of_rounds_from_one_another_and_from_what_the_log_held_before() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(Settings::new(folder.path())).await.unwrap());
    log.create_topics(&topics::topics(2)).await.unwrap();
    let plain = PlainKey::generate(Role::Bureau).unwrap();
    let keys: KeyRing = Keys::new(vec![Key::new("b", Role::Bureau, plain.hash())]).unwrap().into();
    let word = |kind: &str, id: &str| {
        json!({"specversion": "1.0", "id": id, "source": "/bureaus/510000", "type": format!("weir.period.{kind}.v1"),
            "subject": "107-2", "time": "2025-06-30T07:00:00Z",
            "data": {"form": "107-2", "period": "2024", "level": "province"}})
    };
    // A log from before there were copies.
    let closed = NewRecord::new("107-2", word("closed", "r1").to_string());
    log.append(topics::EVENTS, vec![closed]).await.into_iter().for_each(|answer| {
        answer.unwrap();
    });
    let shutdown = Shutdown::new();
    let one = instance(&log, &keys, &shutdown).await;
    let filed = report("a1", CODES[0]);
    let answer = post(one, &plain, &filed).await;
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("E-ROUND-CLOSED"), "{answer}");

    let two = instance(&log, &keys, &shutdown).await;
    assert!(post(two, &plain, &filed).await.contains("E-ROUND-CLOSED"));
    assert!(post(one, &plain, &word("reopened", "r2")).await.starts_with("HTTP/1.1 202"));
    while !post(two, &plain, &filed).await.starts_with("HTTP/1.1 202") {
        tokio::task::yield_now().await;
    }
    shutdown.begin();
}

#[tokio::test]
async fn an_instance_that_does_not_hear_of_rounds_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(Settings::new(folder.path())).await.unwrap());
    let faulty = Arc::new(FaultyLog::new(Arc::clone(&log)));
    let plain = PlainKey::generate(Role::Bureau).unwrap();
    let keys: KeyRing = Keys::new(vec![Key::new("b", Role::Bureau, plain.hash())]).unwrap().into();
    let shutdown = Shutdown::new();
    let one = instance(&log, &keys, &shutdown).await;
    let over: Arc<dyn EventLog> = faulty.clone();
    let other = instance(&over, &keys, &shutdown).await;
    let get = "GET /readyz HTTP/1.1\r\nhost: weir\r\nconnection: close\r\n\r\n";
    let until = async |status: u16| {
        let waiting = async {
            loop {
                let answer = ask(other, get).await;
                if answer.starts_with(&format!("HTTP/1.1 {status}")) {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap()
    };

    faulty.deaf.store(true, Ordering::SeqCst);
    let closed = json!({"specversion": "1.0", "id": "r1", "source": "/bureaus/510000", "type": "weir.period.closed.v1",
        "subject": "107-2", "time": "2025-06-30T07:00:00Z",
        "data": {"form": "107-2", "period": "2024", "level": "province"}});
    assert!(post(one, &plain, &closed).await.starts_with("HTTP/1.1 202"));
    assert!(until(503).await.contains("rounds"));
    let filed = report("a1", CODES[0]);
    assert!(post(other, &plain, &filed).await.contains("log-unavailable"), "it does not judge by old rounds");
    faulty.deaf.store(false, Ordering::SeqCst);
    until(200).await;
    assert!(post(other, &plain, &filed).await.contains("E-ROUND-CLOSED"));
    shutdown.begin();
}

/// An answer that is on its way keeps the place of its request as long as its bytes are not taken.
#[tokio::test]
async fn a_place_is_kept_until_the_answer_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(Settings::new(folder.path())).await.unwrap());
    let plain = PlainKey::generate(Role::Bureau).unwrap();
    let keys: KeyRing = Keys::new(vec![Key::new("b", Role::Bureau, plain.hash())]).unwrap().into();
    let shutdown = Shutdown::new();
    let limits = Limits { key_requests: 1, ..Limits::default() };
    let address = limited(&log, &keys, limits, &shutdown).await;
    // Its answer, a problem for each member that is missing, is larger than what the system takes for who does not read.
    let (body, key) = (format!("[{}{{}}]", "{},".repeat(9_999)), plain.expose());
    let batch = format!(
        "POST /v1/events HTTP/1.1\r\nhost: weir\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: application/cloudevents-batch+json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut unread = TcpStream::connect(address).await.unwrap();
    unread.write_all(batch.as_bytes()).await.unwrap();
    let mut first = [0];
    unread.read_exact(&mut first).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let filed = report("a1", CODES[0]);
    assert!(post(address, &plain, &filed).await.starts_with("HTTP/1.1 429"));
    let mut rest = String::new();
    unread.read_to_string(&mut rest).await.unwrap();
    assert!(rest.ends_with("]}"), "{} bytes", rest.len());
    assert!(post(address, &plain, &filed).await.starts_with("HTTP/1.1 202"));
    shutdown.begin();
}
