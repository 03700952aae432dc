//! What is pushed shows in the figures, once.

use anyhow::Result;
use serde_json::{Value, json};
use weir_tests::{Settings, System, assert_same, events};

fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_tested-weir"))
}

const PATENTS: &str = "/v1/indicators/HVP_PER_10K_POP?from=2021&to=2021";
const RATIO: &str = "/v1/indicators/RD_GDP_RATIO?from=2021&to=2021";

#[tokio::test]
async fn an_event_changes_its_figure_once() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings()).await?;
    system.accept(&[events::reference("resident_population", "510000", 2021, "8372", "10k_persons")]).await?;
    system.shows(PATENTS, "numerator", "0").await?;

    system.accept(&[events::patent(1, "510704")]).await?;
    system.shows(PATENTS, "numerator", "1").await?;
    system.settled().await?;
    let before = system.figures().await?;

    let again = system.push(&[events::patent(1, "510704")]).await?;
    assert_eq!(again.status, 202);
    system.settled().await?;
    assert_same(&system.figures().await?, &before);

    let mut conflict = events::patent(1, "510704");
    conflict["data"]["holders"][0]["area"] = json!("510100");
    system.accept(&[conflict]).await?;
    system.settled().await?;
    // Of two contents under one identity the first counts.
    assert_same(&system.figures().await?, &before);
    system.leave().await
}

#[tokio::test]
async fn figures_follow_a_correction_to_the_last_digit() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings()).await?;
    system
        .accept(&[
            events::reference("gdp", "510000", 2021, "53850.8", "100MCNY"),
            events::reference("gdp", "510700", 2021, "3350.29", "100MCNY"),
            events::unit(1, "510704"),
            events::unit(2, "510722"),
            events::rd_report(1, 2021, 1, 100_000_000),
            events::rd_report(2, 2021, 1, 21_450_000_001),
        ])
        .await?;
    system.shows(RATIO, "numerator", "21550000001").await?;
    system.shows(RATIO, "value", "0.400180").await?;

    system.accept(&[events::rd_report(1, 2021, 2, 99_999_999)]).await?;
    system.shows(RATIO, "numerator", "21550000000").await?;
    let prefecture = format!("{RATIO}&area=510700");
    system.shows(&prefecture, "value", "6.432279").await?;
    let observation: Value = system.observations(&prefecture).await?.remove(0);
    assert_eq!(observation["contributors"], 2);
    assert_eq!(observation["status"], "V", "no review has accepted the reports");
    assert_eq!(system.get(&prefecture).await?["synthetic"], true);
    system.leave().await
}

#[tokio::test]
async fn a_report_waits_for_its_unit() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings()).await?;
    system.accept(&[events::rd_report(1, 2021, 1, 5_000)]).await?;
    system.settled().await?;
    let path = "/v1/measures/rd_internal?from=2021&to=2021";
    assert_eq!(system.observations(path).await?[0]["status"], "O", "a fact without an area enters no figure");

    system.accept(&[events::unit(1, "510704")]).await?;
    system.shows(path, "numerator", "5000").await?;
    system.leave().await
}
