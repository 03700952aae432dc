//! Compressed bodies: read like others, however much they unfold to.

use std::sync::Arc;
use std::time::Duration;

use async_compression::Level;
use async_compression::tokio::write::{GzipEncoder, ZstdEncoder};
use async_compression::zstd::CParameter;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use weir_ingest::Limits;
use weir_kernel::topics;

use crate::support::slow_log::SlowLog;
use crate::support::{Answer, BATCH, CODES, EVENT, Ingest, NDJSON, report};

async fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzipEncoder::new(Vec::new());
    encoder.write_all(bytes).await.unwrap();
    encoder.shutdown().await.unwrap();
    encoder.into_inner()
}

async fn zstd(bytes: &[u8], window: u32) -> Vec<u8> {
    let parameters = [CParameter::window_log(window)];
    let mut encoder = ZstdEncoder::with_quality_and_params(Vec::new(), Level::Precise(3), &parameters);
    encoder.write_all(bytes).await.unwrap();
    encoder.shutdown().await.unwrap();
    encoder.into_inner()
}

async fn sent(ingest: &Ingest, content_type: &str, encoding: &str, body: Vec<u8>) -> Answer {
    let request = Request::post("/v1/events")
        .header("authorization", format!("Bearer {}", ingest.bureau))
        .header("content-type", content_type)
        .header("content-encoding", encoding)
        .body(Body::from(body))
        .unwrap();
    ingest.ask(request).await
}

fn code(answer: &Answer) -> String {
    let problem: Value = serde_json::from_str(&answer.text).unwrap();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn each_format_is_read_in_each_coding() {
    let ingest = Ingest::start().await;
    let event = |id: &str| report(id, CODES[0]).to_string();
    let one = gzip(event("a").as_bytes()).await;
    assert_eq!(sent(&ingest, EVENT, "gzip", one).await.status, 202);
    let batch = zstd(format!("[{}]", event("b")).as_bytes(), 17).await;
    assert_eq!(sent(&ingest, BATCH, "zstd", batch).await.status, 202);
    // Members one after the other, as those who append to a file make them.
    let mut lines = gzip(format!("{}\n", event("c")).as_bytes()).await;
    lines.extend(gzip(format!("{}\n", event("d")).as_bytes()).await);
    let answer = sent(&ingest, NDJSON, "X-GZIP", lines).await;
    assert!(
        answer.text.ends_with("{\"accepted\":2,\"duplicate\":0,\"rejected\":0,\"retry\":0}\n"),
        "{}",
        answer.text
    );
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 4);
}

#[tokio::test]
async fn a_coding_that_is_not_there_is_refused() {
    let ingest = Ingest::start().await;
    for encoding in ["br", "gzip, zstd", "deflate"] {
        let answer = sent(&ingest, EVENT, encoding, Vec::new()).await;
        assert_eq!((answer.status, code(&answer).as_str()), (415, "unsupported-encoding"), "{encoding}");
        assert_eq!(answer.accept_encoding.as_deref(), Some("gzip, zstd"), "{encoding}");
    }
    let event = report("a", CODES[0]).to_string().into_bytes();
    for encoding in ["gzip", "zstd"] {
        let answer = sent(&ingest, EVENT, encoding, event.clone()).await;
        assert_eq!((answer.status, code(&answer).as_str()), (400, "unreadable"), "not {encoding}");
    }
    let whole = gzip(&event).await;
    let half = sent(&ingest, EVENT, "gzip", whole[..whole.len() / 2].to_vec()).await;
    assert_eq!((half.status, code(&half).as_str()), (400, "unreadable"));
    let half = sent(&ingest, NDJSON, "gzip", whole[..whole.len() / 2].to_vec()).await;
    assert!(half.text.contains("\"broken\""), "{}", half.text);
    assert!(ingest.records(topics::EVENTS).await.is_empty());
}

#[tokio::test]
async fn limits_are_of_what_a_body_unfolds_to() {
    let limits = Limits { max_body_bytes: 1 << 20, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let bomb = vec![b' '; 64 << 20];
    for (encoding, body) in [("gzip", gzip(&bomb).await), ("zstd", zstd(&bomb, 20).await)] {
        assert!(body.len() < 100_000);
        for content_type in [EVENT, BATCH] {
            let answer = sent(&ingest, content_type, encoding, body.clone()).await;
            assert_eq!((answer.status, code(&answer).as_str()), (413, "body-too-large"), "{encoding}");
        }
    }
    // A window that the reader would have to hold.
    let answer = sent(&ingest, EVENT, "zstd", zstd(&bomb, 27).await).await;
    assert_eq!((answer.status, code(&answer).as_str()), (400, "unreadable"));
    // Of a line that is too long the beginning is kept, and what follows is read; not where it has no end, or there is no line at all.
    for (byte, times, rejected, accepted) in
        [(b'x', 1_000_000, 1, 1), (b'x', 64 << 20, 1, 0), (b'\n', 64 << 20, 0, 0)]
    {
        let mut lines = vec![byte; times];
        lines.extend(format!("\n{}", report("a", CODES[0])).into_bytes());
        let answer = sent(&ingest, NDJSON, "zstd", zstd(&lines, 20).await).await;
        let totals = answer.lines().pop().unwrap();
        assert_eq!((&totals["rejected"], &totals["accepted"]), (&json!(rejected), &json!(accepted)));
        assert_eq!(answer.text.contains("E-LIMIT"), rejected == 1);
        let broken = totals["broken"].as_str();
        assert_eq!(broken, (accepted == 0).then_some("no record ended within 1048576 bytes"));
    }
}

/// What a decoder keeps of what it unfolded counts as held, so a body is put off that finds room where nothing is kept.
#[tokio::test]
async fn what_a_decoder_keeps_is_held_too() {
    let log = Arc::new(SlowLog::new(0));
    let body = format!("[{}]{}", report("a", CODES[0]), " ".repeat(10_000));
    let room = body.len() + 4_096 + 2 * 1_024;
    let limits = Limits {
        held_bytes: 2 * room,
        max_body_bytes: body.len(),
        max_batch_records: 1,
        ndjson_lines: 1,
        ndjson_bytes: 100,
        rejected_bytes: 0,
        zstd_window: 4_096,
        ..Limits::default()
    };
    let ingest = Arc::new(Ingest::before(log.clone(), limits));
    // Holds some of the room until the log lets it in.
    let small = format!("[{}]", report("b", CODES[0]));
    let asked = Arc::clone(&ingest);
    let held = tokio::spawn(async move { asked.post(BATCH, small).await });
    while log.waiting().0 == 0 {
        tokio::task::yield_now().await;
    }
    let packed = zstd(body.as_bytes(), 12).await;
    let refused = tokio::time::timeout(Duration::from_secs(10), sent(&ingest, BATCH, "zstd", packed)).await;
    let answer = refused.expect("is not taken in");
    assert_eq!((answer.status, code(&answer).as_str()), (503, "busy"));
    let (first, second) = (log.records().len(), async {
        while log.waiting().0 < 2 {
            tokio::task::yield_now().await;
        }
        log.take(2);
    });
    assert_eq!(first, 0);
    let (answer, ()) = tokio::join!(sent(&ingest, BATCH, "gzip", gzip(body.as_bytes()).await), second);
    assert_eq!((answer.status, held.await.unwrap().status), (202, 202), "{}", answer.text);
    log.take(1);
    assert_eq!(sent(&ingest, BATCH, "zstd", zstd(body.as_bytes(), 12).await).await.status, 202);
}
