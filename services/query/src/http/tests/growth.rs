//! Growth on the comparable panel.

use insta::assert_snapshot;
use weir_schemas::cell::Cell;
use weir_schemas::period::Slot;

use super::{cell, service};

#[tokio::test]
async fn revenue_grows_on_its_comparable_panel() {
    let service = service();
    let revenue = |area: &str, panel: i64, inside: u64, all: u64| Cell {
        panel: panel.into(),
        panel_prior: 3.into(),
        panel_contributors: inside,
        contributors: all,
        ..cell("high_tech_revenue", area, Slot::month(2021, 12), "1000")
    };
    let cells = [revenue("510000", 4, 7, 10), revenue("510100", 4, 7, 9), revenue("510700", 2, 7, 7)];
    assert_eq!(service.live.put("weir_test", cells), 3);
    let areas = "area=510000,510100,510700,510300&freq=M&from=2021-12&to=2021-12";
    let path = format!("/v1/measures/high_tech_revenue?{areas}");
    assert!(!service.ask(&path).await.body.contains("growth"), "it is not asked for");
    assert_snapshot!(service.ask(&format!("{path}&growth=panel")).await.shown());
}

#[tokio::test]
async fn nothing_else_has_a_panel() {
    let service = service();
    let mut shown = Vec::new();
    for path in [
        "/v1/measures/high_tech_revenue?growth=all",
        "/v1/measures/sci_tech_service_revenue?growth=panel",
        "/v1/measures/ref_gdp?growth=panel",
        "/v1/indicators/HT_REVENUE?growth=panel",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}
