//! A rebuild makes every projection again beside the live ones, while events come in and answers go out.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;
use weir_tests::{Settings, System, assert_same, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// Runs a command of `weir` on a data folder.
async fn weir(command: &str, data: &Path) -> Result<Output> {
    let mut run = tokio::process::Command::new(WEIR);
    run.arg(command).arg("--data").arg(data).stdin(Stdio::null());
    Ok(run.output().await?)
}

async fn succeeds(command: &str, data: &Path) -> Result<String> {
    let Output { status, stdout, stderr } = weir(command, data).await?;
    let (said, complained) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    ensure!(status.success(), "weir {command} ended with {status}: {said}{complained}");
    Ok(said.into_owned())
}

#[tokio::test]
async fn a_rebuild_holds_the_same_figures_and_goes_on_from_there() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings = Settings::new(WEIR).with("--demo").with("--demo-units").with("200");
    let system = System::up(data.path(), &settings).await?;
    system.settled().await?;
    let before = system.figures().await?;
    let first = live(data.path()).await?;

    // Answers and events go on meanwhile: these change no figure that is compared.
    let more: Vec<Value> = (1..=20).map(|index| events::unit(index, "510704")).collect();
    let changed = async {
        let (rebuilt, accepted) = tokio::join!(succeeds("rebuild", data.path()), system.accept(&more));
        accepted?;
        system.settled().await?;
        rebuilt
    };
    let rebuilt = tokio::select! {
        rebuilt = changed => rebuilt?,
        stepped = never_steps_back(&system) => stepped?,
    };
    let second = live(data.path()).await?;
    ensure!(second == format!("{first}_2") && rebuilt.contains(&second), "{first}, {second}, {rebuilt}");

    assert_same(&system.figures().await?, &before);
    // It is the one that events go on into.
    let patents = "/v1/measures/high_value_patents?area=513437&from=2024&to=2024";
    system.accept(&[events::patent(1, "513437")]).await?;
    system.shows(patents, "value", "1.000000").await?;
    system.leave().await?;

    // Started again, it goes on with the newest, and a third time drops the first.
    let system = System::up(data.path(), &settings).await?;
    ensure!(live(data.path()).await? == second, "it went back");
    succeeds("rebuild", data.path()).await?;
    let status = succeeds("status", data.path()).await?;
    ensure!(status.contains(&format!("{first}_3 (live)")), "{status}");
    ensure!(!status.contains(&format!("{first} (")), "{status}");
    system.leave().await
}

/// Asks for the moment that answers reflect, for as long as it is no earlier than the one before.
async fn never_steps_back(system: &System) -> Result<String> {
    let mut last = system.as_of().await?;
    loop {
        let now = system.as_of().await?;
        ensure!(now >= last, "{now} came after {last}");
        last = now;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The generation that answers, by its status, in which every record must be accounted for.
async fn live(data: &Path) -> Result<String> {
    let status = succeeds("status", data).await?;
    let live = status.lines().find_map(|line| line.split_once(" (live)"));
    Ok(live.map(|(name, _)| name.to_owned()).unwrap_or_default())
}
