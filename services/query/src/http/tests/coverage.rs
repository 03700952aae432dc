//! Who filed what, over cells in memory.

use insta::assert_snapshot;
use weir_schemas::cell::Cell;
use weir_schemas::period::Slot;

use super::{Role, Service, Settings, cell, service, service_with};

/// A service whose day is 1 February 2022: B203 of December 2021 was due the day before, 107-2 of 2021 is due in March.
fn with_rounds() -> Service {
    let service = service();
    let month = Slot::month(2021, 12);
    let filed = |area: &str, value: &str, accepted: u32| Cell {
        accepted: accepted.into(),
        synthetic: true,
        ..cell("filed_B203", area, month, value)
    };
    let cells = [
        cell("expected_B203", "510000", month, "9"),
        cell("expected_B203", "510100", month, "3"),
        filed("510000", "7", 5),
        filed("510100", "3", 0),
        cell("deadline_B203", "510000", month, "20220131"),
        cell("closed_B203", "510000", month, "1"),
        cell("expected_107_2", "510000", Slot::year(2021), "4"),
        cell("deadline_107_2", "510000", Slot::year(2021), "20220201"),
        cell("expected_F203", "510000", month, "2"),
    ];
    assert_eq!(service.live.put("weir_test", cells), 9);
    service
}

#[tokio::test]
async fn what_is_not_filed_after_its_deadline_is_overdue() {
    let service = with_rounds();
    let mut shown = Vec::new();
    for path in [
        "/v1/coverage?form=B203&period=2021-12&area=510000,510100,510700",
        "/v1/coverage?form=107-2&period=2021",
        "/v1/coverage?form=F203&period=2021-12",
    ] {
        let answered = service.ask(path).await;
        assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
        shown.push(format!("{path}\n{}\n", answered.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn a_round_that_is_none_is_refused() {
    let service = with_rounds();
    let mut shown = Vec::new();
    for path in [
        "/v1/coverage",
        "/v1/coverage?form=B203",
        "/v1/coverage?form=X&period=2021",
        "/v1/coverage?form=RD-HE&period=2021",
        "/v1/coverage?form=B203&period=2021",
        "/v1/coverage?form=107-2&period=2021-12",
        "/v1/coverage?form=B203&period=2021-01",
        "/v1/coverage?form=B203&period=2019-12",
        "/v1/coverage?form=B203&period=2022-03",
        "/v1/coverage?form=B203&period=2021-12&field=F01",
        "/v1/coverage?form=B203&period=2021-12&as_of=2022-01-01",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn coverage_is_a_live_figure_of_areas() {
    let (service, path) = (with_rounds(), "/v1/coverage?form=B203&period=2021-12&area=510100");
    assert_eq!(service.ask_without_key(path).await.status, 401);
    for (role, status) in
        [(Role::Bureau, 403), (Role::Operator, 403), (Role::Official, 200), (Role::Analyst, 200)]
    {
        assert_eq!(service.ask_as(role, path).await.status, status, "{role}");
    }
    let elsewhere = "/v1/coverage?form=B203&period=2021-12&area=510700";
    assert_eq!(service.ask_as(Role::Official, elsewhere).await.status, 403);
    let open = service_with(Settings { open: true, ..Settings::default() }, Some("2022-02-01T00:00:00Z"));
    assert_eq!(open.ask_without_key(path).await.status, 200);
}
