//! Targets over cells in memory.

use insta::assert_snapshot;
use weir_schemas::cell::Cell;
use weir_schemas::period::Slot;

use super::{Role, Service, Settings, cell, service, service_with};

/// A service whose province reached the target of gazelles in 2021-12, and never enough SMEs.
fn with_stocks() -> Service {
    let service = service();
    let stock = |measure: &str, area: &str, year, month, value: &str| {
        cell(measure, area, Slot::month(year, month), value)
    };
    let cells = [
        stock("gazelles", "510000", 2021, 11, "399"),
        stock("gazelles", "510000", 2021, 12, "400"),
        stock("gazelles", "510000", 2022, 1, "401"),
        stock("gazelles", "510000", 2022, 2, "402"),
        stock("gazelles", "510100", 2022, 2, "99"),
        cell("sci_tech_smes", "510000", Slot::year(2021), "14817"),
        cell("flow_basic_project", "510000", Slot::year(2021), "2001"),
        Cell { synthetic: true, ..cell("ref_sci_literacy_rate", "510000", Slot::year(2020), "12.5") },
    ];
    assert_eq!(service.live.put("weir_test", cells), 8);
    service
}

#[tokio::test]
async fn each_target_says_how_far_the_province_has_come() {
    let answered = with_stocks().ask("/v1/targets").await;
    assert_snapshot!(answered.shown());
    assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    assert_eq!(answered.header("etag").len(), 34);
}

#[tokio::test]
async fn what_is_made_up_in_any_year_is_said() {
    let service = service_with(Settings::default(), Some("2024-01-31T16:00:00.25Z"));
    let said = |body: &str| body.starts_with("{\"synthetic\":true");
    let real: Vec<Cell> =
        super::cells().into_iter().map(|cell| Cell { version: 2, synthetic: false, ..cell }).collect();
    service.live.put("weir_test", real);
    let later = cell("flow_basic_project", "510000", Slot::month(2024, 2), "1");
    let earlier = cell("flow_basic_project", "510000", Slot::year(2022), "2001");
    assert_eq!(service.live.put("weir_test", [later, earlier.clone()]), 2);
    assert!(!said(&service.ask("/v1/targets").await.body));
    let earlier = Cell { version: 3, synthetic: true, ..earlier };
    assert_eq!(service.live.put("weir_test", [earlier]), 1);
    let answered = service.ask("/v1/targets").await;
    assert!(answered.body.contains("\"value\":\"2001.000000\"") && said(&answered.body), "{}", answered.body);
}

#[tokio::test]
async fn prefectures_have_figures_and_no_target() {
    let answered = with_stocks().ask("/v1/targets?area=510100").await;
    let lines = answered.shown();
    let gazelles = lines.lines().find(|line| line.contains("GAZELLE_COUNT")).unwrap();
    assert_snapshot!(gazelles);
    let all = with_stocks().ask("/v1/targets?area=children:510000").await;
    assert_eq!(all.body.matches("\"indicator\":").count(), 21 * 27);
}

#[tokio::test]
async fn targets_are_live_figures_of_areas() {
    let service = with_stocks();
    assert_eq!(service.ask_without_key("/v1/targets").await.status, 401);
    for (role, status) in
        [(Role::Bureau, 403), (Role::Operator, 403), (Role::Public, 403), (Role::Official, 403)]
    {
        assert_eq!(service.ask_as(role, "/v1/targets").await.status, status, "{role}");
    }
    assert_eq!(service.ask_as(Role::Official, "/v1/targets?area=510100").await.status, 200);
    let narrow = Settings { observations: 26, ..Settings::default() };
    let narrow = service_with(narrow, Some("2022-02-01T00:00:00Z"));
    let mut shown = Vec::new();
    for path in ["/v1/targets", "/v1/targets?from=2021", "/v1/targets?area=x", "/v1/targets?as_of=x"] {
        shown.push(format!("{path}\n{}\n", narrow.ask(path).await.shown()));
    }
    // The store is away.
    shown.push(service.ask("/v1/targets?as_of=2022-01-01").await.shown());
    assert_snapshot!(shown.join("\n"));
}
