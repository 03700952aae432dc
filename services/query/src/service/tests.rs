use async_trait::async_trait;
use tokio::net::TcpListener;
use weir_kernel::clickhouse;
use weir_kernel::keys::Keys;
use weir_kernel::log::{NewRecord, Ownership, Position, Reader, Topic};
use weir_schemas::plan::SICHUAN_14;

use super::*;

/// A log that whoever asks it dies of.
struct Deadly;

type Asked<T> = Result<T, weir_kernel::log::Error>;

#[async_trait]
impl EventLog for Deadly {
    async fn create_topics(&self, _: &[Topic]) -> Asked<()> {
        panic!("of this")
    }
    async fn topics(&self, _: &str) -> Asked<Vec<String>> {
        panic!("of this")
    }
    async fn append(&self, _: &str, _: Vec<NewRecord>) -> Vec<Asked<Position>> {
        panic!("of this")
    }
    async fn ends(&self, _: &str) -> Asked<Vec<i64>> {
        panic!("of this")
    }
    async fn starts(&self, _: &str) -> Asked<Vec<i64>> {
        panic!("of this")
    }
    async fn reader(&self, _: &str, _: i32, _: i64) -> Asked<Box<dyn Reader>> {
        panic!("of this")
    }
    async fn own(&self, _: &str, _: &str) -> Asked<Box<dyn Ownership>> {
        panic!("of this")
    }
}

#[tokio::test]
async fn the_service_ends_when_what_it_follows_by_dies() {
    let query = Query {
        log: Arc::new(Deadly),
        clickhouse: ClickHouse::new(&clickhouse::Settings {
            url: "http://127.0.0.1:9".into(),
            user: "none".into(),
            password: String::new(),
            request_timeout: clickhouse::Settings::REQUEST_TIMEOUT,
        }),
        plan: SICHUAN_14.to_owned(),
        keys: Keys::default().into(),
        settings: Settings::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let run = query.run(listener, Query::readiness(), Shutdown::new(), Duration::ZERO);
    let ended = tokio::time::timeout(Duration::from_secs(10), run).await;
    let error = ended.expect("it goes on answering").unwrap_err();
    assert!(matches!(error, Error::Following(_)) && error.to_string().contains("panicked"), "{error}");
}
