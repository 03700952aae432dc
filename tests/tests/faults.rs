//! Killed anywhere, the system comes back to the figures of an undisturbed run.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;
use weir_tests::{Settings, System, events};

fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_tested-weir"))
}

/// A feed that adds, corrects and moves contributions of one entity within and across batches.
fn feed() -> Vec<Value> {
    let mut feed = vec![
        events::reference("gdp", "510000", 2021, "53850.8", "100MCNY"),
        events::reference("resident_population", "510000", 2021, "8372", "10k_persons"),
    ];
    for index in 1..=20 {
        feed.push(events::unit(index, if index % 2 == 0 { "510704" } else { "510104" }));
        feed.push(events::rd_report(index, 2021, 1, 1_000 * u64::from(index)));
        feed.push(events::patent(index, "510704"));
        feed.push(events::contract(index, "511502", 10 * u64::from(index)));
    }
    feed.extend((1..=10).map(|index| events::rd_report(index, 2021, 2, 7 * u64::from(index))));
    feed
}

async fn figures_after(data: &Path) -> Result<Vec<(String, Value)>> {
    let system = System::up(data, &settings()).await?;
    system.accept(&feed()).await?;
    system.settled().await?;
    let figures = system.figures().await?.into_iter().collect();
    system.leave().await?;
    Ok(figures)
}

async fn killed_at(place: &str) -> Result<()> {
    let (data, undisturbed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    {
        // The first half of the feed is taken in; a push meets the place, and what it answers is open.
        let system = System::up(data.path(), &settings().killed_at(place)).await?;
        let _ = system.accept(&feed()).await;
        system.until_killed().await?;
    }
    assert_eq!(figures_after(data.path()).await?, figures_after(undisturbed.path()).await?, "killed at {place}");
    Ok(())
}

macro_rules! killed_at {
    ($($name:ident: $place:literal,)*) => {
        $(#[tokio::test]
        async fn $name() -> Result<()> {
            killed_at($place).await
        })*
    };
}

killed_at! {
    killed_with_a_batch_read: "fold-batch-read",
    killed_with_events_stored: "fold-events-stored",
    killed_with_contributions_stored: "fold-contributions-stored",
    killed_with_marks_appended: "fold-marks-appended",
    killed_with_the_fold_position_stored: "fold-position-stored",
    killed_with_cells_read: "sum-cells-read",
    killed_with_cells_stored: "sum-cells-stored",
    killed_with_cells_announced: "sum-cells-announced",
    killed_with_the_sum_position_stored: "sum-position-stored",
    killed_in_the_third_batch: "fold-contributions-stored:3",
}
