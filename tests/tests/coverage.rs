//! What is answered beside the figures: who filed, growth on the panel, targets; now, and as of then.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use weir_tests::events::{self, credit_code};
use weir_tests::{Settings, System};

async fn up(data: &tempfile::TempDir) -> Result<System> {
    System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await
}

fn about(index: u32, id: &str, kind: &str, data: &Value) -> Value {
    events::event(&format!("{id}-{index}"), kind, &credit_code(index), data)
}

/// A unit in `area` above the scale of industry since 2020.
fn industrial(index: u32, area: &str) -> [Value; 2] {
    let certificate = json!({"status": "above_scale_industrial", "number": format!("S{index}"), "valid_from": "2020-01-01"});
    [events::unit(index, area), about(index, "scale", "weir.status.granted.v1", &certificate)]
}

/// A unit's revenue from January to June 2024, and that of the year before if it says it.
fn report(index: u32, revenue: u64, prior: Option<u64>) -> Value {
    let mut items = json!({"operating_revenue": revenue.to_string()});
    if let Some(prior) = prior {
        items["operating_revenue_prior"] = json!(prior.to_string());
    }
    let data = json!({"form": "B203", "period": "2024-06", "revision": 1, "area": "510000", "items": items});
    about(index, "b203", "weir.report.filed.v1", &data)
}

fn counts(answer: &Value) -> Vec<[u64; 4]> {
    let areas = answer["areas"].as_array().cloned().unwrap_or_default();
    let count = |area: &Value, what: &str| area[what].as_u64().unwrap_or(u64::MAX);
    areas
        .iter()
        .map(|area| ["expected", "filed", "accepted", "overdue"].map(|what| count(area, what)))
        .collect()
}

const COVERAGE: &str = "/v1/coverage?form=B203&period=2024-06&area=510000,510700,510704,510100";

#[tokio::test]
async fn who_must_file_and_who_has() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let units = [industrial(1, "510704"), industrial(2, "510704"), industrial(3, "510104")].concat();
    system.accept(&units).await?;
    system.accept(&[report(1, 100, Some(90)), report(3, 100, None)]).await?;
    system.settled().await?;
    let before = system.as_of().await?;
    let shown = system.get(COVERAGE).await?;
    assert_eq!(counts(&shown), [[3, 2, 0, 0], [2, 1, 0, 0], [2, 1, 0, 0], [1, 1, 0, 0]]);
    assert_eq!(
        (&shown["deadline"], &shown["closed"], &shown["synthetic"]),
        (&Value::Null, &json!(false), &json!(true))
    );

    let accepted = json!({"form": "B203", "period": "2024-06", "revision": 1, "level": "city", "verdict": "accepted",
        "rules": [], "area": "510000"});
    let opened = json!({"form": "B203", "period": "2024-06", "level": "province", "deadline": "2024-07-18"});
    system
        .accept(&[
            about(3, "accepted", "weir.report.reviewed.v1", &accepted),
            events::event("opened", "weir.period.opened.v1", "B203", &opened),
        ])
        .await?;
    system.settled().await?;
    let shown = system.get(COVERAGE).await?;
    assert_eq!(counts(&shown), [[3, 2, 1, 1], [2, 1, 0, 1], [2, 1, 0, 1], [1, 1, 1, 0]]);
    assert_eq!(
        (&shown["deadline"], &shown["areas"][0]["coverage"]),
        (&json!("2024-07-18"), &json!("0.666667"))
    );
    let then = system.get(&format!("{COVERAGE}&as_of={before}")).await?;
    assert_eq!(counts(&then), [[3, 2, 0, 0], [2, 1, 0, 0], [2, 1, 0, 0], [1, 1, 0, 0]]);
    assert_eq!(then["deadline"], Value::Null);
    // Summed anew, the present is the same, though the province itself is not asked for.
    let area = system.get("/v1/coverage?form=B203&period=2024-06&area=510700&as_of=2999-01-01").await?;
    assert_eq!((counts(&area), &area["deadline"]), (vec![[2, 1, 0, 1]], &json!("2024-07-18")));
    // An indicator's figure says the same of its numerator.
    let path = "/v1/measures/industrial_revenue?freq=M&from=2024-06&to=2024-06&area=510700";
    assert_eq!(system.observations(path).await?[0]["coverage"], "0.500000");
    assert_eq!(system.observations(&format!("{path}&as_of={before}")).await?[0]["coverage"], "0.500000");
    system.leave().await
}

#[tokio::test]
async fn revenue_grows_on_the_units_that_say_both_years() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let units: Vec<Value> = (1..=5).flat_map(|index| industrial(index, "510704")).collect();
    system.accept(&units).await?;
    let growth = |shown: &Value| (shown["growth"].clone(), shown["growth_contributors"].clone());
    let path = "/v1/measures/industrial_revenue?freq=M&from=2024-06&to=2024-06&growth=panel";
    system.accept(&[report(1, 110, Some(100)), report(2, 22, Some(20))]).await?;
    system.shows(path, "growth", "0.100000").await?;
    system.settled().await?;
    let before = system.as_of().await?;
    system.accept(&[report(3, 1_000, None), report(4, 1, None)]).await?;
    system.shows(path, "numerator", "1133").await?;
    let withheld = system.observations(path).await?.remove(0);
    assert_eq!(growth(&withheld), (Value::Null, Value::Null));
    assert_eq!(withheld["growth_reason"], "one or two units lie outside the comparable panel");
    system.accept(&[report(5, 1, None)]).await?;
    system.shows(path, "growth", "0.100000").await?;
    let then = system.observations(&format!("{path}&as_of={before}")).await?.remove(0);
    assert_eq!((growth(&then), &then["numerator"]), ((json!("0.100000"), json!(2)), &json!("132")));
    system.leave().await
}

#[tokio::test]
async fn a_target_is_met_since_the_month_that_reached_it_as_of_any_moment() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let zone = |index: u32, day: &str| {
        let data = json!({"register": "high_tech_zone", "entry": index.to_string(), "area": "510704", "entered_on": day});
        events::event(
            &format!("zone-{index}"),
            "weir.register.entered.v1",
            &format!("high_tech_zone:{index}"),
            &data,
        )
    };
    let target = async |query: &str| {
        let answer = system.get(&format!("/v1/targets?{query}")).await?;
        let targets = answer["targets"].as_array().context("no targets")?;
        targets.iter().find(|one| one["indicator"] == "HT_ZONES").cloned().context("no zones")
    };
    let zones: Vec<Value> = (1..=34).map(|index| zone(index, "2021-05-01")).collect();
    system.accept(&zones).await?;
    system.settled().await?;
    let before = system.as_of().await?;
    let unmet = target("").await?;
    assert_eq!(
        (&unmet["met"], &unmet["met_since"], &unmet["latest"]["value"]),
        (&json!(false), &Value::Null, &json!("34.000000"))
    );
    system.accept(&[zone(35, "2023-08-20")]).await?;
    system.settled().await?;
    let met = target("area=510000").await?;
    assert_eq!(
        (&met["met"], &met["met_since"], &met["latest"]["period"]),
        (&json!(true), &json!("2023-08"), &json!("2025-12"))
    );
    assert_eq!(
        (&met["baseline"], &met["target"], &met["needed"]),
        (&json!("27"), &json!("35"), &json!("35.000000"))
    );
    assert_eq!(target(&format!("as_of={before}")).await?, unmet);
    assert_eq!(target("as_of=2999-01-01").await?, met);
    let prefecture = target("area=510700").await?;
    assert_eq!((&prefecture["target"], &prefecture["latest"]["value"]), (&Value::Null, &json!("35.000000")));
    system.leave().await
}
