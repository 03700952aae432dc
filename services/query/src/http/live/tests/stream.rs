//! The stream over HTTP: who may follow, what it says, and how it ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use axum::http::header::AUTHORIZATION;
use futures::StreamExt;
use insta::assert_snapshot;
use prometheus_client::registry::Registry;
use tower::ServiceExt;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::keys::{Key, KeyRing, Keys, PlainKey, Role};

use super::*;
use crate::http::{App, router};

struct Service {
    app: Arc<App>,
    keys: KeyRing,
    plain: PlainKey,
    shutdown: Shutdown,
}

/// A service with an official's key for 5101, which can reach no store.
fn service(settings: Settings) -> Service {
    service_of(settings, |app| app)
}

/// The same, of what is made of its app.
fn service_of(settings: Settings, made: impl FnOnce(App) -> App) -> Service {
    let live = Arc::new(LiveCells::default());
    let closed = Some("2022-01-31T16:00:00.25Z".parse().unwrap());
    live.swap(Projection { generation: "one".into(), closed, ..Projection::default() });
    let plain = PlainKey::generate(Role::Official).unwrap();
    let key =
        Key { areas: vec!["5101".parse().unwrap()], ..Key::new("chengdu", Role::Official, plain.hash()) };
    let app = crate::http::tests::app(settings.clone(), live.clone(), vec![key], &mut Registry::default());
    let (keys, shutdown) = (app.keys.clone(), Shutdown::new());
    let of_streams = (app.metrics.streams.clone(), shutdown.clone());
    let streams = Arc::new(Streams::new(app.plan.clone(), live, settings, of_streams));
    Service { app: Arc::new(made(App { streams, ..app })), keys, plain, shutdown }
}

impl Service {
    async fn ask(&self, path: &str, last: Option<&str>) -> (u16, String, BodyDataStream) {
        let bearer = format!("Bearer {}", self.plain.expose());
        let mut request = Request::get(path).header(AUTHORIZATION, bearer);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = router(Arc::clone(&self.app)).oneshot(request).await.unwrap();
        let header =
            |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let headers = format!("{} {}", header("content-type"), header("retry-after"));
        (response.status().as_u16(), headers, response.into_body().into_data_stream())
    }

    fn put(&self, value: u32) {
        let series =
            Series { measure: "gazelles".into(), area: "510100".parse().unwrap(), field: Field::Total };
        let empty = Cell::empty(series, Slot::year(2021));
        let cell = Cell { version: i64::from(value), value: value.into(), contributions: 1, ..empty };
        self.app.live.put("one", [cell]);
        let closed = self.app.live.closed().unwrap() + jiff::SignedDuration::from_millis(500);
        self.app.live.close(closed);
        self.app.streams.at();
    }
}

async fn next(body: &mut BodyDataStream) -> Option<String> {
    let bytes = body.next().await?.unwrap();
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

/// All ids of one run have its number; here they end in 00.
fn plain_ids(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("id: ") {
        Some(id) => format!("id: {}00Z", &id[..id.len() - 3]),
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

const GAZELLES: &str = "/v1/live?indicator=GAZELLE_COUNT&area=510100&from=2021";

#[tokio::test]
async fn the_current_figures_come_first_and_then_what_changes() {
    let service = service(Settings::default());
    let (status, headers, mut body) = service.ask(GAZELLES, None).await;
    assert_eq!((status, headers.as_str()), (200, "text/event-stream "));
    let mut told = next(&mut body).await.unwrap() + &next(&mut body).await.unwrap();
    service.put(7);
    told += &next(&mut body).await.unwrap();
    assert_snapshot!(plain_ids(&told));
}

#[tokio::test]
async fn a_silent_stream_says_that_it_is_there() {
    let service = service(Settings { live_heartbeat: Duration::ZERO, ..Settings::default() });
    let (_, _, mut body) = service.ask(GAZELLES, None).await;
    let (_, _, heartbeat) = (next(&mut body).await, next(&mut body).await, next(&mut body).await.unwrap());
    assert_eq!(heartbeat, ": as of 2022-01-31T16:00:00.250Z\n\n");
}

#[tokio::test]
async fn whoever_is_let_no_longer_is_sent_nothing_more() {
    let service = service(Settings::default());
    let (_, _, mut body) = service.ask(GAZELLES, None).await;
    let (_, _) = (next(&mut body).await, next(&mut body).await);
    service.keys.replace(Keys::default());
    service.put(7);
    assert_eq!(
        next(&mut body).await.unwrap(),
        "event: ended\ndata: {\"reason\":\"the key is not known any more\"}\n\n"
    );
    assert_eq!(next(&mut body).await, None);
    let key = Key {
        areas: vec!["5107".parse().unwrap()],
        ..Key::new("chengdu", Role::Official, service.plain.hash())
    };
    service.keys.replace(Keys::new(vec![Key { areas: Vec::new(), ..key.clone() }]).unwrap());
    let (_, _, mut body) = service.ask(GAZELLES, None).await;
    let (_, _) = (next(&mut body).await, next(&mut body).await);
    service.keys.replace(Keys::new(vec![key]).unwrap());
    service.put(8);
    assert!(next(&mut body).await.unwrap().contains("does not let its holder follow this any more"));
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test]
async fn a_service_that_leaves_ends_its_streams() {
    let service = service(Settings::default());
    let (_, _, mut body) = service.ask(GAZELLES, None).await;
    let (_, _) = (next(&mut body).await, next(&mut body).await);
    service.shutdown.begin();
    assert!(
        next(&mut body)
            .await
            .unwrap()
            .starts_with("event: ended\ndata: {\"reason\":\"the service is leaving")
    );
    assert_eq!(next(&mut body).await, None);
    drop(body);
    assert_eq!(service.app.metrics.streams.readers.get(), 0);
}

#[tokio::test]
async fn a_dropped_reader_is_told() {
    let service = service(Settings { live_queue: 1.try_into().unwrap(), ..Settings::default() });
    let (_, _, mut body) = service.ask(GAZELLES, None).await;
    let (_, _) = (next(&mut body).await, next(&mut body).await);
    for value in 1..=3 {
        service.put(value);
    }
    let waited = next(&mut body).await.unwrap();
    assert!(waited.contains("\"value\":\"1.000000\""), "{waited}");
    assert!(next(&mut body).await.unwrap().starts_with("event: dropped\ndata: {\"reason\":"));
    assert_eq!(next(&mut body).await, None);
    // And goes on where they were.
    let id = waited.lines().next().unwrap().strip_prefix("id: ").unwrap();
    let (_, _, mut body) = service.ask(GAZELLES, Some(id)).await;
    let (_, missed) = (next(&mut body).await, next(&mut body).await.unwrap());
    assert!(missed.contains("\"value\":\"3.000000\"") && missed.matches("id: ").count() == 1, "{missed}");
}

#[tokio::test]
async fn where_the_past_cannot_be_read_everything_comes_again() {
    let service = service(Settings::default());
    let (status, _, mut body) = service.ask(GAZELLES, Some("2022-01-31T16:00:00.1Z")).await;
    assert_eq!(status, 200);
    let (_, reset) = (next(&mut body).await, next(&mut body).await.unwrap());
    assert!(reset.starts_with("event: reset\ndata: {\"reason\":"), "{reset}");
    assert!(next(&mut body).await.unwrap().contains("GAZELLE_COUNT"));
}

/// A store that never answers, and counts what it is asked.
async fn silent() -> (ClickHouse, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&asked);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let never = move || {
        counts.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<()>()
    };
    let router = axum::Router::new().fallback(never);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = clickhouse::Settings {
        url,
        user: "none".into(),
        password: String::new(),
        request_timeout: clickhouse::Settings::REQUEST_TIMEOUT,
    };
    (ClickHouse::new(&settings), asked)
}

/// A moment of which the service remembers nothing.
const BEFORE: Option<&str> = Some("2022-01-31T16:00:00.1Z");

#[tokio::test]
async fn who_comes_back_waits_neither_for_others_nor_again_for_what_failed() {
    let patience = Duration::from_secs(1);
    let (clickhouse, asked) = silent().await;
    let settings = Settings { live_past: patience, ..Settings::default() };
    let service = service_of(settings, |app| App { clickhouse, ..app });
    let others = GAZELLES.replace("GAZELLE", "HTE");
    let begun = Instant::now();
    let service = &service;
    let back = |path| async move { service.ask(path, BEFORE).await.0 };
    let all = futures::future::join_all([GAZELLES, &others, GAZELLES, &others, GAZELLES].map(back)).await;
    assert_eq!(all, [200; 5]);
    assert!(begun.elapsed() < patience * 2, "one after the other: {:?}", begun.elapsed());
    let (asked_for, again) = (asked.load(Ordering::SeqCst), Instant::now());
    assert_eq!(back(GAZELLES).await, 200);
    assert_eq!(asked.load(Ordering::SeqCst), asked_for, "it has just failed");
    assert!(again.elapsed() < patience, "{:?}", again.elapsed());
}

#[tokio::test]
async fn who_waits_for_the_past_has_a_place() {
    let (clickhouse, asked) = silent().await;
    let settings = Settings { live_readers: 1, ..Settings::default() };
    let service = service_of(settings, |app| App { clickhouse, ..app });
    let mut waits = std::pin::pin!(service.ask(GAZELLES, BEFORE));
    while asked.load(Ordering::SeqCst) == 0 {
        assert!(futures::poll!(waits.as_mut()).is_pending());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(service.ask(GAZELLES, None).await.0, 503);
    assert_eq!(service.app.metrics.streams.readers.get(), 1);
}

#[tokio::test]
async fn who_is_far_ahead_is_sent_everything() {
    let service = service(Settings { live_ahead: Duration::from_secs(5), ..Settings::default() });
    assert_eq!(service.ask(GAZELLES, Some("2022-01-31T16:00:05.2Z")).await.0, 503);
    for far in ["2022-01-31T16:00:05.3Z", "2099-01-01T00:00:00.000999917Z"] {
        let (status, _, mut body) = service.ask(GAZELLES, Some(far)).await;
        assert_eq!(status, 200, "{far}");
        let (_, reset) = (next(&mut body).await, next(&mut body).await.unwrap());
        assert!(reset.starts_with("event: reset\ndata: {\"reason\":\"the last id is of a moment"), "{reset}");
        assert!(next(&mut body).await.unwrap().contains("GAZELLE_COUNT"));
    }
}

#[tokio::test]
async fn problems_name_what_is_wrong() {
    let service = service(Settings { live_figures: 5, live_key_readers: 1, ..Settings::default() });
    let mut shown = Vec::new();
    for (path, last) in [
        ("/v1/live?indicator=NONE&area=510100", None),
        ("/v1/live?indicator=GAZELLE_COUNT&area=510700", None),
        ("/v1/live?indicator=GAZELLE_COUNT,STSME_COUNT&area=510100&freq=M", None),
        ("/v1/live?indicator=GAZELLE_COUNT&area=510100&latest=0", None),
        ("/v1/live?indicator=GAZELLE_COUNT&area=510100&as_of=2022-01-01", None),
        ("/v1/live?area=510100", None),
        (GAZELLES, Some("yesterday")),
        (GAZELLES, Some("2022-01-31T16:01:00Z")),
    ] {
        let (status, headers, mut body) = service.ask(path, last).await;
        shown.push(format!("{path}\n{status} {headers}\n{}\n", next(&mut body).await.unwrap()));
    }
    let (_, _, held) = service.ask(GAZELLES, None).await;
    let (status, headers, mut body) = service.ask(GAZELLES, None).await;
    shown.push(format!("one more\n{status} {headers}\n{}\n", next(&mut body).await.unwrap()));
    drop(held);
    assert_eq!(service.ask(GAZELLES, None).await.0, 200);
    assert_snapshot!(shown.join("\n"));
    let none = self::service(Settings { live_readers: 0, ..Settings::default() });
    let (status, headers, _) = none.ask(GAZELLES, None).await;
    assert_eq!((status, headers.as_str()), (503, "application/problem+json 5"));
}
