//! What becomes of reports by the rounds of their forms.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use futures::StreamExt;
use serde_json::{Value, json};
use weir_ingest::{Limits, RoundSettings};
use weir_kernel::log::EventLog;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::topics;
use weir_schemas::event::Form;

use crate::support::broken_log::BrokenLog;
use crate::support::{Answer, BATCH, CODES, EVENT, Ingest, NDJSON, report};

/// A word of the bureau of Mianyang on the round of 107-2 for 2024.
fn word(kind: &str, id: &str, deadline: Option<&str>) -> String {
    let data = json!({"form": "107-2", "period": "2024", "level": "city", "deadline": deadline});
    json!({"specversion": "1.0", "id": id, "source": "/bureaus/510700", "type": format!("weir.period.{kind}.v1"),
        "subject": "107-2", "time": "2025-06-30T07:00:00Z", "data": data})
    .to_string()
}

async fn say(ingest: &Ingest, kind: &str, id: &str, deadline: Option<&str>) {
    let answer = ingest.post(EVENT, word(kind, id, deadline)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
}

fn first(answer: &Answer) -> Value {
    answer.json()["results"][0].clone()
}

/// Ingestion that refuses R&D reports of enterprises once their round is closed.
async fn strict() -> Ingest {
    let rounds = RoundSettings { refuse_after_closing: vec![Form::F107_2], ..RoundSettings::default() };
    Ingest::with(Limits::default(), rounds).await
}

#[tokio::test]
async fn a_report_after_its_day_is_accepted_and_marked_late() {
    let ingest = Ingest::start().await;
    // It is 30 June.
    say(&ingest, "opened", "r1", Some("2025-06-30")).await;
    let answer = first(&ingest.post(EVENT, report("a1", CODES[0]).to_string()).await);
    assert_eq!((&answer["outcome"], &answer["warnings"]), (&json!("accepted"), &Value::Null));
    say(&ingest, "reopened", "r2", Some("2025-06-29")).await;
    let answer = first(&ingest.post(EVENT, report("a2", CODES[0]).to_string()).await);
    assert_eq!(answer["warnings"], json!([{"code": "W-LATE", "pointer": "/data/period"}]));
    // The log says so, so that whoever asks later is told.
    let mut said: Vec<(Value, Value)> = Vec::new();
    for record in ingest.records(topics::EVENTS).await.iter().filter(|record| record.key == CODES[0]) {
        let event: Value = serde_json::from_slice(&record.value).unwrap();
        said.push((event["id"].clone(), event["late"].clone()));
    }
    assert_eq!(said, [(json!("a1"), Value::Null), (json!("a2"), json!("deadline"))]);
}

#[tokio::test]
async fn after_closing_a_report_is_refused_where_its_form_is_configured_so() {
    let ingest = strict().await;
    say(&ingest, "closed", "r1", None).await;
    let answer = ingest.post(EVENT, report("a1", CODES[0]).to_string()).await;
    assert_eq!(answer.status, 422);
    insta::assert_snapshot!(answer.shown());
    say(&ingest, "reopened", "r2", None).await;
    assert_eq!(ingest.post(EVENT, report("a1", CODES[0]).to_string()).await.status, 202);
}

#[tokio::test]
async fn after_closing_a_report_is_marked_late_where_it_is_not() {
    let ingest = Ingest::start().await;
    say(&ingest, "closed", "r1", None).await;
    let answer = ingest.post(EVENT, report("a1", CODES[0]).to_string()).await;
    assert_eq!((answer.status, &first(&answer)["warnings"][0]["code"]), (202, &json!("W-LATE")));
}

#[tokio::test]
async fn a_sender_does_not_say_what_is_late() {
    let ingest = Ingest::start().await;
    let mut event = report("a1", CODES[0]);
    event["late"] = json!("deadline");
    let answer = first(&ingest.post(EVENT, event.to_string()).await);
    assert_eq!(answer["problems"][0]["code"], "E-RECORDED-TIME");
    assert_eq!(answer["problems"][0]["pointer"], "/late");
}

#[tokio::test]
async fn a_word_that_the_log_just_holds_is_copied_too() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { max_record_bytes: 2_000, ..Settings::new(folder.path()) };
    let log = EmbeddedLog::open(settings).await.unwrap();
    log.create_topics(&topics::topics(1)).await.unwrap();
    let ingest = Ingest::before(Arc::new(log), Limits::default());
    let mut event: Value = serde_json::from_str(&word("closed", "r1", None)).unwrap();
    event["padding"] = json!("");
    let room = 2_000 - event.to_string().len() - "107-2".len();
    event["padding"] = json!("x".repeat(room));
    let answer = first(&ingest.post(EVENT, event.to_string()).await);
    assert_eq!(answer["outcome"], "accepted", "{answer}");
    let answer = first(&ingest.post(EVENT, report("a1", CODES[0]).to_string()).await);
    assert_eq!(answer["warnings"][0]["code"], "W-LATE");
}

#[tokio::test]
async fn what_is_said_of_rounds_is_copied_or_to_be_sent_again() {
    let ingest = Ingest::start().await;
    say(&ingest, "closed", "r1", None).await;
    let copies = ingest.records(topics::ROUNDS).await;
    assert_eq!(copies.iter().map(|copy| copy.key.as_str()).collect::<Vec<_>>(), ["107-2"]);

    let broken = BrokenLog { topics: HashSet::from([topics::ROUNDS]), ..BrokenLog::default() };
    let ingest = Ingest::before(Arc::new(broken), Limits::default());
    let mut closed = report("a2", CODES[1]);
    closed["type"] = json!("weir.unit.closed.v1");
    closed["data"] = json!({"effective_from": "2025-06-01", "reason": "dissolved"});
    let batch = format!("[{}, {}, {closed}]", word("closed", "r1", None), report("a1", CODES[0]));
    let answer = ingest.post(BATCH, batch).await.json();
    assert_eq!(answer["results"][0]["outcome"], "retry");
    assert_eq!(answer["results"][0]["partition"], Value::Null);
    // What it decides is judged once it is heard; the rest does not wait for it.
    assert_eq!(
        (&answer["results"][1]["outcome"], &answer["results"][1]["id"]),
        (&json!("retry"), &json!("a1"))
    );
    assert_eq!(answer["results"][2]["outcome"], "accepted", "{answer}");
    // Of a stream nothing is taken after the group of the word.
    let lines = [word("closed", "r1", None), report("a1", CODES[0]).to_string()];
    let answer = ingest.post(NDJSON, apart(lines)).await.lines();
    assert_eq!(answer[0]["outcome"], "retry");
    let closing = answer.last().unwrap();
    // Whether the report came in the group of the word, or after it.
    assert_eq!(closing["accepted"], 0, "{closing}");
    assert!(closing["broken"].as_str().unwrap().contains("round"), "{closing}");
}

/// What a closing, reports around it and a reopening come to does not depend on how they arrive.
#[tokio::test]
async fn a_word_counts_for_what_comes_after_it_in_a_request() {
    let said = |name: &str| {
        vec![
            report(&format!("{name}-a"), CODES[0]).to_string(),
            word("closed", &format!("{name}-r1"), None),
            report(&format!("{name}-b"), CODES[1]).to_string(),
            word("reopened", &format!("{name}-r2"), None),
            report(&format!("{name}-c"), CODES[2]).to_string(),
        ]
    };
    let outcomes = |results: &[Value]| -> Vec<String> {
        results.iter().map(|result| result["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let expected = ["accepted", "accepted", "rejected", "accepted", "accepted"];
    let ingest = strict().await;
    let batch = ingest.post(BATCH, format!("[{}]", said("batch").join(","))).await.json();
    assert_eq!(outcomes(batch["results"].as_array().unwrap()), expected, "{batch}");

    let ingest = strict().await;
    let together = ingest.post(NDJSON, said("together").join("\n")).await.lines();
    assert_eq!(outcomes(&together[..5]), expected);
    let ingest = strict().await;
    let apart = ingest.post(NDJSON, apart(said("apart"))).await.lines();
    assert_eq!(outcomes(&apart[..5]), expected);
}

/// Lines of which each comes by itself.
fn apart(lines: impl IntoIterator<Item = String, IntoIter: Send + 'static>) -> Body {
    let pieces = lines.into_iter().map(|line| Ok::<_, Infallible>(format!("{line}\n")));
    Body::from_stream(futures::stream::iter(pieces).then(async |piece| {
        // So that the line before is a group of its own.
        tokio::time::sleep(Duration::from_millis(50)).await;
        piece
    }))
}
