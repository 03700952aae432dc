//! Killed during a load, the system has every event it accepted, and the figures of an undisturbed run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::task::JoinSet;
use weir_tests::{Settings, System, assert_same, events, until};

fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_tested-weir"))
}

/// Requests that are under way at the same time.
const SENDERS: u32 = 8;
/// Accepted events after which the system is killed.
const ENOUGH: usize = 3_000;

/// The `round`th batch of a sender: units, what they report, patents.
fn batch(sender: u32, round: u32) -> Vec<Value> {
    let first = (round * SENDERS + sender) * 10;
    (first..first + 10)
        .flat_map(|index| {
            let area = ["510704", "510104", "511502"][index as usize % 3];
            [
                events::unit(index, area),
                events::rd_report(index, 2021, 1, u64::from(index)),
                events::patent(index, area),
            ]
        })
        .collect()
}

/// The ids that were accepted.
async fn send_until_killed(
    client: weir_tests::Client,
    sender: u32,
    accepted: Arc<AtomicUsize>,
) -> Vec<String> {
    let mut ids = Vec::new();
    for round in 0.. {
        let Ok(answer) = client.push(&batch(sender, round)).await else { break };
        for result in answer.body["results"].as_array().into_iter().flatten() {
            if result["outcome"] == "accepted" {
                ids.extend(result["id"].as_str().map(str::to_owned));
                accepted.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_a_load_it_has_all_it_accepted() -> Result<()> {
    let (data, undisturbed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let system = System::up(data.path(), &settings()).await?;
    let accepted = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        senders.spawn(send_until_killed((*system).clone(), sender, Arc::clone(&accepted)));
    }
    until("enough is accepted", || async { Ok((accepted.load(Ordering::SeqCst) >= ENOUGH).then_some(())) })
        .await?;
    system.kill()?;
    let accepted: BTreeSet<String> = senders.join_all().await.into_iter().flatten().collect();

    let system = System::up(data.path(), &settings()).await?;
    system.settled().await?;
    let stored = system
        .sql("SELECT id FROM events FINAL WHERE disposition = 'stored' ORDER BY partition, offset")
        .await?;
    let stored: BTreeSet<String> = stored.lines().map(str::to_owned).collect();
    let lost: Vec<&String> = accepted.difference(&stored).collect();
    assert!(lost.is_empty(), "accepted and lost: {lost:?}");
    let figures = system.figures().await?;
    let payloads =
        system.sql("SELECT payload FROM events FINAL ORDER BY partition, offset FORMAT TSVRaw").await?;
    system.leave().await?;

    let other = System::up(undisturbed.path(), &settings()).await?;
    let log: Vec<Value> = payloads.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    for some in log.chunks(1_000) {
        other.accept(some).await.context("the log's own events")?;
    }
    other.settled().await?;
    assert_same(&other.figures().await?, &figures);
    other.leave().await
}
