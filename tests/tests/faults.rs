//! Killed anywhere, the system comes back to the figures of an undisturbed run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use weir_kernel::log::{self, NewRecord};
use weir_kernel::topics;
use weir_schemas::mark::{Marks, Touched};
use weir_tests::log::records;
use weir_tests::{Settings, System, assert_same, events, until};

fn settings() -> Settings {
    Settings::new(env!("CARGO_BIN_EXE_tested-weir"))
}

/// A feed that adds and corrects contributions of one entity within and across batches.
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

/// Puts the feed into the log of a data folder, beside a duplicate, a conflict and what is no event at all.
async fn fill(data: &Path) -> Result<u64> {
    let mut feed = feed();
    feed.push(feed[3].clone());
    let mut conflict = feed[4].clone();
    conflict["data"]["holders"][0]["area"] = json!("510100");
    feed.push(conflict);
    let mut records = feed.iter().map(weir_tests::log::record).collect::<Result<Vec<_>>>()?;
    records.insert(10, NewRecord::new("poison", "no JSON"));
    let count = records.len() as u64;
    weir_tests::log::append(data, 4, records).await?;
    Ok(count)
}

/// All cells in which something stands.
const CELLS: &str =
    "SELECT * EXCEPT version FROM cells FINAL WHERE contributions > 0 ORDER BY measure, area, field, slot";
/// All findings that stand, but for when they were recorded.
const FINDINGS: &str = "SELECT * EXCEPT recorded FROM (SELECT * FROM findings FINAL ORDER BY version DESC \
    LIMIT 1 BY area, kind, rule, form, period, entity, revision, partition, event_offset, pointer) WHERE live ORDER BY ALL";

/// The figures, cells and findings of a data folder, once they reflect its whole log; and that every record of the log met its end.
async fn figures(data: &Path, records: u64) -> Result<BTreeMap<String, Value>> {
    let system = System::up(data, &settings()).await?;
    system.settled().await?;
    let figures = system.figures().await?;
    let ends = system
        .sql("SELECT disposition, count() FROM (SELECT disposition FROM events FINAL UNION ALL SELECT 'set_aside' FROM set_aside FINAL) GROUP BY 1 ORDER BY 1")
        .await?;
    let expected = format!("conflict\t1\nduplicate\t1\nset_aside\t1\nstored\t{}\n", records - 3);
    assert_eq!(ends, expected, "every record of the log is stored, a duplicate, a conflict or set aside");
    let mut left = figures;
    for (table, rows) in [("cells", CELLS), ("findings", FINDINGS)] {
        let rows = system.sql(rows).await?;
        ensure!(!rows.is_empty(), "no {table}");
        left.insert(table.to_owned(), Value::String(rows));
    }
    system.leave().await?;
    Ok(left)
}

async fn killed_at(place: &str) -> Result<()> {
    let (data, undisturbed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let records = fill(data.path()).await?;
    // Small batches, so that what one leaves behind meets what the next one does.
    System::killed(data.path(), &settings().with("--batch-rows").with("7").killed_at(place)).await?;
    fill(undisturbed.path()).await?;
    assert_same(&figures(data.path(), records).await?, &figures(undisturbed.path(), records).await?);
    Ok(())
}

/// Drops all marks from the log of a data folder, as retention does in time.
async fn drop_marks(data: &Path) -> Result<()> {
    let settings = log::embedded::Settings {
        trim_interval: Duration::from_millis(10),
        ..log::embedded::Settings::new(data.join("log"))
    };
    let log = log::open(&log::Settings::Embedded(settings)).await?;
    let short = |mut topic: log::Topic| {
        topic.retention = topic.retention.map(|_| Duration::from_millis(1));
        topic
    };
    log.create_topics(&topics::topics(4).into_iter().map(short).collect::<Vec<_>>()).await?;
    until("all marks are dropped", || async {
        Ok((log.starts(topics::DIRTY).await? == log.ends(topics::DIRTY).await?).then_some(()))
    })
    .await?;
    log.create_topics(&topics::topics(4)).await?;
    Ok(())
}

/// Whether a mark in the log of a data folder is one on everything.
async fn marks_everything(data: &Path) -> Result<bool> {
    let settings = log::embedded::Settings::new(data.join("log"));
    let log = log::open(&log::Settings::Embedded(settings)).await?;
    for record in records(log.as_ref(), topics::DIRTY).await? {
        let marks: Marks = serde_json::from_slice(&record.value)?;
        if marks.touched == Touched::All {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test]
async fn marks_dropped_unsummed_are_made_anew() -> Result<()> {
    let (data, undisturbed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let records = fill(data.path()).await?;
    let few = settings().with("--batch-rows").with("7");
    System::killed(data.path(), &few.clone().killed_at("sum-cells-stored:2")).await?;
    drop_marks(data.path()).await?;
    // Another one finds a stored position below the log's start, or none.
    System::killed(data.path(), &few.killed_at("sum-cells-stored:2")).await?;
    drop_marks(data.path()).await?;
    fill(undisturbed.path()).await?;
    assert_same(&figures(data.path(), records).await?, &figures(undisturbed.path(), records).await?);
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
    killed_with_events_stored: "fold-events-stored:5",
    killed_with_contributions_stored: "fold-contributions-stored",
    killed_with_findings_stored: "fold-findings-stored:3",
    killed_with_marks_appended: "fold-marks-appended:4",
    killed_with_the_fold_position_stored: "fold-position-stored",
    killed_with_cells_read: "sum-cells-read",
    killed_with_cells_stored: "sum-cells-stored:3",
    killed_with_cells_announced: "sum-cells-announced",
    killed_with_the_sum_position_stored: "sum-position-stored",
    killed_in_a_later_batch: "fold-contributions-stored:7",
}

/// Far behind, a fold marks everything, and sums wait for it.
#[tokio::test]
async fn killed_far_behind() -> Result<()> {
    let (data, undisturbed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let records = fill(data.path()).await?;
    let few = settings().with("--batch-rows").with("3").with("--backlog").with("5");
    for place in ["fold-marks-appended:2", "sum-cells-stored:2"] {
        System::killed(data.path(), &few.clone().killed_at(place)).await?;
        ensure!(marks_everything(data.path()).await?, "no fold was far behind before {place}");
    }
    fill(undisturbed.path()).await?;
    assert_same(&figures(data.path(), records).await?, &figures(undisturbed.path(), records).await?);
    Ok(())
}
