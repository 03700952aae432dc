//! However the system ends, it leaves no process behind, and comes back.

use anyhow::Result;
use weir_tests::{Settings, System, events, until};

fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_tested-weir"))
}

const PATENTS: &str = "/v1/measures/high_value_patents?from=2021&to=2021";

/// Waits until nothing answers at an address any more.
async fn gone(url: &str) -> Result<()> {
    until(&format!("{url} is gone"), || async { Ok(reqwest::get(url).await.is_err().then_some(())) }).await
}

#[tokio::test]
async fn on_sigterm_it_leaves_in_order() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings()).await?;
    let run = system.run.clone();
    system.accept(&[events::patent(1, "510704")]).await?;
    system.leave().await?;
    for url in [&run.ingest, &run.aggregate, &run.query, &run.clickhouse] {
        gone(url).await?;
    }
    let again = System::up(data.path(), &settings()).await?;
    assert_eq!(again.run.keys, run.keys, "keys last as long as the data folder");
    again.shows(PATENTS, "numerator", "1").await?;
    again.leave().await
}

#[tokio::test]
async fn killed_it_takes_its_clickhouse_along() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &settings()).await?;
    let run = system.run.clone();
    system.kill()?;
    gone(&run.clickhouse).await
}

#[tokio::test]
async fn a_second_one_on_the_same_folder_is_refused() -> Result<()> {
    let data = tempfile::tempdir()?;
    let first = System::up(data.path(), &settings()).await?;
    let Err(error) = System::up(data.path(), &settings()).await else { anyhow::bail!("it was not refused") };
    let said = format!("{error:#}");
    assert!(said.contains("in use") || said.contains("another"), "{said}");
    first.accept(&[events::patent(1, "510704")]).await?;
    first.leave().await
}
