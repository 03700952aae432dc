//! The live stream: what a report changes reaches its readers, after a break too, and no slow one holds up the others.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use weir_tests::{Settings, System, events, until};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");
const RATIO: &str = "indicator=RD_GDP_RATIO&area=510000,510700&from=2021&to=2021";

/// A system with a unit in 510704, and what it is divided by.
async fn system(data: &Path, settings: &Settings) -> Result<System> {
    let system = System::up(data, settings).await?;
    let gdp = |area| events::reference("gdp", area, 2021, "1000", "100MCNY");
    system.accept(&[events::unit(1, "510704"), gdp("510000"), gdp("510700")]).await?;
    system.settled().await?;
    Ok(system)
}

#[tokio::test]
async fn a_reports_figure_reaches_readers_and_those_who_come_back() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = system(data.path(), &Settings::new(WEIR)).await?;
    let mut stays = system.follow(RATIO, "official", None).await?;
    let mut leaves = system.follow(RATIO, "analyst", None).await?;
    let mut place = None;
    for area in ["510000", "510700"] {
        let told = stays.observation().await?;
        ensure!(told.data["area"] == area && told.data["value"].is_null(), "{told:?}");
        ensure!(leaves.observation().await?.data == told.data, "both read the same");
        place = told.id;
    }
    let place = place.context("no id")?;
    drop(leaves);

    system.accept(&[events::rd_report(1, 2021, 1, 2_000_000_000)]).await?;
    let mut last = place.clone();
    let mut first = Vec::new();
    for area in ["510000", "510700"] {
        let told = stays.observation().await?;
        let shown = system
            .observations(&format!("/v1/indicators/RD_GDP_RATIO?area={area}&from=2021&to=2021"))
            .await?;
        for (member, value) in shown[0].as_object().context("no observation")? {
            ensure!(told.data[member] == *value, "{member}: {told:?}");
        }
        ensure!(told.data["indicator"] == "RD_GDP_RATIO" && told.data["synthetic"] == true, "{told:?}");
        ensure!(told.data["value"] == "2.000000", "{told:?}");
        last = told.id.clone().filter(|id| *id > last).context("ids don't grow")?;
        first.push(told.data);
    }
    // Who left before is sent these two and nothing else; who has them is sent what comes next alone.
    let mut back = system.follow(RATIO, "official", Some(&place)).await?;
    for told in &first {
        ensure!(back.observation().await?.data == *told);
    }
    let mut again = system.follow(RATIO, "official", Some(&last)).await?;
    // Analysts are told that something is there, and nothing that tells of few units.
    let mut analyst = system.follow(RATIO, "analyst", Some(&place)).await?;
    for _ in 0..2 {
        let told = analyst.observation().await?;
        ensure!(told.data["status"] == "Q" && told.data["numerator"].is_null(), "{told:?}");
    }
    drop(analyst);
    system.accept(&[events::rd_report(1, 2021, 2, 3_000_000_000)]).await?;
    for stream in [&mut stays, &mut back, &mut again] {
        for _ in 0..2 {
            let told = stream.observation().await?;
            ensure!(told.data["value"] == "3.000000", "{told:?}");
        }
    }
    drop((stays, back, again));

    // After a restart nothing is remembered: what changed since follows from the past.
    system.settled().await?;
    system.leave().await?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let mut back = system.follow(RATIO, "official", Some(&last)).await?;
    for area in ["510000", "510700"] {
        let told = back.observation().await?;
        ensure!(told.data["area"] == area && told.data["value"] == "3.000000", "{told:?}");
    }
    let as_of = system.as_of().await?;
    let mut nothing = system.follow(RATIO, "official", Some(&as_of.to_string())).await?;
    system.accept(&[events::reference("gdp", "510700", 2020, "500", "100MCNY")]).await?;
    system.accept(&[events::rd_report(1, 2021, 3, 4_000_000_000)]).await?;
    let told = nothing.observation().await?;
    ensure!(told.data["value"] == "4.000000", "only what comes next: {told:?}");
    system.leave().await?;
    // The service has left, and told its readers.
    while let Some(told) = nothing.next().await? {
        ensure!(told.event == "observation" || told.event == "ended", "{told:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_revoked_keys_stream_ends() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings = Settings::new(WEIR).with("--live-heartbeat").with("100ms");
    let system = system(data.path(), &settings).await?;
    let key = |arguments: &[&str]| -> Result<String> {
        let output = Command::new(WEIR).arg("key").args(arguments).arg("--data").arg(data.path()).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let reader = key(&["create", "--role", "analyst", "--name", "reader"])?;
    let mut stream =
        until("the key is known", || async { Ok(system.follow_with(RATIO, &reader, None).await.ok()) })
            .await?;
    for _ in 0..2 {
        stream.observation().await?;
    }
    key(&["revoke", "reader"])?;
    let told = stream.next().await?.context("it ended without a word")?;
    ensure!(told.event == "ended", "{told:?}");
    ensure!(stream.next().await?.is_none());
    system.leave().await
}

#[tokio::test]
async fn a_slow_reader_is_dropped_while_others_go_on() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings = ["--live-queue", "1", "--live-figures", "9998", "--open"]
        .into_iter()
        .fold(Settings::new(WEIR), Settings::with);
    let system = system(data.path(), &settings).await?;
    // It asks for megabytes and reads none of them, so what changes later waits.
    let address = system.run.query.strip_prefix("http://").context("no address")?;
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4_096)?;
    let mut sleeps = socket.connect(address.parse()?).await?;
    let all = "freq=M&area=510000,children:510000&latest=16";
    sleeps.write_all(format!("GET /v1/live?{all} HTTP/1.1\r\nhost: weir\r\n\r\n").as_bytes()).await?;
    let metric = async |name: &str| {
        let metrics = reqwest::get(format!("{}/metrics", system.run.query)).await?.text().await?;
        let line = metrics.lines().find(|line| line.starts_with(name)).map(str::to_owned);
        anyhow::Ok(line.and_then(|line| line.rsplit(' ').next().map(str::to_owned)).unwrap_or_default())
    };
    until("the slow one follows", || async {
        Ok((metric("weir_query_live_readers ").await? == "1").then_some(()))
    })
    .await?;
    let query = "indicator=HVP_PER_10K_POP&area=510000&freq=M&latest=1";
    let mut reads = system.follow(query, "official", None).await?;
    reads.observation().await?;
    let mut dropped = false;
    for patent in 1..=100 {
        system.accept(&[events::patent(patent, "510704")]).await?;
        // Each reaches the one who reads.
        let told = reads.observation().await?;
        ensure!(told.data["numerator"].as_str() == Some(&patent.to_string()), "{told:?}");
        dropped = metric("weir_query_live_ended_total{reason=\"slow\"}").await? == "1";
        if dropped {
            break;
        }
    }
    ensure!(dropped, "the slow one was never dropped");
    assert_eq!(metric("weir_query_live_readers ").await?, "1");
    drop(sleeps);
    system.leave().await
}
