//! Many more senders than the service has places for: its memory stays flat, and exactly what it accepted is in the log.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::task::JoinSet;
use weir_kernel::log;
use weir_kernel::topics;
use weir_tests::log::records;
use weir_tests::raw::{RawAnswer, RawRequest};
use weir_tests::{IngestService, events};

/// Requests that are served at a time, and senders who each have one under way all the time: three times as many.
const PLACES: usize = 4;
const SENDERS: usize = 3 * PLACES;
/// Batches that each sender brings in, and their records.
const BATCHES: u32 = 20;
const RECORDS: u32 = 100;
/// The most memory that the process may ever have needed.
const MEMORY: u64 = 120 << 20;

/// Sends its batches one after the other, each until all of it is accepted; the ids, and how often it was put off.
async fn send(address: String, key: String, sender: u32) -> Result<(Vec<String>, usize)> {
    let (mut accepted, mut put_off) = (Vec::new(), 0);
    for batch in 0..BATCHES {
        let first = (sender * BATCHES + batch) * RECORDS;
        let events: Vec<Value> =
            (first..first + RECORDS).map(|serial| events::patent(serial, "510704")).collect();
        let body = serde_json::to_vec(&events)?;
        loop {
            let request = RawRequest::events(&address, &key);
            let request = request.header("content-type", "application/cloudevents-batch+json");
            // It reads its answer also where the body is not taken any more.
            let RawAnswer { status, text } = request.send(&body).await?;
            if status != 202 {
                // Put off as a whole: nothing of it was looked at.
                ensure!(matches!(status, 429 | 503) && text.contains("retry-after"), "{text}");
                put_off += 1;
                tokio::task::yield_now().await;
                continue;
            }
            let (_, answer) = text.split_once("\r\n\r\n").context("no body")?;
            let answer: Value = serde_json::from_str(answer)?;
            for result in answer["results"].as_array().context("no results")? {
                ensure!(result["outcome"] == "accepted", "{result}");
                accepted.push(result["id"].as_str().context("no id")?.to_owned());
            }
            break;
        }
    }
    Ok((accepted, put_off))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_comes_again_and_nothing_is_lost() -> Result<()> {
    let data = tempfile::tempdir()?;
    let places = PLACES.to_string();
    let limits = ["--max-requests", &places, "--key-requests", &places, "--held-bytes", "1"];
    let service = IngestService::start(data.path(), env!("CARGO_BIN_EXE_tested-ingest"), &limits).await?;
    let mut senders = JoinSet::new();
    for sender in (0..).take(SENDERS) {
        senders.spawn(send(service.address.clone(), service.keys[0].clone(), sender));
    }
    let (mut accepted, mut put_off) = (BTreeSet::new(), 0);
    while let Some(sent) = senders.join_next().await {
        let (ids, later) = sent??;
        accepted.extend(ids);
        put_off += later;
    }
    let peak = service.peak_memory()?;
    println!("{put_off} requests were put off, {} MiB at the most", peak >> 20);
    ensure!(accepted.len() == SENDERS * (BATCHES * RECORDS) as usize, "{} were accepted", accepted.len());
    ensure!(put_off > 0, "there was no pressure");
    ensure!(peak < MEMORY, "{peak} bytes of memory were needed");

    let folder = service.leave().await?;
    let log = log::open(&log::Settings::Embedded(log::embedded::Settings::new(folder))).await?;
    let mut logged = Vec::new();
    for record in records(log.as_ref(), topics::EVENTS).await? {
        let event: Value = serde_json::from_slice(&record.value)?;
        logged.push(event["id"].as_str().context("no id")?.to_owned());
    }
    let once: BTreeSet<String> = logged.iter().cloned().collect();
    ensure!(once == accepted, "the log has {} events, {} were accepted", once.len(), accepted.len());
    ensure!(logged.len() == once.len(), "no answer was lost, so nothing is there twice");
    Ok(())
}
