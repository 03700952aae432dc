//! The embedded ClickHouse, with the real engine: what it keeps, whom it serves, and that it never stays behind.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use weir_engines::clickhouse::{EmbeddedClickHouse, Error, Options, User};

fn options(data: &Path) -> Options {
    Options::new(data, vec![env!("CARGO_BIN_EXE_engine-launcher").into()])
}

/// Runs one statement and returns what ClickHouse says, or its exception.
async fn sql(url: &str, user: &str, password: &str, statement: &str) -> Result<String> {
    let response = Client::new()
        .post(url)
        .header("X-ClickHouse-User", user)
        .header("X-ClickHouse-Key", password)
        .body(statement.to_owned())
        .send()
        .await?;
    let ok = response.status().is_success();
    let text = response.text().await?;
    ensure!(ok, "{text}");
    Ok(text.trim_end().to_owned())
}

async fn write(clickhouse: &EmbeddedClickHouse, statement: &str) -> Result<String> {
    let User { name, password } = clickhouse.writer();
    sql(&clickhouse.url(), name, password, statement).await.with_context(|| statement.to_owned())
}

async fn read(clickhouse: &EmbeddedClickHouse, statement: &str) -> Result<String> {
    let User { name, password } = clickhouse.reader();
    sql(&clickhouse.url(), name, password, statement).await.with_context(|| statement.to_owned())
}

fn pid(pid: u32) -> Result<Pid> {
    Pid::from_raw(pid.try_into()?).context("no pid")
}

async fn until(what: &str, condition: impl Fn() -> bool) -> Result<()> {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let met = async {
        while !condition() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), met).await.with_context(|| format!("never: {what}"))
}

async fn until_gone(process: Pid) -> Result<()> {
    until("the process is gone", || test_kill_process(process).is_err()).await
}

const TABLE: &str = "CREATE TABLE weir.t (id UInt64, name String) ENGINE = MergeTree ORDER BY id";

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_passwords_outlast_a_stop() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let first = EmbeddedClickHouse::start(options(folder.path())).await?;
    write(&first, "CREATE DATABASE weir").await?;
    write(&first, TABLE).await?;
    write(&first, "INSERT INTO weir.t SELECT number, toString(number) FROM numbers(1000)").await?;
    let (writer, process) = (first.writer().clone(), pid(first.pid())?);
    first.stop().await?;
    ensure!(test_kill_process(process).is_err(), "it is still there");

    let second = EmbeddedClickHouse::start(options(folder.path())).await?;
    ensure!(*second.writer() == writer, "another password");
    ensure!(read(&second, "SELECT count(), sum(id) FROM weir.t").await? == "1000\t499500");
    ensure!(fs::read_dir(folder.path().join("work"))?.next().is_none(), "files in the working directory");
    Ok(second.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_outlast_kill_9() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut clickhouse = EmbeddedClickHouse::start(options(folder.path())).await?;
    write(&clickhouse, "CREATE DATABASE weir").await?;
    write(&clickhouse, TABLE).await?;
    for round in 1..=3_u64 {
        write(&clickhouse, "INSERT INTO weir.t SELECT number, 'x' FROM numbers(1000)").await?;
        kill_process(pid(clickhouse.pid())?, Signal::KILL)?;
        let error = clickhouse.wait().await;
        ensure!(matches!(error, Error::Ended { .. }), "{error}");
        drop(clickhouse);
        clickhouse = EmbeddedClickHouse::start(options(folder.path())).await?;
        ensure!(read(&clickhouse, "SELECT count() FROM weir.t").await? == (round * 1000).to_string());
    }
    Ok(clickhouse.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_folder_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let first = EmbeddedClickHouse::start(options(folder.path())).await?;
    let error = EmbeddedClickHouse::start(options(folder.path())).await.err().context("it was let in")?;
    ensure!(matches!(error, Error::InUse { .. }), "{error}");
    ensure!(read(&first, "SELECT 1").await? == "1", "the first was disturbed");
    Ok(first.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let http_port = taken.local_addr()?.port();
    let outcome = EmbeddedClickHouse::start(Options { http_port, ..options(folder.path()) }).await;
    let error = outcome.err().context("it started")?.to_string();
    ensure!(error.contains(&format!("Address already in use: 127.0.0.1:{http_port}")), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_user_can_do_its_own_and_no_more() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clickhouse = EmbeddedClickHouse::start(options(folder.path())).await?;
    write(&clickhouse, "CREATE DATABASE weir").await?;
    write(&clickhouse, TABLE).await?;
    write(&clickhouse, "INSERT INTO weir.t VALUES (1, 'one')").await?;
    ensure!(read(&clickhouse, "SELECT name FROM weir.t").await? == "one");

    for forbidden in [
        "INSERT INTO weir.t VALUES (2, 'two')",
        "ALTER TABLE weir.t DELETE WHERE 1",
        "DROP TABLE weir.t",
        "CREATE TABLE weir.u (id UInt64) ENGINE = Memory",
        "SET readonly = 0",
    ] {
        ensure!(read(&clickhouse, forbidden).await.is_err(), "the reader may: {forbidden}");
    }
    for outside in [
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
        "INSERT INTO FUNCTION file('x', 'LineAsString', 'x String') VALUES ('x')",
        "CREATE TABLE weir.f (line String) ENGINE = File(LineAsString, '/etc/passwd')",
        "CREATE TABLE weir.f (line String) ENGINE = URL('http://127.0.0.1:1/', LineAsString)",
        "CREATE TABLE weir.f (line String) ENGINE = Executable('x', LineAsString)",
        "CREATE USER other",
        "SYSTEM SHUTDOWN",
    ] {
        ensure!(read(&clickhouse, outside).await.is_err(), "the reader may: {outside}");
        ensure!(write(&clickhouse, outside).await.is_err(), "the writer may: {outside}");
    }
    for engine in ["ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree"] {
        write(&clickhouse, &format!("CREATE TABLE weir.{engine} (id UInt64) ENGINE = {engine} ORDER BY id"))
            .await?;
    }
    for engine in ["Memory", "Null", "Set", "Merge('weir', 't')", "Buffer('weir', 't', 1, 1, 1, 1, 1, 1, 1)"]
    {
        write(&clickhouse, &format!("CREATE TABLE weir.e (id UInt64) ENGINE = {engine}")).await?;
        write(&clickhouse, "DROP TABLE weir.e SYNC").await?;
    }
    for (user, password) in [("default", ""), ("default", "x"), ("weir_writer", ""), ("weir_reader", "x")] {
        let answer = sql(&clickhouse.url(), user, password, "SELECT 1").await;
        ensure!(answer.is_err(), "{user} is let in with password '{password}'");
    }
    Ok(clickhouse.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_hold() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let options = Options { max_server_memory: 3 << 30, ..options(folder.path()) };
    let clickhouse = EmbeddedClickHouse::start(options).await?;
    let settings = "SELECT name, value FROM system.settings \
                    WHERE name IN ('async_insert', 'implicit_select') ORDER BY name";
    ensure!(read(&clickhouse, settings).await? == "async_insert\t0\nimplicit_select\t0");
    ensure!(write(&clickhouse, settings).await? == "async_insert\t0\nimplicit_select\t0");
    let pools = "SELECT name, value FROM system.server_settings WHERE name IN \
                 ('background_pool_size', 'background_schedule_pool_size', 'max_server_memory_usage') ORDER BY name";
    ensure!(
        read(&clickhouse, pools).await?
            == "background_pool_size\t4\nbackground_schedule_pool_size\t8\nmax_server_memory_usage\t3221225472"
    );
    write(&clickhouse, "SYSTEM FLUSH LOGS").await?;
    let logs = "SELECT DISTINCT engine FROM system.tables WHERE database = 'system' AND name LIKE '%_log'";
    ensure!(read(&clickhouse, logs).await? == "Memory");
    // Its handler insists on a User-Agent, which Prometheus sends.
    let scrape = Client::builder().user_agent("test").build()?.get(format!("{}/metrics", clickhouse.url()));
    let metrics = scrape.send().await?.text().await?;
    ensure!(metrics.contains("ClickHouseMetrics_Query "), "{metrics}");
    Ok(clickhouse.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_has_works() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clickhouse = EmbeddedClickHouse::start(options(folder.path())).await?;
    let User { name, password } = clickhouse.writer();
    for statement in [
        "CREATE DATABASE weir",
        "CREATE TABLE weir.cells (cell String, value Decimal(38, 9), version UInt64) \
         ENGINE = ReplacingMergeTree(version) PARTITION BY substring(cell, 1, 1) ORDER BY cell",
        "CREATE TABLE weir.next AS weir.cells",
        "CREATE MATERIALIZED VIEW weir.sums (first String, n UInt64) ENGINE = SummingMergeTree ORDER BY first \
         AS SELECT substring(cell, 1, 1) AS first, count() AS n FROM weir.cells GROUP BY first",
        "CREATE MATERIALIZED VIEW weir.fresh REFRESH EVERY 1 DAY (n UInt64) ENGINE = Memory \
         AS SELECT count() AS n FROM weir.cells",
        "INSERT INTO weir.cells VALUES ('a1', 1.5, 1), ('a1', 2.5, 2), ('b1', 7, 1)",
        "INSERT INTO weir.next VALUES ('b2', 8, 1)",
        "ALTER TABLE weir.cells REPLACE PARTITION 'b' FROM weir.next",
        "SYSTEM REFRESH VIEW weir.fresh",
        "SYSTEM WAIT VIEW weir.fresh",
        "EXCHANGE TABLES weir.cells AND weir.next",
        "EXCHANGE TABLES weir.cells AND weir.next",
        "OPTIMIZE TABLE weir.cells FINAL",
        "ALTER TABLE weir.cells DELETE WHERE cell = 'none' SETTINGS mutations_sync = 1",
        &format!(
            "CREATE DICTIONARY weir.names (cell String, version UInt64) PRIMARY KEY cell \
             SOURCE(CLICKHOUSE(USER '{name}' PASSWORD '{password}' QUERY 'SELECT cell, version FROM weir.cells FINAL')) \
             LAYOUT(COMPLEX_KEY_HASHED()) LIFETIME(0)"
        ),
        "SYSTEM RELOAD DICTIONARY weir.names",
        "BACKUP DATABASE weir TO File('one')",
    ] {
        write(&clickhouse, statement).await?;
    }
    let cells = "SELECT cell, value FROM weir.cells FINAL ORDER BY cell";
    ensure!(read(&clickhouse, cells).await? == "a1\t2.5\nb2\t8");
    ensure!(read(&clickhouse, "SELECT sum(n) FROM weir.sums").await? == "3");
    ensure!(read(&clickhouse, "SELECT n FROM weir.fresh").await? == "2");
    ensure!(read(&clickhouse, "SELECT dictGet('weir.names', 'version', 'a1')").await? == "2");
    write(&clickhouse, "DROP DATABASE weir SYNC").await?;
    write(&clickhouse, "RESTORE DATABASE weir FROM File('one')").await?;
    ensure!(read(&clickhouse, cells).await? == "a1\t2.5\nb2\t8");
    Ok(clickhouse.stop().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_it_ends_the_process() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clickhouse = EmbeddedClickHouse::start(options(folder.path())).await?;
    let process = pid(clickhouse.pid())?;
    drop(clickhouse);
    ensure!(test_kill_process(process).is_err(), "it is still there");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_stops_the_launcher_in_order() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut clickhouse = EmbeddedClickHouse::start(options(folder.path())).await?;
        kill_process(pid(clickhouse.pid())?, signal)?;
        match clickhouse.wait().await {
            Error::Ended { status, .. } => ensure!(status.success(), "{signal:?}: {status}"),
            error => return Err(error.into()),
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_death_stops_it_and_the_folder_can_be_taken_over() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut owner = Command::new(env::current_exe()?)
        .args(["--exact", "owner", "--ignored", "--nocapture"])
        .env(OWNED, folder.path())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(owner.stdout.take().context("no output")?).lines();
    let engine = lines
        .find_map(|line| line.ok()?.split_once("engine ")?.1.parse().ok())
        .context("the owner did not start it")?;
    owner.kill()?;
    owner.wait()?;
    let heir = EmbeddedClickHouse::start(options(folder.path())).await?;
    until_gone(pid(engine)?).await?;
    ensure!(read(&heir, "SELECT count() FROM weir.t").await? == "0");
    Ok(heir.stop().await?)
}

const OWNED: &str = "WEIR_TEST_OWNED";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other process of the owner's death"]
async fn owner() -> Result<()> {
    let Some(data) = env::var_os(OWNED) else { return Ok(()) };
    let clickhouse = EmbeddedClickHouse::start(options(Path::new(&data))).await?;
    write(&clickhouse, "CREATE DATABASE weir").await?;
    write(&clickhouse, TABLE).await?;
    println!("engine {}", clickhouse.pid());
    std::future::pending().await
}
