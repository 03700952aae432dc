mod calendar;
mod coverage;
mod explain;
mod formats;
mod growth;
mod official;
mod openapi;
mod past;
mod releases;
mod sdmx;
mod targets;
mod units;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, Request};
use insta::assert_snapshot;
use prometheus_client::registry::Registry;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::keys::{Key, Keys, PlainKey, Role};
use weir_kernel::ops::{self, Readiness};
use weir_kernel::shutdown::Shutdown;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ObsStatus;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Plan, SICHUAN_14};

use super::{App, Streams, router};
use crate::Settings;
use crate::cells::{LiveCells, Projection};
use crate::metrics::Metrics;
use crate::releases::Shelf;
use crate::releases::tests::Watched;

/// A service with fixed cells, and a key of each role.
struct Service {
    router: Router,
    keys: Vec<(Role, PlainKey)>,
    live: Arc<LiveCells>,
}

/// An answer: its status, headers and body.
struct Answered {
    status: u16,
    headers: HeaderMap,
    /// The body as text, where it is one.
    body: String,
    bytes: Vec<u8>,
}

impl Answered {
    /// The status and the body, an observation a line.
    fn shown(&self) -> String {
        format!("{}\n{}", self.status, self.body.replace("[{", "[\n{").replace("},{", "},\n{"))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn cell(measure: &str, area: &str, slot: Slot, value: &str) -> Cell {
    let series = Series { measure: measure.into(), area: area.parse().unwrap(), field: Field::Total };
    let value = value.parse().unwrap();
    Cell { version: 1, value, contributions: 3, contributors: 3, ..Cell::empty(series, slot) }
}

fn population(area: &str, value: &str) -> Cell {
    let vintage = "verified".into();
    Cell { vintage, ..cell("ref_resident_population", area, Slot::year(2021), value) }
}

fn cells() -> Vec<Cell> {
    let made_up = |cell: Cell| Cell { synthetic: true, status: ObsStatus::P, ..cell };
    vec![
        made_up(cell("high_value_patents", "510000", Slot::year(2021), "33823")),
        made_up(cell("high_value_patents", "510100", Slot::year(2021), "25000")),
        cell("high_value_patents", "510000", Slot::month(2022, 1), "34000"),
        population("510000", "83720000"),
        population("510100", "21192000"),
        made_up(cell("rd_internal", "510000", Slot::year(2021), "121450000000.50")),
        cell("high_tech_revenue", "510000", Slot::month(2022, 2), "350000000000"),
    ]
}

fn service_with(settings: Settings, closed: Option<&str>) -> Service {
    service_of(settings, closed, |app| app)
}

/// The same, of what is made of its app.
fn service_of(settings: Settings, closed: Option<&str>, made: impl FnOnce(App) -> App) -> Service {
    let live = Arc::new(LiveCells::default());
    if let Some(closed) = closed {
        live.swap(Projection {
            generation: "weir_test".into(),
            cells: cells().into_iter().collect(),
            closed: Some(closed.parse().unwrap()),
        });
    }
    let keys: Vec<_> = Role::ALL.map(|role| (role, PlainKey::generate(role).unwrap())).into();
    let kept = keys.iter().map(|(role, plain)| Key {
        areas: if *role == Role::Official { vec!["5101".parse().unwrap()] } else { Vec::new() },
        ..Key::new(role.as_str(), *role, plain.hash())
    });
    let mut registry = Registry::default();
    let app = made(app(settings, live.clone(), kept.collect(), &mut registry));
    let router = ops::with_operations(router(app), Readiness::waiting_for([]), Arc::new(registry));
    Service { router, keys, live }
}

pub(super) fn app(settings: Settings, live: Arc<LiveCells>, keys: Vec<Key>, registry: &mut Registry) -> App {
    let plan = Plan::parse(SICHUAN_14).unwrap();
    let metrics = Metrics::register(registry, live.clone());
    let of_streams = (metrics.streams.clone(), Shutdown::new());
    App {
        streams: Arc::new(Streams::new(plan.clone(), live.clone(), settings.clone(), of_streams)),
        plan,
        plan_hash: weir_schemas::generation::plan_hash(SICHUAN_14),
        metrics,
        live,
        // Nothing here asks for the past; the whole system's tests do.
        clickhouse: ClickHouse::new(&clickhouse::Settings {
            url: "http://127.0.0.1:9".into(),
            user: "none".into(),
            password: String::new(),
            request_timeout: clickhouse::Settings::REQUEST_TIMEOUT,
        }),
        keys: Keys::new(keys).unwrap().into(),
        past: Semaphore::new(settings.as_of_requests.get()),
        // Those that ask for releases have a log.
        catalogue: Arc::default(),
        shelf: Shelf::new(Watched::nowhere(), "none", settings.releases),
        settings,
    }
}

/// Closed in February 2022, for the day in China.
fn service() -> Service {
    service_with(Settings::default(), Some("2022-01-31T16:00:00.25Z"))
}

impl Service {
    async fn send(&self, request: Request<Body>) -> Answered {
        let target = request.uri().to_string();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 10_000_000).await.unwrap().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let answered = Answered { status, headers, body, bytes };
        openapi::hold(&target, &answered);
        answered
    }

    async fn ask_as(&self, role: Role, path: &str) -> Answered {
        let (_, key) = self.keys.iter().find(|(other, _)| *other == role).unwrap();
        let bearer = format!("Bearer {}", key.expose());
        self.send(Request::get(path).header(AUTHORIZATION, bearer).body(Body::empty()).unwrap()).await
    }

    async fn ask(&self, path: &str) -> Answered {
        self.ask_as(Role::Analyst, path).await
    }

    /// Asks as an analyst, with further headers.
    async fn ask_with(&self, path: &str, headers: &[(HeaderName, &str)]) -> Answered {
        let (_, key) = self.keys.iter().find(|(role, _)| *role == Role::Analyst).unwrap();
        let mut request = Request::get(path).header(AUTHORIZATION, format!("Bearer {}", key.expose()));
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn ask_without_key(&self, path: &str) -> Answered {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }
}

#[tokio::test]
async fn the_plan_is_for_anybody() {
    let answered = service_with(Settings::default(), None).ask_without_key("/v1/plan").await;
    assert_snapshot!(answered.shown());
    assert_eq!(answered.header("etag").len(), 34);
}

#[tokio::test]
async fn an_indicator_is_answered_by_year_for_the_plans_area() {
    let answered = service().ask("/v1/indicators/HVP_PER_10K_POP").await;
    assert_snapshot!(answered.shown());
    assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    assert_eq!(answered.header("content-type"), "application/json");
}

#[tokio::test]
async fn areas_are_listed_or_the_children_of_one() {
    let service = service();
    let answered =
        service.ask("/v1/indicators/HVP_PER_10K_POP?area=510100,510000,510100&from=2021&to=2021").await;
    assert_snapshot!(answered.shown());
    let children = service.ask("/v1/indicators/HTE_COUNT?area=children:510000&from=2021").await;
    assert_eq!(children.body.matches("\"period\":\"2021\"").count(), 21);
}

#[tokio::test]
async fn months_and_quarters_are_answered_once_begun() {
    let service = service();
    let monthly = service.ask("/v1/indicators/HVP_PER_10K_POP?freq=M&from=2021-12").await;
    assert_snapshot!(monthly.shown());
    let quarterly = service.ask("/v1/indicators/HT_REVENUE?freq=Q&from=2021-Q4").await;
    assert_snapshot!(quarterly.shown());
    let field = service.ask("/v1/indicators/HTE_COUNT?field=F06&from=2021&to=2021").await;
    assert_snapshot!(field.shown());
    let later = service.ask("/v1/indicators/HTE_COUNT?from=2024").await;
    assert_snapshot!(later.shown());
}

#[tokio::test]
async fn a_measure_is_answered_in_its_base_unit() {
    let service = service();
    let answered = service.ask("/v1/measures/rd_internal").await;
    assert_snapshot!(answered.shown());
    let reference = service.ask("/v1/measures/ref_resident_population?from=2021").await;
    assert_snapshot!(reference.shown());
}

#[tokio::test]
async fn problems_name_the_parameter() {
    let service = service();
    let mut shown = Vec::new();
    for path in [
        "/v1/indicators/NONE",
        "/v1/measures/none",
        "/v1/indicators/HTE_COUNT?area=51",
        "/v1/indicators/HTE_COUNT?area=519999",
        "/v1/indicators/HTE_COUNT?area=110000",
        "/v1/indicators/HTE_COUNT?area=",
        "/v1/indicators/HTE_COUNT?area=children:x",
        "/v1/indicators/HTE_COUNT?area=children:510704",
        "/v1/indicators/HTE_COUNT?from=2024-13",
        "/v1/indicators/HTE_COUNT?to=2024-06",
        "/v1/indicators/HT_REVENUE?freq=Q&from=2024-06",
        "/v1/indicators/HTE_COUNT?from=2024&to=2023",
        "/v1/indicators/HTE_COUNT?freq=D",
        "/v1/indicators/STSME_COUNT?freq=M",
        "/v1/measures/rd_internal?freq=Q",
        "/v1/indicators/HTE_COUNT?field=F11",
        "/v1/indicators/HTE_COUNT?areas=510000",
        "/v1/indicators/HTE_COUNT?freq=A&freq=M",
        "/v1/indicators/HTE_COUNT?as_of=yesterday",
        "/v1/plan?area=510000",
        "/v1/nothing",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn live_figures_are_for_analysts_and_officials() {
    let (service, path) = (service(), "/v1/indicators/HTE_COUNT?area=510100");
    let mut shown = vec![service.ask_without_key(path).await.shown()];
    for role in Role::ALL {
        shown.push(format!("{role} {}", service.ask_as(role, path).await.status));
    }
    shown.push(service.ask_as(Role::Public, path).await.shown());
    shown.push(service.ask_as(Role::Official, "/v1/indicators/HTE_COUNT").await.shown());
    assert_snapshot!(shown.join("\n"));
    let open = service_with(Settings { open: true, ..Settings::default() }, Some("2022-02-01T00:00:00Z"));
    assert_eq!(open.ask_without_key(path).await.status, 200);
}

#[tokio::test]
async fn an_answer_the_reader_has_is_not_sent_again() {
    let (service, path) = (service(), "/v1/indicators/HVP_PER_10K_POP?area=510000");
    let (_, key) = service.keys.iter().find(|(role, _)| *role == Role::Analyst).unwrap();
    let tag = service.ask(path).await.header(ETAG.as_str()).to_owned();
    let again = |held: String| {
        let bearer = format!("Bearer {}", key.expose());
        let request = Request::get(path).header(AUTHORIZATION, bearer).header(IF_NONE_MATCH, held);
        service.send(request.body(Body::empty()).unwrap())
    };
    for held in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let answered = again(held).await;
        assert_eq!((answered.status, answered.body.as_str()), (304, ""));
        assert_eq!(answered.header(ETAG.as_str()), tag);
        assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    }
    let cell = Cell { version: 2, ..cell("high_value_patents", "510000", Slot::year(2021), "33824") };
    assert_eq!(service.live.put("weir_test", [cell]), 1);
    let changed = again(tag.clone()).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header(ETAG.as_str()), tag);
}

#[tokio::test]
async fn before_any_moment_is_closed_there_are_no_figures() {
    let answered = service_with(Settings::default(), None).ask("/v1/indicators/HTE_COUNT").await;
    assert_snapshot!(answered.shown());
    assert_eq!(answered.header(RETRY_AFTER.as_str()), "1");
}

#[tokio::test]
async fn an_answer_has_a_greatest_length() {
    let settings = Settings { observations: 20, ..Settings::default() };
    let service = service_with(settings, Some("2022-02-01T00:00:00Z"));
    let answered = service.ask("/v1/indicators/HTE_COUNT?area=children:510000&from=2021").await;
    assert_snapshot!(answered.shown());
    assert_eq!(service.ask("/v1/indicators/HTE_COUNT?area=510000").await.status, 200);
}

#[tokio::test]
async fn operators_see_what_was_asked() {
    let service = service();
    service.ask("/v1/indicators/HTE_COUNT").await;
    service.ask("/v1/indicators/HTE_COUNT?freq=D").await;
    let metrics = service.ask_without_key("/metrics").await.body;
    for line in [
        "requests_total{route=\"/v1/indicators/{id}\",status=\"200\"} 1",
        "requests_total{route=\"/v1/indicators/{id}\",status=\"400\"} 1",
        "request_duration_seconds_count{route=\"/v1/indicators/{id}\"} 2",
        "cells 7",
        "watermark_age_seconds ",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert_eq!(Area::SICHUAN.children().count(), 21);
}
