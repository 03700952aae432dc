//! Another plan is another generation: filled from the log beside the live one, then flipped to.

use std::path::Path;

use anyhow::{Context, Result};
use weir_schemas::plan::SICHUAN_14;
use weir_tests::{Settings, System, assert_same, events};

fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_tested-weir"))
}

const PATENTS: &str = "/v1/indicators/HVP_PER_10K_POP?from=2021&to=2021";

/// A plan that scales to a million people instead of ten thousand.
fn other_plan(data: &Path) -> Result<String> {
    let (before, indicator) =
        SICHUAN_14.split_once("id = \"HVP_PER_10K_POP\"").context("no such indicator")?;
    let changed = indicator.replacen("scale = \"10000\"", "scale = \"1000000\"", 1);
    let file = data.join("other.toml");
    std::fs::write(&file, format!("{before}id = \"HVP_PER_10K_POP\"{changed}"))?;
    Ok(file.display().to_string())
}

#[tokio::test]
async fn a_changed_plan_is_computed_from_the_log() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings()).await?;
    let population = events::reference("resident_population", "510000", 2021, "100", "10k_persons");
    system.accept(&[population, events::patent(1, "510704")]).await?;
    system.shows(PATENTS, "value", "0.010000").await?;
    system.leave().await?;

    let other = settings().with("--plan").with(&other_plan(data.path())?);
    let system = System::up(data.path(), &other).await?;
    system.shows(PATENTS, "value", "1.000000").await?;
    system.accept(&[events::patent(2, "510704")]).await?;
    system.shows(PATENTS, "value", "2.000000").await?;
    system.leave().await?;

    // The first generation continues from its own positions, and meets what it missed.
    let system = System::up(data.path(), &settings()).await?;
    system.shows(PATENTS, "value", "0.020000").await?;
    system.leave().await
}

#[tokio::test]
async fn a_bad_plan_is_refused_with_its_line() -> Result<()> {
    let data = tempfile::tempdir()?;
    let file = data.path().join("bad.toml");
    let bad = SICHUAN_14.replacen("decimals = 0", "decimals = \"none\"", 1);
    let line = 1 + bad.lines().position(|line| line == "decimals = \"none\"").context("no such line")?;
    std::fs::write(&file, bad)?;
    let refused = System::up(data.path(), &settings().with("--plan").with(&file.display().to_string())).await;
    let Err(error) = refused else { anyhow::bail!("it was not refused") };
    let said = format!("{error:#}");
    assert!(said.contains(&format!("line {line}")), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_generation_made_again_holds_the_same_figures() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings().with("--demo").with("--demo-units").with("300")).await?;
    let expected = system.figures().await?;
    system.leave().await?;

    // Everything in ClickHouse can be dropped and comes back from the log.
    std::fs::remove_dir_all(data.path().join("clickhouse"))?;
    let system = System::up(data.path(), &settings()).await?;
    system.settled().await?;
    assert_same(&system.figures().await?, &expected);
    system.leave().await
}
