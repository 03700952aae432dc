//! Releases over cells in a log.

use tokio::task::JoinSet;
use weir_schemas::disclosure::ConfStatus;
use weir_schemas::release::{Asked, Record};

use super::*;
use crate::http::format::Format;
use crate::releases::tests::{PLAN, Watched, asked, follow, header, parts, refused};

/// The name of the release, as it is and as addresses have it.
const NAME: &str = "2022 年报/预";
const ENCODED: &str = "2022%20%E5%B9%B4%E6%8A%A5%2F%E9%A2%84";
const CUT: &str = "2022-01-31T16:00:00.25Z";

fn suppressed(measure: &str, area: &str, slot: Slot) -> Cell {
    let cell = cell(measure, area, slot, "0");
    Cell { conf_status: ConfStatus::D, contributions: 1, contributors: 0, synthetic: true, ..cell }
}

fn published(measure: &str, area: &str, value: &str) -> Cell {
    Cell { vintage: "verified".into(), ..cell(measure, area, Slot::year(2021), value) }
}

/// The cells of the release: of what nobody knows elsewhere two are confidential.
fn released() -> [Vec<Cell>; 2] {
    let year = Slot::year(2021);
    let forms = vec!["107-2".to_owned()];
    [
        vec![
            cell("rd_internal", "510000", year, "121450000000.50"),
            suppressed("rd_internal", "510100", year),
            Cell { forms, ..cell("rd_internal", "510700", year, "20000000000") },
            published("ref_gdp", "510000", "5385080000000"),
            published("ref_gdp", "510100", "1991700000000"),
            published("ref_official_RD_GDP_RATIO", "510100", "3.17"),
            cell("expected_107_2", "510100", year, "9"),
            cell("filed_107_2", "510100", year, "8"),
        ],
        vec![
            cell("high_tech_revenue", "510000", Slot::month(2021, 12), "2000000000000"),
            suppressed("high_tech_revenue", "510000", Slot::month(2022, 2)),
            cell("gazelles", "510000", Slot::month(2021, 11), "399"),
            cell("gazelles", "510000", Slot::month(2021, 12), "400"),
            cell("gazelles", "510000", Slot::month(2022, 1), "401"),
            cell("gazelles", "510000", Slot::month(2022, 2), "402"),
            cell("gazelles", "510100", Slot::month(2021, 12), "99"),
        ],
    ]
}

fn records() -> Vec<Record> {
    let first = Asked { note: Some("含年报".to_owned()), ..asked(NAME, CUT) };
    let early = asked("early", "2021-12-31T00:00:00Z");
    let mut records =
        [first.clone(), early.clone(), asked("next", "2022-03-01T00:00:00Z")].map(Record::Asked).to_vec();
    records.extend(parts(&header(1, first), "one", &released()));
    records.push(refused(early, "releases follow one another"));
    records
}

/// A service whose releases are read, and what follows them.
async fn serving(settings: Settings) -> (Service, JoinSet<()>) {
    let log = Watched::with(&records()).await;
    let (catalogue, readiness, following) = follow(&log);
    readiness.ready().await;
    let shelf = Shelf::new(log, PLAN, settings.releases);
    // No moment is closed: a release needs none.
    let service = service_of(settings, None, |app| App { catalogue, shelf, ..app });
    (service, following)
}

async fn service() -> (Service, JoinSet<()>) {
    serving(Settings::default()).await
}

fn under(path: &str) -> String {
    format!("/v1/releases/{ENCODED}/{path}")
}

#[tokio::test]
async fn releases_are_listed_with_those_that_wait_and_why_one_is_none() {
    let (service, _following) = service().await;
    let list = service.ask_as(Role::Public, "/v1/releases").await;
    assert_snapshot!(list.shown());
    assert_eq!(list.header("etag").len(), 34);
    let table = service.ask_as(Role::Public, "/v1/releases?format=csv").await;
    assert_snapshot!(table.body.replace("\r\n", "\n"));
    let one = service.ask_as(Role::Public, &format!("/v1/releases/{ENCODED}")).await;
    assert!(list.body.contains(&one.body), "{}", one.body);
    assert_eq!(one.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    let waiting = service.ask_as(Role::Public, "/v1/releases/next").await;
    assert_eq!((waiting.status, waiting.header("weir-as-of")), (200, ""));
}

#[tokio::test]
async fn figures_of_a_release_are_as_the_live_ones_but_for_what_is_suppressed() {
    let (service, _following) = service().await;
    let mut shown = Vec::new();
    for path in [
        "indicators/RD_GDP_RATIO?area=510000,510100,510700&from=2021",
        "indicators/HT_REVENUE?freq=M&from=2021-12",
        "indicators/GAZELLE_COUNT?area=510100&freq=Q&from=2021-Q3",
        "measures/rd_internal?area=510100,510700&from=2021",
        "measures/gazelles?field=F06&from=2021",
    ] {
        let answered = service.ask_as(Role::Public, &under(path)).await;
        assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
        assert_eq!(answered.header("cache-control"), "private, no-cache");
        shown.push(format!("{path}\n{}\n", answered.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn targets_are_judged_by_what_is_released() {
    let (service, _following) = service().await;
    let answered = service.ask_as(Role::Public, &under("targets?area=510000,510100")).await;
    let answer: serde_json::Value = serde_json::from_str(&answered.body).unwrap();
    let targets = answer["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 2 * 27);
    let of = |target: &serde_json::Value| {
        let indicator = target["indicator"].as_str().unwrap();
        matches!(indicator, "GAZELLE_COUNT" | "RD_GDP_RATIO").then(|| {
            let members =
                ["area", "target", "latest", "met", "met_since"].map(|name| target[name].to_string());
            format!("{indicator} {}", members.join(" "))
        })
    };
    assert_snapshot!(targets.iter().filter_map(of).collect::<Vec<_>>().join("\n"));
}

#[tokio::test]
async fn every_format_is_offered_and_keeps_the_same() {
    let (service, _following) = service().await;
    for (path, formats) in [
        ("indicators/RD_GDP_RATIO?area=510100&from=2021", Format::FIGURES),
        ("measures/rd_internal?area=510100&from=2021", Format::FIGURES),
        ("targets?area=510100", Format::LISTS),
    ] {
        for format in formats {
            let path = under(&format!("{path}&format={}", format.word()));
            let answered = service.ask_as(Role::Public, &path).await;
            assert_eq!(answered.status, 200, "{path}");
            let again = service.ask_as(Role::Public, &path).await;
            assert_eq!(again.header("etag"), answered.header("etag"), "{path}");
        }
    }
    let path = under("measures/rd_internal?area=510100&from=2021&format=csv");
    assert_snapshot!(service.ask_as(Role::Public, &path).await.body.replace("\r\n", "\n"));
}

#[tokio::test]
async fn what_is_not_released_is_said_to_be_so() {
    let (service, _following) = service().await;
    let mut shown = Vec::new();
    for path in [
        "indicators/RD_GDP_RATIO?area=510704",
        "indicators/RD_GDP_RATIO?area=children:510700",
        "indicators/HT_REVENUE?area=510700&field=F06",
        "indicators/HT_REVENUE?area=510700&freq=M",
        "measures/high_tech_revenue?field=F06&freq=M",
        "targets?area=510704",
        "indicators/NONE",
        "measures/none",
        "indicators/HTE_COUNT?as_of=2021-12-31",
        "measures/high_tech_revenue?growth=panel",
        "targets?from=2021",
        "indicators/HTE_COUNT?format=docx",
        "coverage?form=107-2",
    ] {
        let answered = service.ask_as(Role::Public, &under(path)).await;
        shown.push(format!("{path}\n{}\n", answered.shown()));
    }
    for path in [
        "/v1/releases/next/targets",
        "/v1/releases/early/measures/gazelles",
        "/v1/releases/none/targets",
        "/v1/releases/none",
        "/v1/releases/%FF",
        "/v1/releases?area=510000",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask_as(Role::Public, path).await.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn releases_are_for_the_public_and_for_those_who_see_more() {
    let (service, _following) = service().await;
    for path in [
        "/v1/releases".to_owned(),
        under("targets"),
        under("indicators/HTE_COUNT"),
        under("measures/gazelles"),
    ] {
        for (role, status) in [
            (Role::Public, 200),
            (Role::Analyst, 200),
            // Whose key covers one prefecture alone: a release is everybody's.
            (Role::Official, 200),
            (Role::Bureau, 403),
            (Role::Operator, 403),
        ] {
            assert_eq!(service.ask_as(role, &path).await.status, status, "{role} {path}");
        }
        assert_eq!(service.ask_without_key(&path).await.status, 401, "{path}");
    }
    let (open, _following) = serving(Settings { open: true, ..Settings::default() }).await;
    let answered = open.ask_without_key(&under("targets")).await;
    assert_eq!((answered.status, answered.header("cache-control")), (200, "public, no-cache"));
}

#[tokio::test]
async fn nobody_is_shown_what_is_suppressed() {
    let (service, _following) = service().await;
    let path = under("measures/rd_internal?area=510100&from=2021");
    let public = service.ask_as(Role::Public, &path).await.body;
    for role in [Role::Analyst, Role::Official] {
        assert_eq!(service.ask_as(role, &path).await.body, public, "{role}");
    }
}

#[tokio::test]
async fn while_the_log_is_away_a_reader_is_told_to_come_again() {
    let unread = service_with(Settings::default(), None);
    let answered = unread.ask_as(Role::Public, "/v1/releases").await;
    assert_snapshot!(answered.shown());
    assert_eq!(answered.header(RETRY_AFTER.as_str()), "1");
    let log = Watched::with(&records()).await;
    let (catalogue, readiness, _following) = follow(&log);
    readiness.ready().await;
    let unreachable = service_of(Settings::default(), None, |app| App { catalogue, ..app });
    let answered = unreachable.ask_as(Role::Public, &under("targets")).await;
    assert_snapshot!(answered.shown());
    assert_eq!(unreachable.ask_as(Role::Public, "/v1/releases").await.status, 200);
}

#[tokio::test]
async fn an_answer_has_a_greatest_length() {
    let (service, _following) = serving(Settings { observations: 20, ..Settings::default() }).await;
    let path = under("indicators/HTE_COUNT?area=children:510000&from=2021");
    assert_eq!(service.ask_as(Role::Public, &path).await.status, 400);
    assert_eq!(service.ask_as(Role::Public, &under("targets")).await.status, 400);
}
