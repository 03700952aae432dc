//! What is answered when the log does not take what it should.

use std::collections::HashSet;
use std::sync::Arc;

use crate::support::broken_log::BrokenLog;
use crate::support::{BATCH, CODES, EVENT, Ingest, NDJSON, mistakes, report};
use serde_json::json;
use weir_ingest::Limits;
use weir_kernel::topics;

fn before(log: BrokenLog) -> Ingest {
    Ingest::before(Arc::new(log), Limits::default())
}

#[tokio::test]
async fn nothing_durable_means_send_it_all_again() {
    let ingest = before(BrokenLog { topics: HashSet::from([topics::EVENTS]), ..BrokenLog::default() });
    let answer = ingest.post(EVENT, report("a1", CODES[0]).to_string()).await;
    assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")));
    insta::assert_snapshot!(answer.shown());
}

#[tokio::test]
async fn what_is_durable_is_accepted_and_the_rest_is_sent_again() {
    let ingest = before(BrokenLog { unreachable: HashSet::from([CODES[1]]), ..BrokenLog::default() });
    let batch = json!([report("a1", CODES[0]), report("a2", CODES[1]), report("a3", CODES[2])]);
    let answer = ingest.post(BATCH, batch.to_string()).await;
    assert_eq!((answer.status, answer.retry_after.as_deref()), (207, Some("5")));
    let outcomes: Vec<_> =
        answer.json()["results"].as_array().unwrap().iter().map(|r| r["outcome"].clone()).collect();
    assert_eq!(outcomes, ["accepted", "retry", "accepted"]);
}

#[tokio::test]
async fn a_rejected_record_that_is_not_kept_is_sent_again() {
    let ingest = before(BrokenLog { topics: HashSet::from([topics::REJECTED]), ..BrokenLog::default() });
    let answer = ingest.post(EVENT, mistakes()[2].to_string()).await;
    assert_eq!(answer.status, 503);
    let result = &answer.json()["results"][0];
    assert_eq!((&result["outcome"], &result["problems"][0]["code"]), (&json!("retry"), &json!("E-PERIOD")));
}

#[tokio::test]
async fn a_record_that_the_log_never_takes_is_rejected() {
    let ingest = before(BrokenLog { too_large: HashSet::from([CODES[0]]), ..BrokenLog::default() });
    let answer = ingest.post(EVENT, report("a1", CODES[0]).to_string()).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["results"][0]["problems"][0]["code"], "E-LIMIT");
}

#[tokio::test]
async fn an_event_that_did_not_get_through_is_no_duplicate_of_itself() {
    let log = BrokenLog { unreachable: HashSet::from([CODES[0]]), ..BrokenLog::default() };
    let limits = Limits { ndjson_lines: 1, ..Limits::default() };
    let ingest = Ingest::before(Arc::new(log), limits);
    let line = report("a1", CODES[0]).to_string();
    let answer = ingest.post(NDJSON, format!("{line}\n{line}\n")).await;
    assert_eq!(answer.lines().last().unwrap()["retry"], 2);
}
