//! What one event changes, and nothing else: every measure before and after it, and as of before it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use weir_tests::{Settings, System, events};

/// Measure, area and period; the value where there is one.
type Figures = BTreeMap<(String, String, String), Option<String>>;

/// The province, two prefectures and a county of each.
const AREAS: &str = "510000,510100,510104,510700,510704";

async fn figures(system: &System, as_of: Option<&str>) -> Result<Figures> {
    let plan = system.get("/v1/plan").await?;
    let as_of = as_of.map(|moment| format!("&as_of={moment}")).unwrap_or_default();
    let mut figures = Figures::new();
    for measure in plan["measures"].as_array().context("no measures")? {
        let id = measure["id"].as_str().context("no id")?;
        let path = format!("/v1/measures/{id}?area={AREAS}&from=2021&to=2025{as_of}");
        for seen in system.observations(&path).await? {
            let text = |member: &str| seen[member].as_str().unwrap_or_default().to_owned();
            let value = seen["numerator"].as_str().map(str::to_owned);
            figures.insert((id.to_owned(), text("area"), text("period")), value);
        }
    }
    Ok(figures)
}

/// What differs, one line a figure: `measure area period: before → after`.
fn changes(before: &Figures, after: &Figures) -> Vec<String> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let differing = after.iter().filter(|(key, value)| before.get(*key) != Some(*value));
    let line = |((measure, area, period), value): (&(String, String, String), &Option<String>)| {
        let key = (measure.clone(), area.clone(), period.clone());
        let before = before.get(&key).map_or_else(|| "–".to_owned(), shown);
        format!("{measure} {area} {period}: {before} → {}", shown(value))
    };
    differing.map(line).collect()
}

/// Five years of a unit in 510704: a certificate, an R&D report and a December report of each year, all accepted.
fn history(index: u32) -> Vec<Value> {
    let code = events::credit_code(index);
    let of = |id: &str, kind: &str, data: Value| {
        events::event(&format!("{id}-{index}"), &format!("weir.{kind}.v1"), &code, &data)
    };
    let mut feed = vec![
        events::unit(index, "510704"),
        of(
            "hte",
            "status.granted",
            json!({"status": "high_tech_enterprise", "number": "GR1",
            "valid_from": "2019-01-01", "valid_to": "2030-12-31"}),
        ),
    ];
    for year in 2021..=2025_i16 {
        feed.push(events::rd_report(index, year, 1, 1_000));
        let december = json!({"form": "B203", "period": format!("{year}-12"), "revision": 1, "area": "510704",
            "items": {"operating_revenue": "100"}});
        feed.push(of(&format!("december-{year}"), "report.filed", december));
    }
    feed
}

/// Lets an event in, and tells what it changed; as of before it, all is as it was.
async fn changed_by(system: &System, event: Value) -> Result<Vec<String>> {
    system.settled().await?;
    let moment = system.as_of().await?.to_string();
    let before = figures(system, None).await?;
    system.accept(&[event]).await?;
    system.settled().await?;
    let after = figures(system, None).await?;
    let then = figures(system, Some(&moment)).await?;
    ensure!(then == before, "as of {moment}: {:?}", changes(&before, &then));
    Ok(changes(&before, &after))
}

#[tokio::test]
async fn each_event_changes_the_figures_it_should_and_no_other() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await?;
    let mut feed = history(1);
    feed.extend(history(2));
    feed.push(events::reference("gdp", "510000", 2021, "53850.8", "100MCNY"));
    // Granted in 2021 without a class: of high value only once it is ten years old.
    let mut aging = events::patent(7, "510104");
    aging["data"]["filing_date"] = json!("2013-06-30");
    aging["data"]["classes"] = json!([]);
    aging["subject"] = json!(
        weir_schemas::patent_number::PatentNumber::compose(
            2013,
            weir_schemas::patent_number::PatentKind::Invention,
            7,
        )?
        .to_string()
    );
    system.accept(&feed).await?;

    // A patent turns ten: it enters the stock of the year in which it does, and stays.
    let patent = changed_by(&system, aging).await?;
    let stock = |area: &str, year: u32| format!("high_value_patents {area} {year}: 0 → 1");
    let stocks: Vec<String> = ["510000", "510100", "510104"]
        .iter()
        .flat_map(|area| (2023..=2025).map(|year| stock(area, year)))
        .collect();
    assert_eq!(patent, stocks);

    let code = events::credit_code(1);
    let of = |id: &str, kind: &str, data: Value| events::event(id, &format!("weir.{kind}.v1"), &code, &data);

    // A second revision of GDP: its own cell.
    let mut gdp = events::reference("gdp", "510000", 2021, "54088.0", "100MCNY");
    gdp["id"] = json!("gdp-revised");
    gdp["data"]["vintage"] = json!("revised");
    gdp["data"]["published_on"] = json!("2023-12-20");
    let revised = changed_by(&system, gdp).await?;
    assert_eq!(revised, ["ref_gdp 510000 2021: 5385080000000 → 5408800000000"]);

    // A December report is returned: the year's revenue loses it, wherever the unit is.
    let returned = of(
        "returned",
        "report.reviewed",
        json!({"form": "B203", "period": "2023-12", "revision": 1,
        "level": "city", "verdict": "returned", "rules": [], "area": "510704"}),
    );
    let returned = changed_by(&system, returned).await?;
    let revenue = |area: &str| format!("high_tech_revenue {area} 2023: 200 → 100");
    assert_eq!(returned, ["510000", "510700", "510704"].map(revenue));

    // A move from July 2023 on: what is filed for December and the years from 2023 on is placed anew, what was before is not.
    let moved = of(
        "moved",
        "unit.changed",
        json!({"effective_from": "2023-07-01", "reason": "moved", "area": "510104"}),
    );
    let moved = changed_by(&system, moved).await?;
    let rows = [
        ("expected_107_2", 2023..=2025, "0 → 1", "2 → 1"),
        ("filed_107_2", 2023..=2025, "0 → 1", "2 → 1"),
        ("high_tech_enterprises", 2023..=2025, "0 → 1", "2 → 1"),
        // What stood at the end of 2022 stood in the old place.
        ("high_tech_enterprises_net", 2023..=2023, "0 → 1", "0 → -1"),
        // The report of 2023 was returned.
        ("high_tech_revenue", 2024..=2025, "– → 100", "200 → 100"),
        ("rd_fte", 2023..=2025, "– → 2.5", "5 → 2.5"),
        ("rd_internal", 2023..=2025, "– → 1000", "2000 → 1000"),
    ];
    let expected = rows.into_iter().flat_map(|(measure, years, comes, goes)| {
        let places = [("510100", comes), ("510104", comes), ("510700", goes), ("510704", goes)];
        places.into_iter().flat_map(move |(area, change)| {
            years.clone().map(move |year| format!("{measure} {area} {year}: {change}"))
        })
    });
    assert_eq!(moved, expected.collect::<Vec<_>>());

    // Its merger in 2025 ends its certificate, and not what it filed.
    let merged = of(
        "merged",
        "unit.changed",
        json!({"effective_from": "2025-03-01", "reason": "merged",
        "successors": [{"credit_code": events::credit_code(2)}]}),
    );
    let merged = changed_by(&system, merged).await?;
    let places = [("510000", "2 → 1"), ("510100", "1 → 0"), ("510104", "1 → 0")];
    let held = places.map(|(area, change)| format!("high_tech_enterprises {area} 2025: {change}"));
    let net = places.map(|(area, _)| format!("high_tech_enterprises_net {area} 2025: 0 → -1"));
    assert_eq!(merged, [held, net].concat());
    system.leave().await
}
