//! A whole system on one machine, as `weir up` runs it.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use weir::RunFile;

use crate::client::Client;
use crate::process::{ask_to_leave, left};
use crate::wait::until;

/// How to start a system.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The tested `weir`: `env!("CARGO_BIN_EXE_tested-weir")`.
    pub weir: PathBuf,
    /// Further arguments of `weir up`.
    pub arguments: Vec<String>,
    /// What to log.
    pub log_filter: Option<String>,
    /// Where to be killed: a place in the code, optionally with `:N` for the Nth time.
    pub kill_at: Option<String>,
}

impl Settings {
    /// An empty system of the tested `weir`.
    pub fn new(weir: impl Into<PathBuf>) -> Self {
        Self { weir: weir.into(), arguments: Vec::new(), log_filter: None, kill_at: None }
    }

    /// With a further argument of `weir up`.
    #[must_use]
    pub fn with(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Logging what a filter lets through.
    #[must_use]
    pub fn logging(mut self, filter: &str) -> Self {
        self.log_filter = Some(filter.to_owned());
        self
    }

    /// To be killed at a place.
    #[must_use]
    pub fn killed_at(mut self, place: &str) -> Self {
        self.kill_at = Some(place.to_owned());
        self
    }
}

/// A running system. It is killed when dropped.
pub struct System {
    child: Child,
    client: Client,
    data: PathBuf,
    /// What its `run.json` says.
    pub run: RunFile,
}

impl System {
    /// Starts a system on a data folder and waits until it is ready.
    ///
    /// # Errors
    /// When it ends or does not get ready, with the end of its log.
    pub async fn up(data: &Path, settings: &Settings) -> Result<Self> {
        let mut child = Self::spawn(data, settings)?;
        let log = data.join("weir.log");
        let ready = until("the system gets ready", || {
            let ended = child.try_wait();
            let run = RunFile::read(data);
            let pid = child.id();
            let log = log.clone();
            async move {
                if let Some(status) = ended? {
                    // An end is final, so the condition is met; the caller finds no run.json of this process.
                    eprintln!("weir up ended with {status}: {}", tail(&log));
                    return Ok(Some(None));
                }
                Ok(run?.filter(|run| run.pid == pid).map(Some))
            }
        });
        match ready.await {
            Ok(Some(run)) => Ok(Self::of(child, data, run)),
            Ok(None) => bail!("weir up ended before it was ready: {}", tail(&log)),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error).with_context(|| tail(&log))
            }
        }
    }

    fn of(child: Child, data: &Path, run: RunFile) -> Self {
        let client = Client::new(&run.ingest, &run.query, run.keys.clone());
        Self { child, client, data: data.to_owned(), run }
    }

    /// Starts a system that is to be killed at its place, and waits until it was.
    ///
    /// # Errors
    /// When it was not.
    pub async fn killed(data: &Path, settings: &Settings) -> Result<()> {
        let mut child = Self::spawn(data, settings)?;
        let ended = until("the system is killed", || {
            let ended = child.try_wait();
            async move { Ok(ended?) }
        });
        let ended = ended.await;
        let _ = child.kill();
        let signal = ended?.signal();
        ensure!(signal == Some(9), "it was not killed: {}", tail(&data.join("weir.log")));
        Ok(())
    }

    /// Asks ClickHouse, in the live generation, as the user who reads; the answer is tab-separated.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn sql(&self, statement: &str) -> Result<String> {
        self.statement("reader", &self.live_generation().await?, statement).await
    }

    /// Writes in the live generation, as aggregation does; a mutation is done when it answers.
    ///
    /// # Errors
    /// When ClickHouse refuses.
    pub async fn write(&self, statement: &str) -> Result<()> {
        self.statement("writer", &self.live_generation().await?, statement).await.map(|_| ())
    }

    async fn live_generation(&self) -> Result<String> {
        let live = self.statement("reader", "weir", "SELECT generation FROM live ORDER BY flip DESC LIMIT 1");
        Ok(live.await?.trim().to_owned())
    }

    async fn statement(&self, user: &str, database: &str, statement: &str) -> Result<String> {
        let access = std::fs::read(self.data.join("clickhouse/access.json"))?;
        let access: Value = serde_json::from_slice(&access)?;
        let user = &access[user];
        let request = reqwest::Client::new().post(&self.run.clickhouse).query(&[("database", database)]);
        let request =
            request.basic_auth(user["name"].as_str().unwrap_or_default(), user["password"].as_str());
        let answer = request.query(&[("mutations_sync", "2")]).body(statement.to_owned()).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{statement}: {text}");
        Ok(text)
    }

    fn spawn(data: &Path, settings: &Settings) -> Result<Child> {
        std::fs::create_dir_all(data)?;
        let log = std::fs::OpenOptions::new().create(true).append(true).open(data.join("weir.log"))?;
        let mut command = Command::new(&settings.weir);
        command.args(["up", "--ephemeral", "--data"]).arg(data).args(&settings.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        if let Some(filter) = &settings.log_filter {
            command.env("WEIR_LOG", filter);
        }
        if let Some(place) = &settings.kill_at {
            command.env("WEIR_TEST_KILL_AT", place);
        }
        command.spawn().with_context(|| settings.weir.display().to_string())
    }

    /// Kills it without a warning.
    ///
    /// # Errors
    /// When it can't be killed.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it by SIGTERM and waits until it has left, which it must with success.
    ///
    /// # Errors
    /// When it leaves otherwise.
    pub async fn leave(mut self) -> Result<()> {
        ask_to_leave(&self.child)?;
        left(&mut self.child, "the system").await
    }
}

impl std::ops::Deref for System {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
