//! What whole requests are answered.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::faulty_log::FaultyLog;
use crate::support::inbox::Inbox;
use crate::support::{BATCH, CODES, EVENT, Ingest, NDJSON, report};
use axum::body::{Body, Bytes};
use axum::http::Request;
use futures::StreamExt;
use insta::assert_snapshot;
use serde_json::{Value, json};
use weir_ingest::Limits;
use weir_kernel::keys::Keys;
use weir_kernel::log::EventLog;
use weir_kernel::topics;

#[tokio::test]
async fn a_bureaus_key_is_asked_for() {
    let ingest = Ingest::start().await;
    let event = report("a1", CODES[0]).to_string();
    let none =
        Request::post("/v1/events").header("content-type", EVENT).body(Body::from(event.clone())).unwrap();
    let none = ingest.ask(none).await;
    assert_eq!((none.status, none.content_type.as_str()), (401, "application/problem+json"));
    assert_eq!(ingest.post_as("weir_bureau_00", EVENT, event.clone()).await.status, 401);
    assert_eq!(ingest.post_as(&ingest.analyst, EVENT, event).await.status, 403);
    assert!(ingest.records(topics::EVENTS).await.is_empty());
}

#[tokio::test]
async fn unreadable_bodies_are_named() {
    let limits = Limits { max_body_bytes: 2_000, max_batch_records: 2, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let big = "x".repeat(2_001);
    let one = report("a1", CODES[0]).to_string();
    let three = json!([1, 2, 3]).to_string();
    let cases: [(&str, &str); 9] = [
        (EVENT, ""),
        (EVENT, "{\"id\": "),
        (EVENT, &big),
        (BATCH, &one),
        (BATCH, "[{]"),
        (BATCH, &three),
        ("text/csv", "a,b"),
        ("application/json", "{}"),
        ("application/cloudevents+json; charset=gb18030", &one),
    ];
    let mut answers = String::new();
    for (content_type, body) in cases {
        let answer = ingest.post(content_type, body.to_owned()).await;
        assert_eq!(answer.content_type, "application/problem+json");
        answers += &answer.text;
        answers.push('\n');
    }
    assert_snapshot!(answers);
}

#[tokio::test]
async fn content_types_are_read_as_http_writes_them() {
    let ingest = Ingest::start().await;
    let content_type = "Application/CloudEvents+JSON; Charset=\"UTF-8\"";
    assert_eq!(ingest.post(content_type, report("a1", CODES[0]).to_string()).await.status, 202);
    let marked = format!("\u{feff}{}", report("a2", CODES[0]));
    assert_eq!(ingest.post(EVENT, marked).await.status, 202);
}

#[tokio::test]
async fn an_event_may_have_its_attributes_in_headers() {
    let ingest = Ingest::start().await;
    let event = report("ignored", CODES[0]);
    let sent = async |id: &str, content_type: Option<&str>, data: String| {
        let mut request = Request::post("/v1/events")
            .header("authorization", format!("Bearer {}", ingest.bureau))
            .header("CE-ID", id)
            .header("ce-synthetic", "true");
        for name in ["specversion", "source", "type", "subject", "time"] {
            request = request.header(format!("ce-{name}"), event[name].as_str().unwrap());
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        ingest.ask(request.body(Body::from(data)).unwrap()).await
    };
    let data = event["data"].to_string();
    let json = Some("application/json; charset=utf-8");
    assert_eq!(sent("a%20b", json, data.clone()).await.status, 202);
    assert_eq!(sent("c", None, data.clone()).await.status, 202);
    let stored = ingest.records(topics::EVENTS).await;
    let stored: Vec<Value> = stored.iter().map(|one| serde_json::from_slice(&one.value).unwrap()).collect();
    assert_eq!(stored.iter().filter(|one| one["id"] == "a b" && one["synthetic"] == true).count(), 1);
    assert!(
        stored.iter().all(|one| one["data"] == event["data"] && one["datacontenttype"] == "application/json")
    );
    // What is wrong is named as in structured mode.
    let twice = data.replace("\"form\"", "\"form\": \"107-2\", \"form\"");
    let refused = [sent("d", json, String::new()).await, sent("e", json, twice).await];
    assert!(refused.iter().all(|answer| answer.status == 422));
    assert!(
        refused[0].text.contains("E-MISSING") && refused[0].text.contains("/data"),
        "{}",
        refused[0].text
    );
    assert!(refused[1].text.contains("E-JSON"), "{}", refused[1].text);
    assert_eq!(sent("f", json, "{".into()).await.status, 400);
    assert_eq!(sent("g", Some("text/xml"), data).await.status, 415);
}

#[tokio::test]
async fn what_is_beyond_a_keys_quota_of_the_day_is_not_taken() {
    let limits = Limits { key_quota: 3, ndjson_lines: 1, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let batch = Value::from(vec![report("a1", CODES[0]), report("a2", CODES[1])]).to_string();
    assert_eq!(ingest.post(BATCH, batch.clone()).await.status, 202);
    let refused = ingest.post(BATCH, batch).await;
    // It is four in the afternoon in China.
    assert_eq!((refused.status, refused.retry_after.as_deref()), (429, Some("28801")));
    assert!(refused.text.contains("quota-used-up"), "{}", refused.text);
    let lines: String = (0..2).map(|at| format!("{}\n", report(&format!("c{at}"), CODES[1]))).collect();
    let streamed = ingest.post(NDJSON, lines).await.lines();
    let last = streamed.last().unwrap();
    assert_eq!((streamed.len(), &last["accepted"]), (2, &json!(1)));
    assert!(last["broken"].as_str().unwrap().contains("quota"), "{last}");
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 3);
}

#[tokio::test]
async fn what_is_to_be_sent_again_uses_up_neither_quota_nor_rate() {
    let log = Arc::new(FaultyLog::new(Inbox::log().await));
    log.create_topics(&topics::topics(1)).await.unwrap();
    let limits =
        Limits { key_quota: 2, key_rate: 1, max_batch_records: 2, ndjson_lines: 2, ..Limits::default() };
    let ingest = Ingest::before(log.clone(), limits);
    let batch = Value::from(vec![report("a1", CODES[0]), report("a2", CODES[1])]).to_string();
    log.away.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(ingest.post(BATCH, batch.clone()).await.json()["retry"], 2);
    }
    log.away.store(false, Ordering::SeqCst);
    assert_eq!(ingest.post(BATCH, batch.clone()).await.status, 202);
    let refused = ingest.post(BATCH, batch).await;
    assert!(refused.status == 429 && refused.text.contains("too-many-records"), "{}", refused.text);
    // A stream brings what is left, however many lines come together.
    let lines: String = (0..5).map(|at| format!("{}\n", report(&format!("c{at}"), CODES[1]))).collect();
    let streamed = ingest.post_as(&ingest.mianyang, NDJSON, lines).await.lines();
    assert_eq!(streamed.last().unwrap()["accepted"], 2);
}

#[tokio::test]
async fn a_batch_that_no_day_has_room_for_is_too_large() {
    let ingest = Ingest::with_limits(Limits { key_quota: 2, key_rate: 1, ..Limits::default() }).await;
    let batch: Vec<Value> = (0..3).map(|id| report(&id.to_string(), CODES[0])).collect();
    let refused = ingest.post(BATCH, Value::from(batch).to_string()).await;
    assert_eq!((refused.status, refused.retry_after), (413, None));
    assert!(refused.text.contains("batch-too-large") && refused.text.contains("2 records a day"));
}

#[tokio::test]
async fn what_is_beyond_the_quota_uses_up_no_rate() {
    let limits =
        Limits { key_quota: 3, key_rate: 1, max_batch_records: 4, ndjson_lines: 1, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let batch = Value::from(vec![report("a1", CODES[0]), report("a2", CODES[1])]).to_string();
    assert_eq!(ingest.post(BATCH, batch.clone()).await.status, 202);
    for _ in 0..2 {
        let refused = ingest.post(BATCH, batch.clone()).await;
        assert!(refused.text.contains("quota-used-up"), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_key_that_sends_too_much_is_put_off_and_no_other() {
    // What was saved up takes longer to come back than any test takes.
    let limits = Limits { key_rate: 1, max_batch_records: 100, ndjson_lines: 1, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let batch = |request: usize| {
        let one = |at: usize| report(&format!("{request} {at}"), CODES[0]);
        Value::from((0..100).map(one).collect::<Vec<_>>()).to_string()
    };
    assert_eq!(ingest.post(BATCH, batch(1)).await.status, 202);
    let refused = ingest.post(BATCH, batch(2)).await;
    assert_eq!(refused.status, 429);
    assert!(refused.retry_after.is_some_and(|after| (2..=100).contains(&after.parse::<u32>().unwrap())));
    assert!(refused.text.contains("too-many-records") && refused.text.contains("none of these was taken"));
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 100);
    // Of another key's share nothing is gone.
    assert_eq!(ingest.post_as(&ingest.mianyang, BATCH, batch(3)).await.status, 202);
    // A stream waits for its turn, and loses nothing.
    let lines: String = (0..2).map(|at| format!("{}\n", report(&format!("c{at}"), CODES[1]))).collect();
    let streamed = ingest.post_as(&ingest.mianyang, NDJSON, lines).await;
    assert_eq!(streamed.lines().last().unwrap()["accepted"], 2);
}

#[tokio::test]
async fn a_stream_ends_when_its_key_is_revoked() {
    let ingest = Ingest::start().await;
    let line = |id: &str| Bytes::from(format!("{}\n", report(id, CODES[0])));
    let (sender, pieces) = futures::channel::mpsc::unbounded::<Result<Bytes, Infallible>>();
    sender.unbounded_send(Ok(line("before"))).unwrap();
    let streamed = ingest.post(NDJSON, Body::from_stream(pieces));
    let revoked = async {
        while ingest.records(topics::EVENTS).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        ingest.keys.replace(Keys::default());
        sender.unbounded_send(Ok(line("after"))).unwrap();
    };
    let (answer, ()) = tokio::join!(streamed, revoked);
    let last = answer.lines().pop().unwrap();
    assert_eq!((&last["accepted"], &last["broken"]), (&json!(1), &json!("the key is not known any more")));
    assert_eq!(ingest.records(topics::EVENTS).await.len(), 1);
}

#[tokio::test]
async fn nothing_is_a_request_too() {
    let ingest = Ingest::start().await;
    let empty = r#"{"accepted":0,"duplicate":0,"rejected":0,"retry":0"#;
    let batch = ingest.post(BATCH, "[]").await;
    assert_eq!((batch.status, batch.text), (202, format!("{empty},\"results\":[]}}")));
    let ndjson = ingest.post(NDJSON, "\n \n").await;
    assert_eq!((ndjson.status, ndjson.text), (207, format!("{empty}}}\n")));
}

#[tokio::test]
async fn more_requests_than_places_wait_outside() {
    let limits = Limits { max_requests: 0, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let answer = ingest.post(EVENT, report("a1", CODES[0]).to_string()).await;
    assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")));
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_answered_up_to_there() {
    let ingest = Ingest::start().await;
    let line = format!("{}\n{{\"id", report("a1", CODES[0]));
    let pieces: [Result<String, std::io::Error>; 2] =
        [Ok(line), Err(std::io::Error::other("connection reset"))];
    let answer = ingest.post(NDJSON, Body::from_stream(futures::stream::iter(pieces))).await;
    let lines = answer.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["outcome"], "accepted");
    assert_eq!(lines[1]["accepted"], 1);
    assert!(lines[1]["broken"].is_string(), "{}", answer.text);
}

/// A body that has one event, and then neither goes on nor ends.
fn stalled() -> Body {
    let line: Result<String, std::io::Error> = Ok(format!("{}\n", report("a1", CODES[0])));
    Body::from_stream(futures::stream::iter([line]).chain(futures::stream::pending()))
}

#[tokio::test]
async fn a_stream_that_stalls_is_answered_up_to_there() {
    let limits = Limits { body_timeout: Duration::ZERO, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let answer = ingest.post(NDJSON, stalled()).await;
    let lines = answer.lines();
    assert_eq!((&lines[0]["outcome"], &lines[1]["accepted"]), (&json!("accepted"), &json!(1)));
    assert_eq!(lines[1]["broken"], "nothing arrived for 0ns");
}

#[tokio::test]
async fn a_stream_under_way_ends_with_its_totals_when_the_service_leaves() {
    let ingest = Ingest::start().await;
    let leave = async {
        while ingest.records(topics::EVENTS).await.is_empty() {
            tokio::task::yield_now().await;
        }
        ingest.shutdown.begin();
    };
    let (answer, ()) = tokio::join!(ingest.post(NDJSON, stalled()), leave);
    let lines = answer.lines();
    assert_eq!((&lines[0]["outcome"], &lines[1]["accepted"]), (&json!("accepted"), &json!(1)));
    assert_eq!(lines[1]["broken"], "the service is leaving");
}

#[tokio::test]
async fn metrics_count_outcomes_and_codes_and_show_no_record() {
    let ingest = Ingest::start().await;
    let batch = json!([report("a1", CODES[0]), report("a1", CODES[0]), 7]);
    ingest.post(BATCH, batch.to_string()).await;
    let metrics = ingest.ask(Request::get("/metrics").body(Body::empty()).unwrap()).await.text;
    for line in [
        "weir_ingest_records_total{outcome=\"accepted\"} 1",
        "weir_ingest_records_total{outcome=\"duplicate\"} 1",
        "weir_ingest_records_total{outcome=\"rejected\"} 1",
        "weir_ingest_problems_total{code=\"E-VALUE\"} 1",
        "weir_ingest_request_duration_seconds_count{format=\"batch\",status=\"207\"} 1",
        "weir_ingest_append_duration_seconds_count 2",
        "weir_ingest_requests_under_way 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains(CODES[0]) && !metrics.contains(&ingest.bureau));
}
