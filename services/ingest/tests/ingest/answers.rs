//! What senders are answered, record by record.

use crate::support::{BATCH, CODES, EVENT, Ingest, NDJSON, mistakes, report, with};
use insta::assert_snapshot;
use serde_json::{Value, json};
use weir_ingest::Limits;
use weir_kernel::topics;

#[tokio::test]
async fn one_event() {
    let ingest = Ingest::start().await;
    let answer = ingest.post(EVENT, report("a1", CODES[0]).to_string()).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (202, "application/json"));
    assert_snapshot!(answer.shown());
    let records = ingest.records(topics::EVENTS).await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].key, CODES[0]);
    assert_eq!(serde_json::from_slice::<Value>(&records[0].value).unwrap(), report("a1", CODES[0]));
}

#[tokio::test]
async fn a_batch_of_good_and_bad() {
    let ingest = Ingest::start().await;
    let mut batch =
        vec![report("a1", CODES[0]), json!(7), with(report("a2", CODES[1]), "/data/form", "B103-1")];
    batch[2]["data"]["items"] =
        json!({"operating_revenue": "100", "operating_revenue_prior": "10", "rd_expense": "60"});
    batch.extend(mistakes());
    batch.push(with(report("from-the-future", CODES[0]), "/data/period", "2026"));
    batch.push(with(report("recorded", CODES[0]), "/recordedtime", "2024-01-01T00:00:00Z"));
    let answer = ingest.post(BATCH, Value::from(batch).to_string()).await;
    assert_eq!(answer.status, 207);
    assert_snapshot!(answer.shown());
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 2);
}

#[tokio::test]
async fn ndjson_with_broken_json_in_line_three_of_five() {
    let ingest = Ingest::start().await;
    let good: Vec<String> = (0..4).map(|n| report(&format!("a{n}"), CODES[n % 3]).to_string()).collect();
    let body = format!("{}\n{}\n{{\"id\": \"a9\",\n{}\r\n{}", good[0], good[1], good[2], good[3]);
    let answer = ingest.post(NDJSON, body).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (207, "application/x-ndjson"));
    assert_snapshot!(answer.text);
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 4);
}

#[tokio::test]
async fn every_mistake_alone_is_unprocessable_and_kept() {
    let ingest = Ingest::start().await;
    for mistake in mistakes() {
        let answer = ingest.post(EVENT, mistake.to_string()).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    assert!(ingest.records(topics::EVENTS).await.is_empty());
    let kept = ingest.records(topics::REJECTED).await;
    assert_eq!(kept.len(), 4);
    assert!(kept.iter().all(|record| record.key == "province"));
    let kept: Vec<Value> = kept.iter().map(|record| serde_json::from_slice(&record.value).unwrap()).collect();
    assert_snapshot!(kept[0]);
    let sent: Vec<Value> =
        kept.iter().map(|kept| serde_json::from_str(kept["record"].as_str().unwrap()).unwrap()).collect();
    assert_eq!(sent, mistakes());
}

#[tokio::test]
async fn twice_in_a_request_is_a_duplicate_unless_it_says_something_else() {
    let ingest = Ingest::start().await;
    let mut respelt = report("a1", CODES[0]);
    respelt["data"]["items"]["rd_internal"] = json!(1234.500);
    let other = with(report("a1", CODES[0]), "/data/items/rd_fte", "13");
    let elsewhere = report("a1", CODES[1]);
    let batch = json!([report("a1", CODES[0]), respelt, other, elsewhere]);
    let answer = ingest.post(BATCH, batch.to_string()).await;
    assert_eq!(answer.status, 207);
    assert_snapshot!(answer.shown());
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 2);
}

#[tokio::test]
async fn a_key_sends_for_its_own_areas() {
    let ingest = Ingest::start().await;
    let abroad = with(report("a2", CODES[1]), "/data/area", "510104");
    let foreign = with(report("a3", CODES[1]), "/source", "/bureaus/510000");
    let batch = json!([report("a1", CODES[0]), abroad, foreign]);
    let answer = ingest.post_as(&ingest.mianyang, BATCH, batch.to_string()).await;
    assert_snapshot!(answer.shown());
}

#[tokio::test]
async fn records_that_two_readers_would_read_differently_are_refused() {
    let ingest = Ingest::start().await;
    let twice = report("a1", CODES[0]).to_string().replace(r#""rd_fte":"#, r#""rd_fte":"1","rd_fte":"#);
    let deep = with(
        report("a2", CODES[0]),
        "/data/items",
        serde_json::from_str::<Value>(
            &"[".repeat(30).chars().chain("]".repeat(30).chars()).collect::<String>(),
        )
        .unwrap(),
    );
    let surrogate = report("a3", CODES[0]).to_string().replace("510704", "\\ud800");
    let long = with(report("a4", CODES[0]), "/data/author", "x".repeat(300_000));
    let latin: Vec<u8> = report("a5", CODES[0])
        .to_string()
        .replace("2024", "~")
        .bytes()
        .map(|b| if b == b'~' { 0xe9 } else { b })
        .collect();
    let mut body = format!("{twice}\n{deep}\n{surrogate}\n{long}\n").into_bytes();
    body.extend(latin);
    let answer = ingest.post(NDJSON, body).await;
    assert_snapshot!(answer.text);
    let kept = ingest.records(topics::REJECTED).await;
    assert_eq!(kept.len(), 5);
    assert!(kept.iter().all(|record| record.value.len() < 100_000));
}

#[tokio::test]
async fn the_log_keeps_the_canonical_subject() {
    let ingest = Ingest::start().await;
    let mut patent = report("p1", "ZL202110000001.6");
    patent["type"] = json!("weir.patent.granted.v1");
    patent["data"] = json!({
        "filing_date": "2021-01-04", "grant_date": "2023-05-09",
        "holders": [{"name": "绵阳某公司", "area": "510704"}], "classes": ["pledged"],
    });
    let answer = ingest.post(EVENT, patent.to_string()).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let records = ingest.records(topics::EVENTS).await;
    assert_eq!(records[0].key, "202110000001.6");
    let kept: Value = serde_json::from_slice(&records[0].value).unwrap();
    assert_eq!(kept, with(patent, "/subject", "202110000001.6"));
}

#[tokio::test]
async fn an_answer_in_groups_is_the_answer_in_one() {
    let lines: Vec<String> = (0..50).map(|n| report(&format!("a{n}"), CODES[n % 3]).to_string()).collect();
    let one = Ingest::start().await.post(NDJSON, lines.join("\n")).await;
    let limits = Limits { ndjson_lines: 7, ..Limits::default() };
    let groups = Ingest::with_limits(limits).await.post(NDJSON, lines.join("\n\n")).await;
    assert_eq!(
        groups.lines().last(),
        Some(&json!({"accepted": 50, "duplicate": 0, "rejected": 0, "retry": 0}))
    );
    let places = |lines: Vec<Value>| -> Vec<Value> {
        lines.iter().map(|line| json!([line["index"], line["id"], line["offset"]])).collect()
    };
    assert_eq!(places(groups.lines()), places(one.lines()));
}
