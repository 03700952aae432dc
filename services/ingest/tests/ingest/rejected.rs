//! Rejected records, as whoever sent them reads them again.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use weir_ingest::Limits;

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
