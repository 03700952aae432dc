//! What happens after the first filing changes exactly the figures it should.

use anyhow::Result;
use serde_json::{Value, json};
use weir_tests::events::{self, credit_code};
use weir_tests::{Settings, System, assert_same};

async fn up(data: &tempfile::TempDir) -> Result<System> {
    System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await
}

/// A measure of 2021 in an area.
fn measure(id: &str, area: &str) -> String {
    format!("/v1/measures/{id}?from=2021&to=2021&area={area}")
}

/// An event about the first unit.
fn unit_event(id: &str, kind: &str, data: &Value) -> Value {
    events::event(id, kind, &credit_code(1), data)
}

fn review(id: &str, level: &str, verdict: &str) -> Value {
    let data = json!({"form": "107-2", "period": "2021", "revision": 1, "level": level, "verdict": verdict,
        "rules": [], "area": "510000"});
    unit_event(id, "weir.report.reviewed.v1", &data)
}

fn round(id: &str, kind: &str) -> Value {
    let data = json!({"form": "107-2", "period": "2021", "level": "province"});
    events::event(id, &format!("weir.period.{kind}.v1"), "107-2", &data)
}

#[tokio::test]
async fn a_report_is_accepted_level_by_level_and_may_be_returned() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let path = measure("rd_internal", "510000");
    system.accept(&[events::unit(1, "510704"), events::rd_report(1, 2021, 1, 1_000)]).await?;
    system.shows(&path, "status", "V").await?;
    system.accept(&[review("county", "county", "accepted")]).await?;
    system.shows(&path, "status", "P").await?;
    // Accepted by the province, it stays provisional until the round is closed.
    system.accept(&[review("province", "province", "accepted")]).await?;
    system.settled().await?;
    assert_eq!(system.observations(&path).await?[0]["status"], "P");
    system.accept(&[round("closed", "closed")]).await?;
    system.settled().await?;
    system.accept(&[events::rd_report(1, 2021, 2, 7)]).await?;
    system.shows(&path, "numerator", "7").await?;
    let withdrawn = json!({"form": "107-2", "period": "2021", "revision": 2, "reason": "in error"});
    system.accept(&[unit_event("withdrawn", "weir.report.withdrawn.v1", &withdrawn)]).await?;
    system.shows(&path, "status", "O").await?;
    system.leave().await
}

#[tokio::test]
async fn a_closed_round_makes_an_accepted_figure_final() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let path = measure("rd_internal", "510000");
    let accepted = review("province", "province", "accepted");
    system
        .accept(&[
            round("closed", "closed"),
            events::unit(1, "510704"),
            events::rd_report(1, 2021, 1, 1_000),
            accepted,
        ])
        .await?;
    system.shows(&path, "status", "A").await?;
    system.accept(&[review("returned", "city", "returned")]).await?;
    system.shows(&path, "status", "O").await?;
    system.leave().await
}

#[tokio::test]
async fn a_unit_that_moves_takes_its_stocks_along_from_that_day() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let certificate = json!({"status": "gazelle", "number": "G1", "valid_from": "2020-01-01"});
    let certificate = unit_event("gazelle", "weir.status.granted.v1", &certificate);
    system.accept(&[events::unit(1, "510704"), certificate, events::rd_report(1, 2021, 1, 1_000)]).await?;
    let months = |area: &str| format!("/v1/measures/gazelles?freq=M&from=2021-05&to=2021-06&area={area}");
    system.shows(&months("510700"), "numerator", "1").await?;
    system.settled().await?;
    let elsewhere = system.figures().await?;

    let moved = json!({"effective_from": "2021-06-15", "reason": "moved", "area": "510104"});
    system.accept(&[unit_event("moved", "weir.unit.changed.v1", &moved)]).await?;
    system.settled().await?;
    let of = |observations: Vec<Value>| {
        observations.into_iter().map(|shown| shown["numerator"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(system.observations(&months("510700")).await?), [json!("1"), json!("0")]);
    assert_eq!(of(system.observations(&months("510100")).await?), [json!("0"), json!("1")]);
    assert_eq!(of(system.observations(&months("510000")).await?), [json!("1"), json!("1")]);
    // The report of a year is placed where the unit was on its last day.
    system.shows(&measure("rd_internal", "510100"), "numerator", "1000").await?;

    let void = json!({"voided_source": events::SOURCE, "voided_id": "moved", "reason": "another firm", "author": "a"});
    system.accept(&[unit_event("void", "weir.event.voided.v1", &void)]).await?;
    system.shows(&measure("rd_internal", "510700"), "numerator", "1000").await?;
    system.settled().await?;
    assert_same(&system.figures().await?, &elsewhere);
    system.leave().await
}

#[tokio::test]
async fn patents_lapse_contracts_end_registers_fill_and_parts_are_added() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(&data).await?;
    let contract = events::contract(1, "510704", 500);
    let (patent, number) = (events::patent(1, "510704"), contract["subject"].clone());
    let of_patent = patent["subject"].clone();
    system
        .accept(&[patent, contract, events::unit(1, "510704"), events::rd_report(1, 2021, 1, 1_000)])
        .await?;
    system.shows(&measure("contract_turnover", "510700"), "numerator", "500").await?;
    let about = |id: &str, kind: &str, subject: &Value, data: Value| {
        events::event(id, kind, subject.as_str().unwrap_or_default(), &data)
    };
    let lapsed = json!({"effective_from": "2021-12-01", "change": "lapsed"});
    let amended = json!({"revision": 2, "effective_from": "2022-02-01", "amount": "450", "reason": "less"});
    let roadmap = |field: &str| json!({"register": "field_roadmap", "entry": field, "area": "510000", "field": field, "entered_on": "2021-03-01"});
    let part = json!({"measure": "rd_internal", "area": "510700", "period": "2021", "value": "234", "unit": "CNY",
        "method": "estimated", "published_on": "2022-09-01", "source": "synthetic"});
    system
        .accept(&[
            about("lapsed", "weir.patent.changed.v1", &of_patent, lapsed),
            about("amended", "weir.contract.amended.v1", &number, amended),
            about("r1", "weir.register.entered.v1", &json!("field_roadmap:F01"), roadmap("F01")),
            about("r2", "weir.register.entered.v1", &json!("field_roadmap:F03"), roadmap("F03")),
            about("part", "weir.supplement.published.v1", &json!("rd_internal:510700:2021"), part),
        ])
        .await?;
    system.shows(&measure("high_value_patents", "510000"), "numerator", "0").await?;
    system.shows(&measure("contract_turnover", "510000"), "numerator", "450").await?;
    system.shows("/v1/indicators/ROADMAP_COVERAGE?from=2021&to=2021", "display", "20").await?;
    system.shows(&measure("rd_internal", "510000"), "numerator", "1234").await?;
    let shown = system.observations(&measure("rd_internal", "510000")).await?.remove(0);
    assert_eq!((&shown["supplement"], &shown["contributors"]), (&json!("234"), &json!(1)));
    system.leave().await
}

#[tokio::test]
async fn all_27_targets_answer() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings =
        Settings::new(env!("CARGO_BIN_EXE_tested-weir")).with("--demo").with("--demo-units").with("300");
    let system = System::up(data.path(), &settings).await?;
    let plan = system.get("/v1/plan").await?;
    let indicators = plan["indicators"].as_array().cloned().unwrap_or_default();
    assert_eq!(indicators.len(), 27);
    for indicator in indicators {
        let path = format!("/v1/indicators/{}?area=510000", indicator["id"].as_str().unwrap_or_default());
        assert!(!system.observations(&path).await?.is_empty(), "{path}");
    }
    system.leave().await
}
