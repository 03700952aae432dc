//! What an answer may cost ClickHouse: what passes a limit is refused clearly, and what is in memory is answered all the same.

use anyhow::{Result, ensure};
use serde_json::Value;
use weir_tests::{Settings, System, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

const NOW: &str = "/v1/measures/rd_internal?from=2021&to=2021";

/// A problem: its status, code and detail.
async fn refused(system: &System, path: &str) -> Result<(u16, String, String)> {
    let request = reqwest::Client::new().get(format!("{}{path}", system.query_url()));
    let answer = request.bearer_auth(system.key("official")?).send().await?;
    let retried = answer.headers().contains_key("retry-after");
    let (status, problem): (u16, Value) = (answer.status().as_u16(), answer.json().await?);
    ensure!(!retried, "it would cost as much again: {problem}");
    let text = |member: &str| problem[member].as_str().unwrap_or_default().to_owned();
    Ok((status, text("code"), text("detail")))
}

/// What a system answers about the past, and about events, that may not spend what `limit` says.
async fn under(limit: &str) -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR).with(limit)).await?;
    let units =
        (1..=3).flat_map(|index| [events::unit(index, "510704"), events::rd_report(index, 2021, 1, 1_000)]);
    system.accept(&units.collect::<Vec<_>>()).await?;
    system.shows(NOW, "numerator", "3000").await?;
    system.settled().await?;
    let flag = limit.split('=').next().unwrap_or_default();
    for path in [
        format!("{NOW}&as_of=2100-01-01"),
        "/v1/targets?as_of=2100-01-01".to_owned(),
        "/v1/exceptions".to_owned(),
        "/sdmx/data/dataflow/SCSTAT/HT_NUM/1.0.0/A.510000.rd_internal._T?asOf=2100-01-01T00:00:00Z"
            .to_owned(),
    ] {
        let (status, code, detail) = refused(&system, &path).await?;
        ensure!((status, code.as_str()) == (422, "too-costly"), "{path}: {status} {code} {detail}");
        ensure!(detail.contains(flag), "{path}: {detail}");
    }
    system.shows(NOW, "numerator", "3000").await?;
    system.leave().await
}

#[tokio::test]
async fn what_reads_too_many_rows_is_refused() -> Result<()> {
    under("--statement-rows=1").await
}

#[tokio::test]
async fn what_takes_too_much_memory_is_refused() -> Result<()> {
    under("--statement-memory=1024").await
}
