//! What is officially published, beside ours.

use insta::assert_snapshot;
use weir_schemas::cell::Cell;
use weir_schemas::disclosure::ConfStatus;
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

#[tokio::test]
async fn what_is_published_is_shown_beside_a_figure_that_is_kept() {
    let service = service();
    let year = Slot::year(2021);
    let kept = Cell { conf_status: ConfStatus::A, ..cell("rd_internal", "510100", year, "1000000") };
    let vintage = || "verified".to_owned();
    let gdp = Cell { vintage: vintage(), ..cell("ref_gdp", "510100", year, "1991700000000") };
    let published = Cell { vintage: vintage(), ..cell("ref_official_RD_GDP_RATIO", "510100", year, "3.17") };
    assert_eq!(service.live.put("weir_test", [kept, gdp, published]), 3);
    let figures = service.ask("/v1/indicators/RD_GDP_RATIO?area=510100&from=2021").await.body;
    let shown = "\"status\":\"Q\",\"coverage\":null,\"contributors\":null,\"official\":\"3.170000\",\
                 \"official_vintage\":\"verified\",\"official_difference\":null";
    assert!(figures.contains(shown), "{figures}");
    let path = "/sdmx/data/dataflow/SCSTAT/HT/1.0.0/A.510100.RD_GDP_RATIO._T?format=json&c[TIME_PERIOD]=2021";
    let told = service.ask(&format!("{path}&attributes=OBS_STATUS,OFFICIAL,OFFICIAL_DIFFERENCE")).await.body;
    assert!(told.contains("3.17") && told.contains("\"id\":\"Q\""), "{told}");
}
