//! `as_of` a moment is what a system that met only the events up to it answers.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use weir_tests::{Settings, System, assert_same, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// The history of a small province, a line an event.
fn history() -> Result<Vec<String>> {
    let simulated = Command::new(WEIR).args(["simulate", "--history", "--units", "200"]).output()?;
    ensure!(simulated.status.success(), "{}", String::from_utf8_lossy(&simulated.stderr));
    Ok(String::from_utf8(simulated.stdout)?.lines().map(str::to_owned).collect())
}

/// A system whose log is this history.
async fn of_history(data: &Path, lines: &[String]) -> Result<System> {
    let file = data.join("history.ndjson");
    std::fs::write(&file, lines.join("\n"))?;
    let log = data.join("log");
    let imported = Command::new(WEIR).arg("import").arg(&file).arg("--log-dir").arg(&log).output()?;
    ensure!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let system = System::up(data, &Settings::new(WEIR)).await?;
    system.settled().await?;
    Ok(system)
}

/// The unit is one of industry above scale.
fn above_scale() -> Value {
    let held = json!({"status": "above_scale_industrial", "number": "a", "valid_from": "2020-01-01"});
    events::event("held", "weir.status.granted.v1", &events::credit_code(1), &held)
}

/// Its report for December 2021.
fn december(revision: u32, revenue: &str) -> Value {
    let report = json!({"form": "B203", "period": "2021-12", "revision": revision, "area": "510704", "reason": "r",
        "items": {"operating_revenue": revenue}});
    let id = format!("december-{revision}");
    events::event(&id, "weir.report.filed.v1", &events::credit_code(1), &report)
}

fn recorded(line: &str) -> Result<String> {
    let event: Value = serde_json::from_str(line)?;
    Ok(event["recordedtime"].as_str().context("no recorded time")?.to_owned())
}

#[tokio::test]
async fn as_of_a_moment_is_a_fresh_run_over_what_was_recorded_by_then() -> Result<()> {
    let (whole, part) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let lines = history()?;
    // The moment of an event in the middle, with all that was recorded in its millisecond.
    let at = recorded(&lines[lines.len() * 3 / 5])?;
    let mut by_then = Vec::new();
    for line in &lines {
        if recorded(line)? <= at {
            by_then.push(line.clone());
        }
    }
    let all = of_history(whole.path(), &lines).await?;
    let fresh = of_history(part.path(), &by_then).await?;
    let past = all.figures_as_of(&at).await?;
    let expected = fresh.figures_as_of(&at).await?;
    assert_same(&past, &expected);

    // Over the same events the past, summed anew, is the present.
    let mut now = all.figures().await?;
    now.retain(|path, _| past.contains_key(path));
    assert_same(&all.figures_as_of("2026-11-01").await?, &now);
    let moved = past.iter().filter(|(path, answer)| now.get(*path) != Some(*answer));
    assert!(moved.count() > 10, "the later events changed figures");
    fresh.leave().await?;
    all.leave().await
}

#[tokio::test]
async fn a_correction_leaves_the_past_as_it_was() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let path = "/v1/measures/rd_internal?from=2021&to=2021";
    system.accept(&[events::unit(1, "510704"), events::rd_report(1, 2021, 1, 1_000)]).await?;
    system.shows(path, "numerator", "1000").await?;
    system.settled().await?;
    let before = system.as_of().await?;
    system.accept(&[events::rd_report(1, 2021, 2, 7)]).await?;
    system.shows(path, "numerator", "7").await?;
    system.settled().await?;
    let then = system.observations(&format!("{path}&as_of={before}")).await?.remove(0);
    assert_eq!(then["numerator"], "1000", "a closed moment is exact at once");
    let future = system.observations(&format!("{path}&as_of=2999-01-01")).await?.remove(0);
    assert_eq!(future["numerator"], "7", "a moment to come is answered at the closed one");
    system.leave().await
}

#[tokio::test]
async fn a_moment_holds_what_was_recorded_in_its_millisecond() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let report = events::rd_report(1, 2021, 1, 1_000);
    system.accept(&[events::unit(1, "510704"), above_scale()]).await?;
    system.settled().await?;
    for (event, measure, value) in [(december(1, "500"), "filed_B203", "1"), (report, "rd_internal", "1000")]
    {
        system.accept(std::slice::from_ref(&event)).await?;
        system.settled().await?;
        let id = event["id"].as_str().context("no id")?;
        let moments = format!(
            "SELECT arrayJoin([subtractMilliseconds(recorded, 1), recorded]) FROM events WHERE id = '{id}' \
             FORMAT TSV SETTINGS date_time_output_format = 'iso'"
        );
        let moments = system.sql(&moments).await?;
        let (before, then) = moments.trim().split_once('\n').context("not two moments")?;
        // One measure is summed by what changed, the other by the newest rows.
        let path = format!("/v1/measures/{measure}?from=2021&to=2021&as_of=");
        let shown = system.observations(&format!("{path}{then}")).await?.remove(0);
        ensure!(shown["numerator"] == value, "{measure} at {then}: {shown}");
        let shown = system.observations(&format!("{path}{before}")).await?.remove(0);
        ensure!(shown["numerator"] != value, "{measure} at {before}: {shown}");
    }
    system.leave().await
}

#[tokio::test]
async fn rows_of_a_repeated_insert_count_once() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let december = [december(1, "500"), december(2, "700")];
    system.accept(&[events::unit(1, "510704"), above_scale()]).await?;
    system.accept(&december).await?;
    system.settled().await?;
    shows_december(&system).await?;
    // Merged, they would be one again.
    system
        .write("ALTER TABLE contributions MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
        .await?;
    system.write("INSERT INTO contributions SELECT * FROM contributions").await?;
    let repeated = "SELECT count() > uniqExact(measure, first_slot, area, field, entity, last_slot, part, version) \
                    FROM contributions";
    ensure!(system.sql(repeated).await?.trim() == "1", "no row is there twice");
    shows_december(&system).await?;
    system.leave().await
}

/// That as of now the later report counts, once.
async fn shows_december(system: &System) -> Result<()> {
    let at = system.as_of().await?;
    for (measure, value) in [("industrial_revenue", "700"), ("filed_B203", "1"), ("expected_B203", "1")] {
        let path = format!("/v1/measures/{measure}?from=2021&to=2021&as_of={at}");
        let shown = system.observations(&path).await?.remove(0);
        ensure!(shown["numerator"] == value && shown["contributors"] == 1, "{measure}: {shown}");
    }
    Ok(())
}
