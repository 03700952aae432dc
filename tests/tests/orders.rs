//! For random histories: however the subjects' events lie among each other, whatever is sent again, over any partitions and
//! batches, the cells are the same; figures as of a moment are those of a fresh run over what was recorded by then; and
//! a rebuild makes the cells again.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;
use weir_tests::{Settings, System, assert_same, log};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// How many histories are tried.
const HISTORIES: u32 = 2;

/// A cell in which something stands, without its version: all that figures are computed from.
const CELLS: &str =
    "SELECT * EXCEPT version FROM cells FINAL WHERE contributions > 0 ORDER BY measure, area, field, slot";

/// A random history, and a random way for it to come in.
#[derive(Debug, Clone)]
struct Case {
    /// Decides the simulated province.
    seed: u16,
    /// The event up to whose recorded time the past is asked for.
    until: Index,
    partitions: i32,
    batch_rows: u32,
    /// How far a subject's events stay behind others'.
    delays: Vec<u8>,
    /// Events that are sent again, and after which others.
    again: Vec<(Index, Index)>,
}

fn case() -> impl Strategy<Value = Case> {
    let delays = prop::collection::vec(any::<u8>(), 97);
    let again = prop::collection::vec(any::<(Index, Index)>(), 0..60);
    (any::<u16>(), any::<Index>(), 1..6_i32, 20..400_u32, delays, again).prop_map(
        |(seed, until, partitions, batch_rows, delays, again)| Case {
            seed,
            until,
            partitions,
            batch_rows,
            delays,
            again,
        },
    )
}

impl Case {
    /// The history as it was recorded.
    fn history(&self) -> Result<Vec<Value>> {
        let seed = self.seed.to_string();
        let simulated = Command::new(WEIR)
            .args(["simulate", "--history", "--units", "100", "--to", "2022", "--seed", &seed])
            .output()?;
        ensure!(simulated.status.success(), "{}", String::from_utf8_lossy(&simulated.stderr));
        Ok(serde_json::Deserializer::from_slice(&simulated.stdout).into_iter().collect::<Result<_, _>>()?)
    }

    /// The same events in another order that keeps each subject's own, some of them twice.
    fn mixed(&self, history: &[Value]) -> Vec<Value> {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut placed: Vec<(usize, usize, &Value)> = Vec::new();
        for (place, event) in history.iter().enumerate() {
            let count = numbers.len();
            let number = *numbers.entry(event["subject"].as_str().unwrap_or_default()).or_insert(count);
            // All of a subject's events are put off by the same part of the history.
            let delay = usize::from(self.delays[number % self.delays.len()]) * history.len() / 256;
            placed.push((place + delay, place, event));
        }
        for (which, after) in &self.again {
            let event = which.get(history);
            let (at, place, _) = *after.get(&placed);
            // Never before the event itself: the first of an identity counts.
            let first = placed.iter().find(|(.., one)| *one == event).map_or(0, |(at, ..)| *at);
            placed.push((at.max(first), place.max(history.len()), event));
        }
        placed.sort_by_key(|(at, place, _)| (*at, *place));
        // Recorded when the log meets them, and not when they were at first.
        let unrecorded = |event: &Value| {
            let mut event = event.clone();
            event.as_object_mut().map(|members| members.remove("recordedtime"));
            event
        };
        placed.into_iter().map(|(.., event)| unrecorded(event)).collect()
    }
}

/// A system over a log of these events, in batches of so many.
async fn over(data: &Path, partitions: i32, batch_rows: u32, events: &[Value]) -> Result<System> {
    log::append(data, partitions, events.iter().map(log::record).collect::<Result<_>>()?).await?;
    let system = Settings::new(WEIR).with("--partitions").with(&partitions.to_string());
    let system = System::up(data, &system.with("--batch-rows").with(&batch_rows.to_string())).await?;
    system.settled().await?;
    Ok(system)
}

/// That two tables of cells are the same; else the first line that differs.
fn same_cells(cells: &str, expected: &str) -> Result<()> {
    let differing = cells.lines().zip(expected.lines()).find(|(cell, expected)| cell != expected);
    ensure!(differing.is_none(), "{differing:?}");
    ensure!(cells.lines().count() == expected.lines().count(), "not as many cells");
    Ok(())
}

async fn holds(case: &Case) -> Result<()> {
    let history = case.history()?;
    let straight = tempfile::tempdir()?;
    let system = over(straight.path(), 4, 10_000, &history).await?;
    let cells = system.sql(CELLS).await?;
    ensure!(cells.lines().count() > 1_000, "so few cells say nothing");

    let moment = case.until.get(&history)["recordedtime"].as_str().unwrap_or_default().to_owned();
    let recorded = |event: &&Value| event["recordedtime"].as_str().is_some_and(|time| *time <= *moment);
    let by_then: Vec<Value> = history.iter().filter(recorded).cloned().collect();
    let prefix = tempfile::tempdir()?;
    let fresh = over(prefix.path(), 4, 10_000, &by_then).await?;
    assert_same(&system.figures_as_of(&moment).await?, &fresh.figures_as_of(&moment).await?);
    fresh.leave().await?;
    system.leave().await?;

    let mixed = tempfile::tempdir()?;
    let events = case.mixed(&history);
    let system = over(mixed.path(), case.partitions, case.batch_rows, &events).await?;
    same_cells(&system.sql(CELLS).await?, &cells)?;
    let rebuilt = Command::new(WEIR).arg("rebuild").arg("--data").arg(mixed.path()).output()?;
    ensure!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    let said = String::from_utf8_lossy(&rebuilt.stdout);
    ensure!(said.contains("_2 is live"), "no other generation: {said}");
    same_cells(&system.sql(CELLS).await?, &cells)?;
    system.leave().await
}

#[test]
fn figures_are_a_function_of_what_was_said_of_each_subject() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let config =
        Config { cases: HISTORIES, max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&case(), |case| {
        runtime.block_on(holds(&case)).map_err(|error| TestCaseError::fail(format!("{error:#}")))
    });
    Ok(tried?)
}
