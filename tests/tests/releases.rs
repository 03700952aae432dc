//! Releases of a simulated province, and an attack on all that they ever showed.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};
use weir_kernel::log::{Limits, partition_of};
use weir_kernel::topics;
use weir_schemas::plan::{Plan, SICHUAN_14};
use weir_schemas::release::{Record, Released, Releases};
use weir_tests::attack::{Knowledge, attack, facts};
use weir_tests::{PATIENCE, Settings, System, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// A release a quarter, for as long as the plan runs.
fn moments() -> Vec<(String, Timestamp)> {
    let quarters = (2021..=2026).flat_map(|year| [2, 5, 8, 11].map(|month| (year, month)));
    quarters
        .skip(1)
        .take(20)
        .map(|(year, month)| {
            let moment = format!("{year}-{month:02}-20T00:00:00Z");
            (format!("{year}-{month:02}"), moment.parse().expect("a moment"))
        })
        .collect()
}

/// A simulated history with late filers, corrections and units that leave, as it was recorded.
async fn history(data: &Path, units: &str) -> Result<Vec<Value>> {
    let weir = |arguments: Vec<String>| async move {
        let output = tokio::process::Command::new(WEIR).args(&arguments).output().await?;
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "weir {arguments:?}: {complaint}");
        anyhow::Ok(output.stdout)
    };
    let arguments = ["simulate", "--units", units, "--history"].map(str::to_owned);
    let feed = weir(arguments.to_vec()).await?;
    let path = data.join("feed.ndjson");
    std::fs::write(&path, &feed)?;
    let log = data.join("log").display().to_string();
    weir(vec!["import".to_owned(), "--log-dir".to_owned(), log, path.display().to_string()]).await?;
    feed.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).context("an event"))
        .collect()
}

/// Waits until a release is cut; answers its cells, as the log has them.
async fn cut(data: &Path, name: &str) -> Result<Vec<Released>> {
    let settings = weir_kernel::log::embedded::Settings::new(data.join("log"));
    let log = weir_kernel::log::open(&weir_kernel::log::Settings::Embedded(settings)).await?;
    let partitions = i32::try_from(log.ends(topics::RELEASES).await?.len())?;
    let partition = partition_of(&Plan::parse(SICHUAN_14)?.id, partitions);
    let mut reader = log.reader(topics::RELEASES, partition, 0).await?;
    let (mut releases, mut cells, mut silent) = (Releases::default(), Vec::new(), 0);
    while releases.named(name).is_none() {
        let records = reader.read(Limits { wait: Duration::from_secs(1), ..Limits::default() }).await?;
        silent = if records.is_empty() { silent + 1 } else { 0 };
        ensure!(silent < PATIENCE.as_secs(), "{name} is not cut");
        for record in records {
            let read: Record = serde_json::from_slice(&record.value)?;
            match &read {
                Record::Refused(refused) => bail!("{} is refused: {}", refused.asked.name, refused.reason),
                Record::Part(part) if part.release.asked.name == name => cells.extend(part.cells.clone()),
                _ => {}
            }
            releases.take(read, record.offset);
        }
    }
    Ok(cells)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_worked_out_from_twenty_releases() -> Result<()> {
    let units = std::env::var("UNITS").unwrap_or_else(|_| "150".to_owned());
    let t0 = std::time::Instant::now();
    let data = tempfile::tempdir()?;
    let history = history(data.path(), &units).await?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let moments = moments();
    let mut releases = Vec::new();
    for (name, moment) in &moments {
        let asked = json!({"name": name, "cut": moment.to_string()});
        system.accept(&[events::event(name, "weir.release.cut.v1", name, &asked)]).await?;
        releases.push(cut(data.path(), name).await?);
    }
    println!("cut {:?}", t0.elapsed());
    system.leave().await?;

    let plan = Plan::parse(SICHUAN_14)?;
    let moments: Vec<Timestamp> = moments.into_iter().map(|(_, moment)| moment).collect();
    let facts = facts(&plan, &history, &moments)?;
    println!("facts {:?}", t0.elapsed());
    let (protected, hidden) = releases.iter().flatten().fold((0, 0), |(all, hidden), released| {
        let is_protected =
            plan.measure(&released.cell.series.measure).is_some_and(|measure| measure.is_protected());
        (all + u32::from(is_protected), hidden + u32::from(!released.cell.conf_status.is_free()))
    });
    println!("{hidden} of {protected} protected cells are not shown, {} ‰", hidden * 1_000 / protected);
    for knowledge in Knowledge::of(&facts, &releases)? {
        let begun = std::time::Instant::now();
        let found = attack(&knowledge);
        println!(
            "{} words, {} programs, {} known, {:?}",
            found.words,
            found.programs,
            found.known.len(),
            begun.elapsed()
        );
        for one in found.known.iter().take(5) {
            println!("   {one}");
        }
    }
    Ok(())
}
