//! The three services as programs of their own, over a Kafka and a ClickHouse.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use weir_engines::clickhouse::{EmbeddedClickHouse, Options};
use weir_kernel::keys::{Key, Keys, PlainKey, Role};

use crate::client::Client;
use crate::process::{ask_to_leave, left};
use crate::wait::until;

/// Where the tested programs are: `env!("CARGO_BIN_EXE_tested-…")`.
#[derive(Debug, Clone)]
pub struct Programs {
    /// `weir`, for its ClickHouse launcher and its import.
    pub weir: PathBuf,
    /// `weir-ingest`
    pub ingest: PathBuf,
    /// `weir-aggregate`
    pub aggregate: PathBuf,
    /// `weir-query`
    pub query: PathBuf,
}

/// The services apart: one of ingestion, two of aggregation, one of query. All are killed when dropped.
pub struct Apart {
    children: Vec<Child>,
    clickhouse: EmbeddedClickHouse,
    client: Client,
}

impl Apart {
    /// Starts them over the Kafka at `bootstrap` and waits until each is ready.
    ///
    /// # Errors
    /// When one does not get ready.
    pub async fn start(data: &Path, programs: &Programs, bootstrap: &str) -> Result<Self> {
        let launcher = vec![programs.weir.clone().into(), "clickhouse-launcher".into()];
        let clickhouse = EmbeddedClickHouse::start(Options::new(data.join("clickhouse"), launcher)).await?;
        let (keys, file) = (keys(data)?, data.join("keys.json"));
        let mut services = Services { data, bootstrap, clickhouse: &clickhouse, children: Vec::new() };
        let file = file.to_str().context("the path of the keys")?;
        services.start(&programs.ingest, "ingest", &["--keys-file", file])?;
        services.start(&programs.aggregate, "aggregate-1", &["--keys-file", file])?;
        services.start(&programs.aggregate, "aggregate-2", &["--keys-file", file])?;
        services.start(&programs.query, "query", &["--keys-file", file])?;
        let children = std::mem::take(&mut services.children);
        let mut apart = Self { children, client: Client::new("", "", BTreeMap::new()), clickhouse };
        let ingest = listening(data, "ingest").await?;
        let query = listening(data, "query").await?;
        apart.client = Client::new(&ingest, &query, keys);
        let others = [listening(data, "aggregate-1").await?, listening(data, "aggregate-2").await?];
        for url in [ingest, query].into_iter().chain(others) {
            until(&format!("{url} gets ready"), || async {
                let ready = reqwest::get(format!("{url}/readyz")).await?;
                let success = ready.status().is_success();
                ensure!(success, "{}", ready.text().await?);
                Ok(Some(()))
            })
            .await?;
        }
        Ok(apart)
    }

    /// Ends all by SIGTERM; each must leave with success.
    ///
    /// # Errors
    /// When one leaves otherwise.
    pub async fn leave(mut self) -> Result<()> {
        for child in &self.children {
            ask_to_leave(child)?;
        }
        for child in &mut self.children {
            left(child, "a service").await?;
        }
        Ok(())
    }

    /// The id of ClickHouse's process.
    pub fn clickhouse_pid(&self) -> u32 {
        self.clickhouse.pid()
    }
}

impl std::ops::Deref for Apart {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

struct Services<'a> {
    data: &'a Path,
    bootstrap: &'a str,
    clickhouse: &'a EmbeddedClickHouse,
    children: Vec<Child>,
}

impl Services<'_> {
    /// Starts a service on a free port, which its log tells.
    fn start(&mut self, program: &Path, name: &str, arguments: &[&str]) -> Result<()> {
        let log = std::fs::File::create(self.data.join(format!("{name}.log")))?;
        let mut command = Command::new(program);
        command.args(["--kafka", self.bootstrap, "--listen", "127.0.0.1:0"]).args(arguments);
        let user = if name == "query" { self.clickhouse.reader() } else { self.clickhouse.writer() };
        if name != "ingest" {
            command.args(["--clickhouse", &self.clickhouse.url(), "--clickhouse-user", &user.name]);
            command.env("WEIR_CLICKHOUSE_PASSWORD", &user.password);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().with_context(|| program.display().to_string())?;
        self.children.push(child);
        Ok(())
    }
}

/// The address that a service says it listens on, in its log `NAME.log` in a folder.
///
/// # Errors
/// When it never does.
pub async fn listening(data: &Path, name: &str) -> Result<String> {
    let log = data.join(format!("{name}.log"));
    until(&format!("{name} listens"), || async {
        let lines = std::fs::read_to_string(&log)?;
        let line = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let address = line
            .filter(|line| line["message"] == "listening")
            .find_map(|line| line["address"].as_str().map(str::to_owned));
        Ok(address.map(|address| format!("http://{address}")))
    })
    .await
}

/// Keys of all roles, in the file that the services read; and as they are shown.
fn keys(data: &Path) -> Result<BTreeMap<String, String>> {
    let mut shown = BTreeMap::new();
    let mut keys = Vec::new();
    for role in Role::ALL {
        let key = PlainKey::generate(role)?;
        keys.push(Key::new(role.as_str(), role, key.hash()));
        shown.insert(role.to_string(), key.expose().to_owned());
    }
    Keys::new(keys)?.save(&data.join("keys.json"))?;
    Ok(shown)
}
