//! Inboxes: what bureaus write to their topics comes to be what it would be over HTTP, each record once at least.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use weir_ingest::Limits;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{EventLog, NewRecord, Position, Topic};
use weir_kernel::topics;

use crate::support::faulty_log::FaultyLog;
use crate::support::inbox::{Inbox, until};
use crate::support::{CODES, mistakes, report, with};

const TOPIC: &str = "weir.inbox.510700";

fn record(headers: &[(&str, &str)], value: impl Into<Bytes>) -> NewRecord {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), Bytes::from((*value).to_owned())));
    NewRecord { key: "any".into(), headers: headers.collect(), value: value.into() }
}

fn structured(event: &Value) -> NewRecord {
    record(&[("content-type", "application/cloudevents+json; charset=UTF-8")], event.to_string())
}

fn binary(event: &Value) -> NewRecord {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    let names = ["specversion", "id", "source", "type", "subject", "time"];
    let headers: Vec<(String, String)> =
        names.iter().map(|name| (format!("ce_{name}"), text(name))).collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut record = record(&headers, event["data"].to_string());
    record.headers.push(("content-type".into(), "application/json".into()));
    record
}

fn reports(ids: std::ops::Range<usize>) -> Vec<Value> {
    ids.map(|n| report(&format!("a{n}"), CODES[n % 3])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_record_is_forwarded_or_kept_with_what_is_wrong_with_it() {
    let inbox = Inbox::new(Limits { max_record_bytes: 2_000, ..Limits::default() }).await;
    inbox.create(TOPIC, 1).await;
    let far = with(report("far", CODES[0]), "/data/area", "510104");
    let long = with(report("long", CODES[0]), "/data/reason", "x".repeat(3_000));
    let sent = vec![
        structured(&report("a1", CODES[0])),
        binary(&report("a2", CODES[1])),
        binary(&mistakes()[2]),
        structured(&far),
        record(&[("content-type", "application/cloudevents-batch+json")], "[]"),
        record(&[], report("a3", CODES[2]).to_string()),
        record(&[("content-type", "application/cloudevents+json")], "\u{1}{"),
        record(&[("ce_id", "a4")], ""),
        structured(&long),
        structured(&report("a5", CODES[2])),
    ];
    inbox.write(TOPIC, sent).await;
    let running = inbox.run().await;
    until(async || inbox.ids().await.len() == 3 && inbox.rejected().await.len() == 7).await;

    assert_eq!(inbox.ids().await, ["a1", "a2", "a5"].map(str::to_owned).into());
    for event in inbox.records(topics::EVENTS).await {
        let value: Value = serde_json::from_slice(&event.value).unwrap();
        let n = CODES.iter().position(|code| *code == event.key).unwrap();
        let id = ["a1", "a2", "a5"][n];
        assert_eq!(value, report(id, CODES[n]));
    }
    // As the bureau reads them.
    let told: Vec<Value> = inbox.rejected().await;
    let told = told.iter().map(|one| {
        let problem = &one["problems"][0];
        format!("{} {} {} {}", one["place"], problem["code"], problem["pointer"], problem["detail"])
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
    let metrics = running.metrics().await;
    for counted in [
        r#"inbox_records_total{bureau="510700",outcome="accepted"} 3"#,
        r#"inbox_records_total{bureau="510700",outcome="rejected"} 7"#,
        r#"inbox_let_in{bureau="510700"} 1"#,
    ] {
        assert!(metrics.contains(counted), "{metrics}");
    }
    running.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_goes_on_where_it_was() {
    let inbox = Inbox::new(Limits::default()).await;
    inbox.create(TOPIC, 3).await;
    for round in 0..3 {
        let written = reports(round * 100..round * 100 + 100);
        let keyed = written
            .iter()
            .enumerate()
            .map(|(n, event)| NewRecord { key: n.to_string(), ..structured(event) });
        inbox.write(TOPIC, keyed.collect()).await;
        let running = inbox.run().await;
        until(async || inbox.ids().await.len() == round * 100 + 100).await;
        running.leave().await;
    }
    // Nothing was read twice.
    assert_eq!(inbox.records(topics::EVENTS).await.len(), 300);
    assert!(inbox.rejected().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_is_let_in_by_its_bureaus_key_alone() {
    let inbox = Inbox::new(Limits::default()).await;
    let running = inbox.run().await;
    // Made while the service runs, and one beside it that is none.
    inbox.create("weir.inbox.511500", 1).await;
    inbox.create("weir.inbox.everybody", 1).await;
    let event = with(with(report("b1", CODES[2]), "/source", "/bureaus/511500"), "/data/area", "511502");
    inbox.write("weir.inbox.511500", vec![structured(&event)]).await;
    inbox.write("weir.inbox.everybody", vec![structured(&event)]).await;
    until(async || running.metrics().await.contains(r#"inbox_let_in{bureau="511500"} 0"#)).await;
    assert!(inbox.ids().await.is_empty());

    inbox.make_key("bureau-511500", "511500");
    until(async || inbox.ids().await.contains("b1")).await;
    inbox.revoke("bureau-511500");
    until(async || running.metrics().await.contains(r#"inbox_let_in{bureau="511500"} 0"#)).await;
    let event = with(event, "/id", "b2");
    inbox.write("weir.inbox.511500", vec![structured(&event)]).await;
    // The other inbox goes on, and what waits is let in by the next key of the bureau.
    inbox.create(TOPIC, 1).await;
    inbox.write(TOPIC, vec![structured(&report("a1", CODES[0]))]).await;
    until(async || inbox.ids().await.contains("a1")).await;
    assert!(!inbox.ids().await.contains("b2"));
    inbox.make_key("bureau-511500-2026", "511500");
    until(async || inbox.ids().await.contains("b2")).await;
    running.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_log_does_not_take_is_tried_again_and_nothing_is_passed_over() {
    let faulty = Arc::new(FaultyLog::new(Inbox::log().await));
    let inbox = Inbox::over(faulty.clone(), Limits::default()).await;
    inbox.create(TOPIC, 1).await;
    let bad = mistakes()[0].clone();
    let mut sent: Vec<NewRecord> = reports(0..50).iter().map(structured).collect();
    sent.insert(20, structured(&bad));
    // An event that comes twice beside one that fails must not count as there.
    sent.insert(31, structured(&reports(30..31)[0]));
    faulty.away.store(true, Ordering::SeqCst);
    inbox.write(TOPIC, sent).await;
    let running = inbox.run().await;
    until(async || faulty.refused.load(Ordering::SeqCst) >= 3).await;
    assert!(inbox.ids().await.is_empty() && inbox.rejected().await.is_empty());
    faulty.away.store(false, Ordering::SeqCst);
    until(async || inbox.rejected().await.len() == 1 && inbox.ids().await.len() == 50).await;
    assert_eq!(
        inbox.ids().await,
        reports(0..50).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    );
    assert_eq!(inbox.records(topics::EVENTS).await.len(), 50);
    running.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_leaves_while_the_log_takes_nothing_and_the_next_takes_it() {
    let faulty = Arc::new(FaultyLog::new(Inbox::log().await));
    let inbox = Inbox::over(faulty.clone(), Limits::default()).await;
    inbox.create(TOPIC, 1).await;
    faulty.away.store(true, Ordering::SeqCst);
    inbox.write(TOPIC, reports(0..10).iter().map(structured).collect()).await;
    let running = inbox.run().await;
    until(async || faulty.refused.load(Ordering::SeqCst) >= 1).await;
    running.leave().await;
    faulty.away.store(false, Ordering::SeqCst);
    let running = inbox.run().await;
    until(async || inbox.ids().await.len() == 10).await;
    running.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_leaves_in_order_while_the_log_does_not_say_which_inboxes_there_are() {
    let faulty = Arc::new(FaultyLog::new(Inbox::log().await));
    let inbox = Inbox::over(faulty.clone(), Limits::default()).await;
    inbox.create(TOPIC, 1).await;
    inbox.write(TOPIC, reports(0..10).iter().map(structured).collect()).await;
    let running = inbox.run().await;
    until(async || inbox.ids().await.len() == 10).await;
    faulty.silent.store(true, Ordering::SeqCst);
    until(async || faulty.refused.load(Ordering::SeqCst) == 1).await;
    running.leave().await;
    // In order, that is with its position.
    let mut next = faulty.own(TOPIC, "weir-ingest.510700").await.unwrap();
    tokio::time::timeout(Duration::from_secs(120), next.changed()).await.unwrap().unwrap();
    assert_eq!(next.reported(0).await.unwrap(), Some(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_service_did_not_report_is_taken_again_and_is_the_same() {
    let faulty = Arc::new(FaultyLog::new(Inbox::log().await));
    let inbox = Inbox::over(faulty.clone(), Limits::default()).await;
    inbox.create(TOPIC, 1).await;
    let sent: Vec<Value> = reports(0..20).into_iter().chain([mistakes()[0].clone()]).collect();
    inbox.write(TOPIC, sent.iter().map(structured).collect()).await;
    faulty.forgetful.store(true, Ordering::SeqCst);
    for times in 1..=2 {
        let running = inbox.run().await;
        until(async || inbox.records(topics::EVENTS).await.len() == 20 * times).await;
        until(async || inbox.rejected().await.len() == times).await;
        running.leave().await;
        faulty.forgetful.store(false, Ordering::SeqCst);
    }
    let records = inbox.records(topics::EVENTS).await;
    let values: BTreeSet<&Bytes> = records.iter().map(|record| &record.value).collect();
    assert_eq!((records.len(), values.len()), (40, 20));
    // And once it is reported, no more.
    let running = inbox.run().await;
    inbox.write(TOPIC, reports(20..21).iter().map(structured).collect()).await;
    until(async || inbox.ids().await.len() == 21).await;
    running.leave().await;
    assert_eq!(inbox.records(topics::EVENTS).await.len(), 41);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_forgotten_before_it_was_read_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { trim_interval: Duration::from_millis(10), ..Settings::new(folder.path()) };
    let log: Arc<dyn EventLog> = Arc::new(EmbeddedLog::open(settings).await.unwrap());
    let inbox = Inbox::over(log.clone(), Limits::default()).await;
    let passing = Topic { retention: Some(Duration::ZERO), ..Topic::new(TOPIC, 1) };
    log.create_topics(std::slice::from_ref(&passing)).await.unwrap();
    inbox.write(TOPIC, reports(0..10).iter().map(structured).collect()).await;
    until(async || log.starts(TOPIC).await.unwrap() == [10]).await;
    log.create_topics(&[Topic::new(TOPIC, 1)]).await.unwrap();
    inbox.write(TOPIC, reports(10..13).iter().map(structured).collect()).await;
    let mut before = log.own(TOPIC, "weir-ingest.510700").await.unwrap();
    before.changed().await.unwrap();
    before.report(Position { partition: 0, offset: 4 });
    before.leave().await.unwrap();

    let running = inbox.run().await;
    until(async || inbox.ids().await.len() == 3).await;
    let metrics = running.metrics().await;
    assert!(metrics.contains(r#"inbox_lost_total{bureau="510700"} 6"#), "{metrics}");
    running.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_record_that_the_log_can_not_hold_whole_is_kept_short() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { max_record_bytes: 5_000, ..Settings::new(folder.path()) };
    let inbox = Inbox::over(Arc::new(EmbeddedLog::open(settings).await.unwrap()), Limits::default()).await;
    inbox.create(TOPIC, 1).await;
    // Each of these takes six bytes in JSON.
    let bad = record(&[("content-type", "application/cloudevents+json")], "\u{1}".repeat(1_500));
    inbox.write(TOPIC, vec![bad, structured(&report("a1", CODES[0]))]).await;
    let running = inbox.run().await;
    until(async || inbox.rejected().await.len() == 1).await;
    assert_eq!(inbox.ids().await, BTreeSet::from(["a1".to_owned()]));
    let rejected = inbox.rejected().await;
    assert_eq!((&rejected[0]["truncated"], &rejected[0]["record"]), (&json!(true), &json!("")));
    assert_eq!(
        (&rejected[0]["place"]["offset"], &rejected[0]["problems"][0]["code"]),
        (&json!(0), &json!("E-JSON"))
    );
    running.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_brings_no_more_than_the_keys_quota_and_no_less() {
    let faulty = Arc::new(FaultyLog::new(Inbox::log().await));
    // A day's quota is less than is taken together, and what is tried again is not counted again.
    let inbox = Inbox::over(faulty.clone(), Limits { key_quota: 20, ..Limits::default() }).await;
    inbox.create(TOPIC, 1).await;
    inbox.write(TOPIC, reports(0..50).iter().map(structured).collect()).await;
    faulty.away.store(true, Ordering::SeqCst);
    let running = inbox.run().await;
    until(async || faulty.refused.load(Ordering::SeqCst) >= 3).await;
    faulty.away.store(false, Ordering::SeqCst);
    until(async || inbox.ids().await.len() == 20).await;
    running.leave().await;
    assert_eq!(inbox.records(topics::EVENTS).await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_waits_until_rounds_are_heard_of() {
    let faulty = Arc::new(FaultyLog::new(Inbox::log().await));
    let inbox = Inbox::over(faulty.clone(), Limits::default()).await;
    inbox.create(TOPIC, 1).await;
    let running = inbox.run().await;
    until(async || running.is_ready().await).await;
    faulty.deaf.store(true, Ordering::SeqCst);
    let data = json!({"form": "107-2", "period": "2024", "level": "city"});
    let closed = json!({"specversion": "1.0", "id": "r1", "source": "/bureaus/510700", "type": "weir.period.closed.v1",
        "subject": "107-2", "time": "2025-06-30T07:00:00Z", "data": data});
    inbox.post(&closed).await;
    until(async || !running.is_ready().await).await;
    inbox.write(TOPIC, vec![structured(&report("a1", CODES[0]))]).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    faulty.deaf.store(false, Ordering::SeqCst);
    until(async || inbox.ids().await.contains("a1")).await;
    let events = inbox.records(topics::EVENTS).await;
    let filed = events.iter().find(|record| record.key == CODES[0]).unwrap();
    let filed: Value = serde_json::from_slice(&filed.value).unwrap();
    assert_eq!(filed["late"], "closed");
    running.leave().await;
}
