//! What is sent to do harm is refused clearly, in little memory, while others are served.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use async_compression::tokio::write::{GzipEncoder, ZstdEncoder};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;
use weir_tests::raw::{RawAnswer, RawRequest, answer};
use weir_tests::{IngestService, events, until};

const EVENT: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";
const NDJSON: &str = "application/x-ndjson";

/// What ingestion may hold for senders, and the most memory that the process may ever have needed: four times as much, and what it
/// needs besides.
const HELD: u64 = 24 << 20;
const MEMORY: u64 = 150 << 20;
/// Requests of one key at a time.
const KEY_REQUESTS: usize = 32;

async fn start(data: &std::path::Path) -> Result<IngestService> {
    let (held, requests) = (HELD.to_string(), KEY_REQUESTS.to_string());
    let limits = [
        ["--held-bytes", &held],
        ["--max-body-bytes", "4194304"],
        ["--max-batch-records", "2000"],
        ["--zstd-window", "2097152"],
        ["--max-requests", "64"],
        ["--key-requests", &requests],
    ];
    let limits = limits.concat();
    IngestService::start(data, env!("CARGO_BIN_EXE_tested-ingest"), &limits).await
}

/// Another bureau, which sends one good event after the other meanwhile.
struct Other {
    served: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    sending: tokio::task::JoinHandle<Result<()>>,
}

impl Other {
    fn begin(service: &IngestService) -> Self {
        let (served, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, ended) = (Arc::clone(&served), Arc::clone(&stop));
        let (address, key) = (service.address.clone(), service.keys[1].clone());
        let sending = tokio::spawn(async move {
            for serial in 1.. {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let request = RawRequest::events(&address, &key).header("content-type", EVENT);
                let answer = request.send(events::patent(serial, "510704").to_string().as_bytes()).await?;
                ensure!(answer.status == 202, "{answer:?}");
                count.fetch_add(1, Ordering::SeqCst);
            }
            Ok(())
        });
        Self { served, stop, sending }
    }

    /// Waits until some more of its events were accepted.
    async fn is_served(&self) -> Result<()> {
        let before = self.served.load(Ordering::SeqCst);
        until("another bureau is served", || async {
            ensure!(!self.sending.is_finished(), "the other bureau was not served");
            Ok((self.served.load(Ordering::SeqCst) > before + 2).then_some(()))
        })
        .await
    }

    async fn end(self) -> Result<()> {
        self.stop.store(true, Ordering::SeqCst);
        self.sending.await?
    }
}

/// A body of the same piece so many times over, sent in a format and perhaps a coding; what the answer must be, and must hold.
struct Attack {
    name: &'static str,
    format: &'static str,
    coding: Option<&'static str>,
    piece: Vec<u8>,
    times: usize,
    status: u16,
    holds: &'static [&'static str],
}

fn attack(
    name: &'static str,
    format: &'static str,
    body: impl Into<Vec<u8>>,
    status: u16,
    holds: &'static [&'static str],
) -> Attack {
    Attack { name, format, coding: None, piece: body.into(), times: 1, status, holds }
}

impl Attack {
    fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    fn coded(self, coding: &'static str) -> Self {
        Self { coding: Some(coding), ..self }
    }

    async fn run(&self, service: &IngestService) -> Result<()> {
        let mut request =
            RawRequest::events(&service.address, &service.keys[0]).header("content-type", self.format);
        if let Some(coding) = self.coding {
            request = request.header("content-encoding", coding);
        }
        let answer = request.send_often(&self.piece, self.times).await.context(self.name)?;
        let beginning: String = answer.text.chars().take(2_000).collect();
        ensure!(answer.status == self.status, "{}: {beginning}", self.name);
        for part in self.holds {
            ensure!(answer.text.contains(part), "{} does not hold {part}: {beginning}", self.name);
        }
        Ok(())
    }
}

async fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzipEncoder::new(Vec::new());
    encoder.write_all(bytes).await?;
    encoder.shutdown().await?;
    Ok(encoder.into_inner())
}

async fn zstd(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZstdEncoder::new(Vec::new());
    encoder.write_all(bytes).await?;
    encoder.shutdown().await?;
    Ok(encoder.into_inner())
}

/// Ten gigabytes of one byte, as a few megabytes: the same compressed piece over and over.
async fn bombs() -> Result<Vec<Attack>> {
    const PIECE: usize = 16 << 20;
    const PIECES: usize = 10 * 64;
    let mut bombs = Vec::new();
    for byte in [b'0', b'\n', b'\0'] {
        let piece = vec![byte; PIECE];
        for (coding, piece) in [("gzip", gzip(&piece).await?), ("zstd", zstd(&piece).await?)] {
            let too_large = &["body-too-large"];
            bombs.push(
                attack("a bomb as an event", EVENT, piece.clone(), 413, too_large)
                    .times(PIECES)
                    .coded(coding),
            );
            bombs.push(
                attack("a bomb as a batch", BATCH, piece.clone(), 413, too_large).times(PIECES).coded(coding),
            );
            let endless = &["no record ended within 4194304 bytes", "\"accepted\":0"];
            bombs.push(attack("a bomb as NDJSON", NDJSON, piece, 207, endless).times(PIECES).coded(coding));
        }
    }
    Ok(bombs)
}

/// A good report with one member replaced, by its place.
fn report_with(place: &str, value: &str) -> String {
    let mut report = events::rd_report(1, 2021, 1, 100);
    *report.pointer_mut(place).unwrap_or(&mut Value::Null) = json!("HERE");
    report.to_string().replace("\"HERE\"", value)
}

fn texts() -> Vec<Attack> {
    let nested = "[".repeat(100_000) + &"]".repeat(100_000);
    let digits = "1".repeat(200_000);
    let wide = format!("{{{}}}", (0..20_000).map(|at| format!("\"a{at}\":0")).collect::<Vec<_>>().join(","));
    let named = format!("{{\"{}\":{{\"a\":1,\"a\":2}}}}", "x".repeat(200_000));
    let lines = |bad: &str| format!("{bad}\n{}\n", events::rd_report(2, 2021, 1, 100));
    let accepted_next = &["E-LIMIT", "\"accepted\":1"];
    let items: Vec<String> = (0..110).map(|at| format!("\"no_such_{at}\":1")).collect();
    let mistaken = report_with("/data/items", &format!("{{{}}}", items.join(",")));
    vec![
        attack("200 MB in a line", NDJSON, vec![b'x'; 1 << 20], 207, &["E-LIMIT", "no record ended within"])
            .times(200),
        attack("a line of 2 MB", NDJSON, lines(&"x".repeat(2 << 20)), 207, accepted_next),
        attack("nothing but depth", EVENT, nested.clone(), 422, &["E-LIMIT", "nests deeper than 12 levels"]),
        attack("depth in a line", NDJSON, lines(&nested), 207, accepted_next),
        attack("depth in a batch", BATCH, format!("[{nested}]"), 422, &["E-LIMIT"]),
        attack("depth without an end", EVENT, "[".repeat(200_000), 400, &["unreadable"]),
        attack(
            "no UTF-8",
            NDJSON,
            [b"{\"a\":\"\xff\"}\n".as_slice(), b"\xed\xa0\x80\n"].concat(),
            207,
            &["E-JSON", "\"rejected\":2"],
        ),
        attack("NaN", NDJSON, "NaN\n[Infinity]\n{\"a\":-Infinity}\n", 207, &["E-JSON", "\"rejected\":3"]),
        attack(
            "1e400",
            EVENT,
            report_with("/data/items/rd_internal", "1e400"),
            422,
            &["E-DECIMAL", "/data/items/rd_internal"],
        ),
        attack("1e-400", EVENT, report_with("/data/items/rd_internal", "1e-400"), 422, &["E-DECIMAL"]),
        attack(
            "1e999999999",
            EVENT,
            report_with("/data/items/rd_internal", "\"1e999999999\""),
            422,
            &["E-DECIMAL"],
        ),
        attack("200,000 digits", EVENT, report_with("/data/items/rd_internal", &digits), 422, &["E-DECIMAL"]),
        attack(
            "200,000 digits quoted",
            EVENT,
            report_with("/data/revision", &format!("\"{digits}\"")),
            422,
            &["E-VALUE"],
        ),
        attack(
            "a member twice",
            EVENT,
            report_with("/id", "\"a\",\"id\":\"b\""),
            422,
            &["E-JSON", "\"pointer\":\"/id\""],
        ),
        attack(
            "an id of 10 kB",
            EVENT,
            report_with("/id", &format!("\"{}\"", "x".repeat(10_000))),
            422,
            &["E-LIMIT", "\"pointer\":\"/id\""],
        ),
        attack(
            "an id that moves the cursor",
            EVENT,
            report_with("/id", r#""a\u001b[2J""#),
            422,
            &["E-VALUE", "\"pointer\":\"/id\""],
        ),
        attack(
            "a NUL in a reason",
            EVENT,
            report_with("/type", r#""weir.\u0000""#),
            422,
            &["E-VALUE", "\"pointer\":\"/type\""],
        ),
        attack("half a surrogate pair", EVENT, report_with("/id", r#""\ud800""#), 422, &["E-JSON"]),
        attack("20,000 members", EVENT, wide, 422, &["E-LIMIT", "more than 1000 members"]),
        attack("a name of 200 kB", EVENT, named, 422, &["E-LIMIT", "longer than 100 characters"]),
        attack(
            "a million records",
            BATCH,
            format!("[{}0]", "0,".repeat(1_000_000)),
            413,
            &["batch-too-large"],
        ),
        attack(
            "two thousand empty ones",
            BATCH,
            format!("[{}{{}}]", "{},".repeat(1_999)),
            422,
            &["\"rejected\":2000"],
        ),
        attack(
            "a hundred mistakes in each of two thousand",
            BATCH,
            format!("[{}]", vec![mistaken; 2_000].join(",")),
            422,
            &["E-ITEM", "\"rejected\":2000"],
        ),
        attack(
            "a batch that is a text",
            BATCH,
            format!("\"{}\"", "x".repeat(2 << 20)),
            400,
            &["unreadable", "…"],
        ),
        attack(
            "what fills the rejected",
            NDJSON,
            lines(&"\u{1}".repeat(256 << 10)),
            207,
            &["E-JSON", "\"rejected\":1", "\"accepted\":1"],
        ),
        attack("what is no gzip", EVENT, "{}", 400, &["unreadable"]).coded("gzip"),
        attack("what is no zstd", NDJSON, "{}", 207, &["broken"]).coded("zstd"),
        attack("a coding on a coding", EVENT, "{}", 415, &["unsupported-encoding"]).coded("gzip, gzip"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_and_bad_texts_are_refused_in_little_memory() -> Result<()> {
    let data = tempfile::tempdir()?;
    let service = start(data.path()).await?;
    let other = Other::begin(&service);
    for attack in bombs().await?.into_iter().chain(texts()) {
        attack.run(&service).await?;
    }
    other.is_served().await?;
    headers(&service).await?;
    other.end().await?;
    let peak = service.peak_memory()?;
    println!("{} MiB at the most", peak >> 20);
    ensure!(peak < MEMORY, "{peak} bytes of memory were needed");
    service.leave().await.map(|_| ())
}

/// Too many headers, and too long ones.
async fn headers(service: &IngestService) -> Result<()> {
    let request = || RawRequest::events(&service.address, &service.keys[0]).header("content-type", EVENT);
    let many = (0..1_000).fold(request(), |request, at| request.header(&format!("ce-a{at}"), "x"));
    let long = request().header("ce-id", &"x".repeat(1 << 20));
    for request in [many, long] {
        let answer = request.send(b"{}").await?;
        ensure!(answer.status == 431, "{answer:?}");
    }
    Ok(())
}

/// Begins so many requests of one key, each with a body that lacks its last byte.
fn unended(service: &IngestService, requests: &mut JoinSet<Result<RawAnswer>>, size: usize, count: usize) {
    for _ in 0..count {
        let request = RawRequest::events(&service.address, &service.keys[0]).header("content-type", BATCH);
        requests.spawn(async move { answer(request.begin(&vec![b' '; size]).await?).await });
    }
}

/// The status of each of the next answers, of requests that are refused before they end.
async fn refused(requests: &mut JoinSet<Result<RawAnswer>>, count: usize) -> Result<Vec<u16>> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        let answer = requests.join_next().await.context("none is left")??;
        // A connection that is cut while a large body is written may lose its answer.
        statuses.push(answer.map_or(503, |answer| answer.status));
    }
    Ok(statuses)
}

/// One key holds what it can of places and memory, and never ends a request, or reads no answer.
#[tokio::test(flavor = "multi_thread")]
async fn who_never_ends_a_request_leaves_room_for_others() -> Result<()> {
    let data = tempfile::tempdir()?;
    let service = start(data.path()).await?;
    let other = Other::begin(&service);
    // Bodies that lack their last byte. Of the large ones three fit into the half of the room that is the key's.
    let mut requests = JoinSet::new();
    unended(&service, &mut requests, 3 << 20, 8);
    ensure!(refused(&mut requests, 5).await? == [503; 5], "the memory of the key is full");
    unended(&service, &mut requests, 100, KEY_REQUESTS);
    ensure!(refused(&mut requests, 3).await? == [429; 3], "the places of the key are taken");
    other.is_served().await?;
    requests.shutdown().await;

    let mut unread = JoinSet::new();
    for _ in 0..8 {
        let request = RawRequest::events(&service.address, &service.keys[0]).header("content-type", NDJSON);
        unread.spawn(async move {
            let _stream = request.begin(&b"{}\n".repeat(1 << 20)).await;
            std::future::pending::<()>().await;
        });
    }
    until("the unread answers fill the room", || async {
        let metrics = reqwest::get(format!("http://{}/metrics", service.address)).await?.text().await?;
        let line = "weir_ingest_records_total{outcome=\"rejected\"} ";
        let rejected = metrics.lines().find_map(|text| text.strip_prefix(line)?.parse::<u64>().ok());
        Ok(rejected.filter(|rejected| *rejected > 20_000))
    })
    .await?;
    other.is_served().await?;
    unread.shutdown().await;
    other.end().await?;
    let peak = service.peak_memory()?;
    println!("{} MiB at the most", peak >> 20);
    ensure!(peak < MEMORY, "{peak} bytes of memory were needed");
    Ok(())
}

/// What an answer says is none of what it was sent to obey.
#[tokio::test(flavor = "multi_thread")]
async fn answers_show_nothing_that_a_terminal_obeys() -> Result<()> {
    let data = tempfile::tempdir()?;
    let service = start(data.path()).await?;
    for (place, value, code) in [
        ("/type", "weir.\u{202e}x", "E-TYPE"),
        ("/data/area", "\u{1b}[2J", "E-AREA"),
        ("/subject", "9\u{7}", "E-VALUE"),
        ("/data/items/rd_internal", "1\u{9b}2J", "E-DECIMAL"),
    ] {
        let report = report_with(place, &json!(value).to_string());
        let request = RawRequest::events(&service.address, &service.keys[0]).header("content-type", EVENT);
        let RawAnswer { status, text } = request.send(report.as_bytes()).await?;
        ensure!(status == 422, "{text}");
        let body: Value =
            text.find('{').and_then(|at| serde_json::from_str(&text[at..]).ok()).context("no JSON")?;
        let problem = &body["results"][0]["problems"][0];
        ensure!(problem["code"] == code && problem["pointer"] == place, "{body}");
        let detail = problem["detail"].as_str().unwrap_or_default();
        ensure!(!detail.contains(|c: char| c.is_control() || c == '\u{202e}'), "{detail:?}");
    }
    service.leave().await.map(|_| ())
}
