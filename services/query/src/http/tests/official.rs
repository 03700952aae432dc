//! What is officially published, beside ours.

use insta::assert_snapshot;
use weir_schemas::cell::Cell;
use weir_schemas::period::Slot;

use super::{Settings, cell, service, service_with};

#[tokio::test]
async fn official_totals_stand_beside_ours_with_the_difference() {
    let service = service();
    let published = |id: &str, year, value: &str| Cell {
        vintage: "preliminary".into(),
        synthetic: true,
        ..cell(&format!("ref_official_{id}"), "510000", Slot::year(year), value)
    };
    let cells = [
        published("HVP_PER_10K_POP", 2021, "4.05"),
        published("HT_REVENUE", 2021, "2357600000000"),
        published("HT_REVENUE", 2020, "2000000000000"),
        cell("high_tech_revenue", "510000", Slot::year(2021), "2357600000050"),
        published("GAZELLE_COUNT", 2021, "152"),
    ];
    assert_eq!(service.live.put("weir_test", cells), 5);
    let mut shown = Vec::new();
    for path in [
        "/v1/indicators/HVP_PER_10K_POP?from=2021&area=510000,510100",
        "/v1/indicators/HVP_PER_10K_POP?freq=M&from=2021-12&to=2021-12",
        "/v1/indicators/HT_REVENUE",
        "/v1/indicators/HT_REVENUE?field=F01&from=2021",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    let targets = service.ask("/v1/targets").await.shown();
    let of = |id: &str| targets.lines().find(|line| line.contains(id)).unwrap_or_default().to_owned();
    shown.push(of("\"HT_REVENUE\""));
    assert_snapshot!(shown.join("\n"));
    // The latest month is January's or later: no year's total is of it.
    assert!(of("GAZELLE_COUNT").contains("\"official\":null"));
    let december = service_with(Settings::default(), Some("2021-12-15T00:00:00Z"));
    assert_eq!(december.live.put("weir_test", [published("GAZELLE_COUNT", 2021, "152")]), 1);
    let targets = december.ask("/v1/targets").await.shown();
    let gazelles = targets.lines().find(|line| line.contains("GAZELLE_COUNT")).unwrap();
    assert!(gazelles.contains("\"official_difference\":\"-152.000000\""), "{gazelles}");
}
