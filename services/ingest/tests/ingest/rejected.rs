//! Rejected records, as whoever sent them reads them again.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use weir_ingest::Limits;

use crate::support::faulty_log::FaultyLog;
use crate::support::{Answer, BATCH, CODES, Ingest, NDJSON, mistakes, report, with};

async fn read(ingest: &Ingest, key: &str, parameters: &str) -> Answer {
    let request =
        Request::get(format!("/v1/rejected{parameters}")).header("authorization", format!("Bearer {key}"));
    ingest.ask(request.body(Body::empty()).unwrap()).await
}

/// All pages of a key, as they are told to go on.
async fn all(ingest: &Ingest, key: &str) -> Vec<Value> {
    let (mut records, mut parameters) = (Vec::new(), String::new());
    loop {
        let page = read(ingest, key, &parameters).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let page = page.json();
        records.extend(page["rejected"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_i64() else { return records };
        parameters = format!("?after={next}");
    }
}

#[tokio::test]
async fn a_sender_reads_its_own_rejected_records_and_sends_them_again_mended() {
    let limits = Limits { rejected_page: 2, rejected_scan: 3, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    assert!(all(&ingest, &ingest.bureau).await.is_empty());
    ingest.post(BATCH, json!(mistakes()).to_string()).await;
    // Of another key's nobody sees anything, wherever they lie.
    let far = with(report("far", CODES[0]), "/data/area", "510104");
    ingest.post_as(&ingest.mianyang, NDJSON, format!("{far}\n{{\"id\": \n")).await;
    ingest.post(NDJSON, "no JSON").await;

    let own = all(&ingest, &ingest.bureau).await;
    let ids: Vec<Value> = own
        .iter()
        .map(|one| {
            serde_json::from_str::<Value>(one["record"].as_str().unwrap()).unwrap_or_default()["id"].clone()
        })
        .collect();
    assert_eq!(
        ids,
        [json!("bad-code"), json!("bad-item"), json!("bad-period"), json!("bad-headcount"), Value::Null]
    );
    assert_eq!(own[2]["problems"][0]["pointer"], "/data/period");
    assert_eq!((&own[3]["index"], &own[3]["truncated"]), (&json!(3), &json!(false)));
    let mianyang = all(&ingest, &ingest.mianyang).await;
    let codes: Vec<&Value> = mianyang.iter().map(|one| &one["problems"][0]["code"]).collect();
    assert_eq!(codes, ["E-SCOPE", "E-JSON"]);

    let mended = own[2]["record"].as_str().unwrap().replace("2024-13", "2024");
    assert_eq!(ingest.post(BATCH, format!("[{mended}]")).await.status, 202);
}

#[tokio::test]
async fn pages_are_bounded_and_for_bureaus_alone() {
    let ingest = Ingest::start().await;
    ingest.post(BATCH, json!(mistakes()).to_string()).await;
    let page = read(&ingest, &ingest.bureau, "?limit=3").await.json();
    assert_eq!(page["rejected"].as_array().map(Vec::len), Some(3));
    assert!(page["next"].is_i64());
    assert_eq!(
        read(&ingest, &ingest.bureau, "?after=999999").await.json(),
        json!({"rejected": [], "next": null})
    );
    for (parameters, named, told) in [
        ("?limit=-1", json!("limit"), "limit: invalid digit"),
        ("?from=1", json!("from"), "from: unknown field"),
    ] {
        let refused = read(&ingest, &ingest.bureau, parameters).await;
        let problem = refused.json();
        assert_eq!((refused.status, &problem["parameter"]), (400, &named));
        assert!(problem["detail"].as_str().unwrap().starts_with(told), "{problem}");
    }
    assert_eq!(read(&ingest, "weir_bureau_00", "").await.status, 401);
    assert_eq!(read(&ingest, &ingest.analyst, "").await.status, 403);
}

#[tokio::test]
async fn few_pages_are_read_at_a_time() {
    let limits = Limits { rejected_requests: 2, ..Limits::default() };
    let before = Ingest::start().await;
    let log = Arc::new(FaultyLog::new(Arc::clone(&before.log)));
    let ingest = Ingest::before(log.clone(), limits);
    ingest.post(BATCH, json!(mistakes()).to_string()).await;
    let pages = (0..20).map(|_| read(&ingest, &ingest.bureau, ""));
    for page in futures::future::join_all(pages).await {
        assert_eq!((page.status, page.json()["rejected"].as_array().map(Vec::len)), (200, Some(4)));
    }
    assert_eq!(log.most_readers(), 2);
}

#[tokio::test]
async fn a_page_holds_what_there_is_room_for() {
    let ingest = Ingest::start().await;
    ingest.post(BATCH, json!(mistakes()).to_string()).await;
    // Half of it is for the key: what is read at a time, and two records.
    let held_bytes = 2 * (20_000 + 2 * (1_024 + 900));
    let limits = Limits {
        held_bytes,
        max_body_bytes: 20_000,
        max_batch_records: 1,
        rejected_bytes: 1_000,
        ndjson_lines: 1,
        ndjson_bytes: 1,
        zstd_window: 0,
        ..Limits::default()
    };
    let narrow = Ingest::before(Arc::clone(&ingest.log), limits);
    let page = read(&narrow, &narrow.bureau, "").await.json();
    assert_eq!(page["rejected"].as_array().map(Vec::len), Some(2), "{page}");
    assert_eq!(all(&narrow, &narrow.bureau).await.len(), 4);
}
