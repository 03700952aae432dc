//! Senders who offer three times what the log takes: it goes on at its own pace, what waits is bounded, and everything is answered.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use futures::StreamExt;
use serde_json::Value;
use tokio::task::JoinSet;
use tower::ServiceExt;
use weir_ingest::Limits;

use crate::support::slow_log::SlowLog;
use crate::support::{Answer, BATCH, CODES, EVENT, Ingest, NDJSON, report, with};

/// Records of one batch.
const BATCH_RECORDS: usize = 50;
/// Batches that the log takes between two looks at it, and that are offered.
const TAKEN: usize = 2;
const OFFERED: usize = 3 * TAKEN;
/// How often it is looked at.
const ROUNDS: usize = 20;
/// Requests that are served at a time.
const PLACES: usize = 8;

fn limits() -> Limits {
    Limits {
        max_requests: PLACES,
        key_requests: PLACES,
        ndjson_lines: 20,
        ndjson_backlog: 2,
        ..Limits::default()
    }
}

/// The ids of a batch, and the batch.
fn batch(number: usize) -> (Vec<String>, String) {
    let ids: Vec<String> = (0..BATCH_RECORDS).map(|at| format!("{number}-{at}")).collect();
    let events: Vec<Value> = ids.iter().map(|id| report(id, CODES[0])).collect();
    (ids, Value::from(events).to_string())
}

/// What became of a batch: the ids that were accepted, and whether it is to be sent again.
fn outcome(answer: &Answer) -> (Vec<String>, bool) {
    if answer.json()["results"].is_null() {
        // A whole request is put off with the time to come again.
        assert!(matches!(answer.status, 429 | 503) && answer.retry_after.is_some(), "{}", answer.text);
        return (Vec::new(), true);
    }
    let answer_json = answer.json();
    let results = answer_json["results"].as_array().unwrap();
    assert_eq!(results.len(), BATCH_RECORDS);
    let accepted = results.iter().filter(|result| result["outcome"] == "accepted");
    let accepted: Vec<String> = accepted.map(|result| result["id"].as_str().unwrap().to_owned()).collect();
    let retry = results.iter().filter(|result| result["outcome"] == "retry").count();
    assert_eq!(accepted.len() + retry, BATCH_RECORDS, "nothing else can become of them");
    assert!(retry == 0 || answer.retry_after.is_some());
    (accepted, retry > 0)
}

/// The ids in the log, as often as they are there.
fn logged(log: &SlowLog) -> Vec<String> {
    let id = |value: Value| value["id"].as_str().unwrap().to_owned();
    log.records().iter().map(|record| id(serde_json::from_slice(&record.value).unwrap())).collect()
}

/// Offers batches in rounds, the ones put off again and first; the log takes its share each round. Then all are sent until none is left.
async fn pressed(fails_each: usize) {
    let log = Arc::new(SlowLog::new(fails_each));
    let ingest = Arc::new(Ingest::before(log.clone(), limits()));
    let (mut waiting, mut asked, mut put_off) = (VecDeque::new(), JoinSet::new(), 0);
    let (mut sent, mut accepted) = (BTreeSet::new(), BTreeSet::new());
    let mut number = 0;
    loop {
        let offering = number < ROUNDS * OFFERED;
        for _ in 0..OFFERED {
            if offering {
                sent.extend(batch(number).0);
                waiting.push_back(number);
                number += 1;
            }
            let Some(number) = waiting.pop_front() else { continue };
            let ingest = Arc::clone(&ingest);
            asked.spawn(async move { (number, ingest.post(BATCH, batch(number).1).await) });
        }
        // Until each is answered or waits for the log.
        let settle = async |asked: &mut JoinSet<(usize, Answer)>, answers: &mut Vec<(usize, Answer)>| {
            while asked.len() > log.waiting().0 / BATCH_RECORDS {
                match asked.try_join_next() {
                    Some(answer) => answers.push(answer.unwrap()),
                    None => tokio::task::yield_now().await,
                }
            }
        };
        let mut answers = Vec::new();
        settle(&mut asked, &mut answers).await;
        let at_hand = log.waiting().0.min(TAKEN * BATCH_RECORDS);
        assert!(!offering || at_hand == TAKEN * BATCH_RECORDS, "the log goes on at its own pace");
        let left = log.waiting().0 - at_hand;
        log.take(at_hand);
        while log.waiting().0 > left {
            tokio::task::yield_now().await;
        }
        settle(&mut asked, &mut answers).await;
        for (number, answer) in answers {
            let (taken, again) = outcome(&answer);
            accepted.extend(taken);
            if again {
                put_off += 1;
                waiting.push_back(number);
            }
        }
        if !offering && waiting.is_empty() && asked.is_empty() {
            break;
        }
    }
    let logged = logged(&log);
    let once: BTreeSet<String> = logged.iter().cloned().collect();
    assert_eq!(accepted, sent, "all are accepted in the end");
    assert_eq!(once, accepted, "what is accepted is in the log, and nothing else");
    assert_eq!(logged.len() > once.len(), fails_each > 0, "more than once only where an answer was lost");
    assert!(put_off > ROUNDS, "three times as much was offered");
    let (_, most) = log.waiting();
    assert!(most <= PLACES * BATCH_RECORDS, "{most} records waited at once");
}

#[tokio::test]
async fn a_slow_log_takes_what_it_can_and_the_rest_is_put_off() {
    pressed(0).await;
}

#[tokio::test]
async fn a_log_whose_answers_are_lost_has_all_that_was_accepted() {
    pressed(3).await;
}

/// A stream is read no faster than the log takes its records, however fast they come.
#[tokio::test]
async fn a_stream_waits_for_the_log() {
    const LINES: usize = 2_000;
    let log = Arc::new(SlowLog::new(0));
    let ingest = Arc::new(Ingest::before(log.clone(), limits()));
    let read = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&read);
    let lines = (0..LINES).map(move |at| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Bytes::from(format!("{}\n", report(&at.to_string(), CODES[0]))))
    });
    let body = Body::from_stream(futures::stream::iter(lines));
    let sender = Arc::clone(&ingest);
    let sending = tokio::spawn(async move { sender.post(NDJSON, body).await });
    let mut taken = 0;
    while taken < LINES {
        while log.waiting().0 == 0 {
            tokio::task::yield_now().await;
        }
        // The group that waits for the log, and one piece that is looked at.
        let ahead = read.load(Ordering::SeqCst) - taken;
        assert!(ahead <= limits().ndjson_lines + 1, "{ahead} lines were read ahead");
        let waiting = log.waiting().0;
        log.take(waiting);
        taken += waiting;
        while log.records().len() < taken {
            tokio::task::yield_now().await;
        }
    }
    let answer = sending.await.unwrap();
    assert_eq!(answer.lines().last().unwrap()["accepted"], LINES);
    assert_eq!(logged(&log).len(), LINES);
}

/// Batches are bounded by their bytes too: with places left, they find no room.
#[tokio::test]
async fn what_waits_is_bounded_in_bytes() {
    let log = Arc::new(SlowLog::new(0));
    let (ids, first) = batch(0);
    let held_bytes = 3 * (first.len() + (ids.len() + 1) * 1_024);
    let limits = Limits {
        held_bytes: 2 * held_bytes,
        max_body_bytes: first.len() + 100,
        max_batch_records: 100,
        ndjson_lines: 1,
        ndjson_bytes: 1_000,
        zstd_window: 0,
        ..Limits::default()
    };
    let ingest = Arc::new(Ingest::before(log.clone(), limits));
    let mut asked = JoinSet::new();
    for number in 0..9 {
        let ingest = Arc::clone(&ingest);
        asked.spawn(async move { ingest.post(BATCH, batch(number).1).await });
    }
    for _ in 0..6 {
        let answer = asked.join_next().await.unwrap().unwrap();
        assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")), "{}", answer.text);
        assert!(answer.text.contains("busy"));
    }
    // Another sender is not concerned.
    let other = tokio::spawn({
        let ingest = Arc::clone(&ingest);
        async move { ingest.post_as(&ingest.mianyang, BATCH, batch(9).1).await }
    });
    while log.waiting().0 < 4 * BATCH_RECORDS {
        tokio::task::yield_now().await;
    }
    log.take(4 * BATCH_RECORDS);
    assert_eq!(other.await.unwrap().status, 202);
    while let Some(answer) = asked.join_next().await {
        assert_eq!(answer.unwrap().status, 202);
    }
    assert_eq!(logged(&log).len(), 4 * BATCH_RECORDS);
}

/// However much is wrong with the records of a batch, no more of it is told than there is room for; of each at least one thing.
#[tokio::test]
async fn what_is_wrong_with_records_is_bounded() {
    const RECORDS: usize = 200;
    let items: serde_json::Map<String, Value> =
        (0..50).map(|item| (format!("no_such_item_{item}"), "1".into())).collect();
    let bad = |at: usize| with(report(&at.to_string(), CODES[0]), "/data/items", items.clone());
    let events: Vec<Value> = (0..RECORDS).map(bad).collect();
    let limits = Limits {
        held_bytes: 4 << 20,
        max_body_bytes: 1 << 20,
        max_batch_records: 500,
        zstd_window: 0,
        ..Limits::default()
    };
    let ingest = Ingest::with_limits(limits).await;
    let told = |answer: &Answer| -> Vec<usize> {
        let results = answer.json()["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["problems"].as_array().unwrap().len()).collect()
    };
    let one = ingest.post(BATCH, Value::from(vec![bad(0)]).to_string()).await;
    assert_eq!(told(&one), [50], "{}", one.text);
    let all = ingest.post(BATCH, Value::from(events).to_string()).await;
    let told = told(&all);
    assert_eq!((all.status, told.len(), told[0], told[RECORDS - 1]), (422, RECORDS, 50, 1));
    assert!(all.text.len() < 1 << 20, "{} bytes", all.text.len());
}

/// The place of a request, and the room of what was answered, are taken until the answer is written or nobody reads it.
#[tokio::test]
async fn an_answer_that_is_not_read_keeps_its_place() {
    let limits = Limits { key_requests: 1, ..Limits::default() };
    let ingest = Ingest::with_limits(limits).await;
    let event = || report("a", CODES[0]).to_string();
    let asked = |method: &str, path: &str, format: &str, body: String| {
        let key = format!("Bearer {}", ingest.bureau);
        let request = Request::builder().method(method).uri(path).header("authorization", key);
        let request = request.header("content-type", format).body(Body::from(body)).unwrap();
        ingest.router.clone().oneshot(request)
    };
    for (method, path, format, body) in [
        ("POST", "/v1/events", EVENT, event()),
        ("POST", "/v1/events", BATCH, format!("[{}]", event())),
        ("GET", "/v1/rejected", "", String::new()),
    ] {
        let unread = asked(method, path, format, body).await.unwrap();
        assert!(unread.status().is_success() && unread.body().size_hint().exact().is_some());
        let refused = asked(method, path, format, event()).await.unwrap();
        assert_eq!(refused.status(), 429, "{path} {format}");
        drop(unread);
    }
    let mut unread =
        asked("POST", "/v1/events", NDJSON, event()).await.unwrap().into_body().into_data_stream();
    let mut lines = Vec::new();
    while let Some(line) = unread.next().await {
        lines.push(line.unwrap());
    }
    assert_eq!((lines.len(), ingest.post(EVENT, event()).await.status), (2, 429));
    drop(unread);
    assert_eq!(ingest.post(EVENT, event()).await.status, 429, "the last line is not written");
    lines.pop();
    assert_eq!(ingest.post(EVENT, event()).await.status, 202);
}
