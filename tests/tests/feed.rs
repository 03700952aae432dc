//! Bad records are refused with their reason, and nothing else is.

use anyhow::Result;
use serde_json::{Value, json};
use weir_tests::{Settings, System, events};

fn problem(result: &Value) -> (&str, &str) {
    let problem = &result["problems"][0];
    (problem["code"].as_str().unwrap_or_default(), problem["pointer"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn each_bad_record_is_refused_by_itself() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await?;
    let mut bad_code = events::unit(1, "510704");
    bad_code["subject"] = json!("91510700MA6C000257");
    let mut unknown_item = events::rd_report(1, 2021, 1, 10);
    unknown_item["data"]["items"]["rd_lunch"] = json!("1");
    let mut bad_period = events::rd_report(1, 2021, 1, 10);
    bad_period["id"] = json!("bad-period");
    bad_period["data"]["form"] = json!("B203");
    bad_period["data"]["period"] = json!("2024-13");
    let mut negative = events::rd_report(2, 2021, 1, 10);
    negative["data"]["items"]["rd_headcount"] = json!("-3");
    let good = [events::unit(1, "510704"), events::rd_report(1, 2021, 1, 10)];

    let answer = system
        .push(&[bad_code, good[0].clone(), unknown_item, bad_period, good[1].clone(), negative])
        .await?;
    assert_eq!(answer.status, 207);
    assert_eq!((&answer.body["accepted"], &answer.body["rejected"]), (&json!(2), &json!(4)));
    let results = &answer.body["results"];
    assert_eq!(problem(&results[0]), ("E-CREDIT-CODE", "/subject"));
    assert_eq!(problem(&results[2]), ("E-ITEM", "/data/items/rd_lunch"));
    assert_eq!(problem(&results[3]), ("E-PERIOD", "/data/period"));
    assert_eq!(problem(&results[5]), ("E-NEGATIVE", "/data/items/rd_headcount"));

    system.shows("/v1/measures/rd_internal?from=2021&to=2021", "numerator", "10").await?;
    system.leave().await
}

#[tokio::test]
async fn broken_json_in_one_line_spoils_no_other() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await?;
    let mut lines: Vec<String> = (1..=5).map(|serial| events::patent(serial, "510704").to_string()).collect();
    let half = lines[2].len() / 2;
    lines[2].truncate(half);

    let answer = system.send("application/x-ndjson", lines.join("\n").into_bytes()).await?;
    assert_eq!(answer.status, 207);
    let outcomes: Vec<&str> = (0..5).filter_map(|index| answer.body[index]["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["accepted", "accepted", "rejected", "accepted", "accepted"]);
    assert_eq!(problem(&answer.body[2]).0, "E-JSON");

    system.shows("/v1/measures/high_value_patents?from=2021&to=2021", "numerator", "4").await?;
    system.leave().await
}

/// Aggregation spells the subjects of a batch out in a statement, unless it has met all there are since it began.
#[tokio::test]
async fn subjects_as_long_as_they_may_be_are_taken_in() -> Result<()> {
    let data = tempfile::tempdir()?;
    let void = json!({"voided_source": events::SOURCE, "voided_id": "a", "reason": "r", "author": "a"});
    for start in 0..2 {
        let system = System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await?;
        let long = |number: u32| format!("{start}:{number}:{}", "项".repeat(990));
        let void = |number| events::event("void", "weir.event.voided.v1", &long(number), &void);
        system.accept(&(0..800).map(void).collect::<Vec<_>>()).await?;
        system.settled().await?;
        let stored = system.sql("SELECT uniqExact(subject) FROM events WHERE disposition = 'stored'").await?;
        assert_eq!(stored.trim(), ((start + 1) * 800).to_string());
        system.leave().await?;
    }
    Ok(())
}
