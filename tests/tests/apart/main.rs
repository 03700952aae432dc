//! The three services apart, over a Kafka: the demo feed gives the figures of `weir up`, to the last digit.
//!
//! The Kafka is librdkafka's mock cluster; where `WEIR_TEST_KAFKA` is set, a real Apache Kafka of its own.

mod inbox;

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use rdkafka::mocking::MockCluster;
use weir_engines::kafka::LocalKafka;
use weir_kernel::topics;
use weir_tests::{Apart, Programs, Settings, System, assert_same, events};

/// Units of the synthetic province: enough for every kind of event.
const UNITS: &str = "500";

fn programs() -> Programs {
    Programs {
        weir: env!("CARGO_BIN_EXE_tested-weir").into(),
        ingest: env!("CARGO_BIN_EXE_tested-ingest").into(),
        aggregate: env!("CARGO_BIN_EXE_tested-aggregate").into(),
        query: env!("CARGO_BIN_EXE_tested-query").into(),
    }
}

/// Imports the demo feed into the Kafka's log.
fn import(data: &Path, bootstrap: &str) -> Result<()> {
    let history =
        Command::new(programs().weir).args(["simulate", "--history", "--demo", "--units", UNITS]).output()?;
    ensure!(history.status.success(), "{}", String::from_utf8_lossy(&history.stderr));
    let file = data.join("history.ndjson");
    std::fs::write(&file, history.stdout)?;
    let imported =
        Command::new(programs().weir).arg("import").arg(&file).args(["--kafka", bootstrap]).output()?;
    ensure!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    Ok(())
}

async fn equals_up(bootstrap: &str) -> Result<()> {
    let (data, together) = (tempfile::tempdir()?, tempfile::tempdir()?);
    import(data.path(), bootstrap)?;
    let apart = Apart::start(data.path(), &programs(), bootstrap).await?;
    let settings = Settings::new(programs().weir).with("--demo").with("--demo-units").with(UNITS);
    let up = System::up(together.path(), &settings).await?;
    apart.settled().await?;
    assert_same(&apart.figures().await?, &up.figures().await?);

    // And what is pushed afterwards arrives, through either of the two that share the aggregation.
    let patents = "/v1/measures/high_value_patents?from=2025&to=2025";
    let before: u64 =
        apart.observations(patents).await?[0]["numerator"].as_str().unwrap_or_default().parse()?;
    let pushed: Vec<_> = (1..=8).map(|serial| events::patent(serial, "510704")).collect();
    apart.accept(&pushed).await?;
    apart.shows(patents, "numerator", &(before + 8).to_string()).await?;
    up.leave().await?;
    apart.leave().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_apart_give_the_figures_of_up() -> Result<()> {
    if std::env::var_os("WEIR_TEST_KAFKA").is_some() {
        let folder = tempfile::tempdir()?;
        let kafka = LocalKafka::start(folder.path()).await?;
        equals_up(&kafka.bootstrap()).await?;
        return Ok(kafka.stop().await?);
    }
    let cluster = MockCluster::new(1)?;
    for topic in topics::topics(4) {
        cluster.create_topic(&topic.name, topic.partitions, 1)?;
    }
    equals_up(&cluster.bootstrap_servers()).await
}
