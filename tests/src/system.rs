//! A whole system on one machine, as `weir up` runs it.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::Value;
use weir::RunFile;

use crate::wait::until;

/// How to start a system.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The tested `weir`: `env!("CARGO_BIN_EXE_tested-weir")`.
    pub weir: PathBuf,
    /// Further arguments of `weir up`.
    pub arguments: Vec<String>,
    /// Where to be killed: a place in the code, optionally with `:N` for the Nth time.
    pub kill_at: Option<String>,
}

impl Settings {
    /// An empty system of the tested `weir`.
    pub fn new(weir: impl Into<PathBuf>) -> Self {
        Self { weir: weir.into(), arguments: Vec::new(), kill_at: None }
    }

    /// With a further argument of `weir up`.
    #[must_use]
    pub fn with(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// To be killed at a place.
    #[must_use]
    pub fn killed_at(mut self, place: &str) -> Self {
        self.kill_at = Some(place.to_owned());
        self
    }
}

/// An answer: its status and its JSON, a line of NDJSON each.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// A running system. It is killed when dropped.
pub struct System {
    child: Child,
    client: reqwest::Client,
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
            Ok(Some(run)) => Ok(Self { child, client: reqwest::Client::new(), data: data.to_owned(), run }),
            Ok(None) => bail!("weir up ended before it was ready: {}", tail(&log)),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error).with_context(|| tail(&log))
            }
        }
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
        let access: Value =
            serde_json::from_slice(&std::fs::read(self.data.join("clickhouse/access.json"))?)?;
        let reader = &access["reader"];
        let ask = async |database: &str, statement: &str| {
            let request = self.client.post(&self.run.clickhouse).query(&[("database", database)]);
            let request =
                request.basic_auth(reader["name"].as_str().unwrap_or_default(), reader["password"].as_str());
            anyhow::Ok(request.body(statement.to_owned()).send().await?.error_for_status()?.text().await?)
        };
        let live = ask("weir", "SELECT generation FROM live ORDER BY flip DESC LIMIT 1").await?;
        ask(live.trim(), statement).await
    }

    fn spawn(data: &Path, settings: &Settings) -> Result<Child> {
        std::fs::create_dir_all(data)?;
        let log = std::fs::OpenOptions::new().create(true).append(true).open(data.join("weir.log"))?;
        let mut command = Command::new(&settings.weir);
        command.args(["up", "--ephemeral", "--data"]).arg(data).args(&settings.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        if let Some(place) = &settings.kill_at {
            command.env("WEIR_TEST_KILL_AT", place);
        }
        command.spawn().with_context(|| settings.weir.display().to_string())
    }

    /// Pushes events as one batch.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn push(&self, events: &[Value]) -> Result<Answer> {
        self.send("application/cloudevents-batch+json", serde_json::to_vec(events)?).await
    }

    /// Pushes events, which must all be accepted.
    ///
    /// # Errors
    /// When one was not.
    pub async fn accept(&self, events: &[Value]) -> Result<()> {
        let answer = self.push(events).await?;
        ensure!(answer.status == 202, "not all were accepted: {answer:?}");
        Ok(())
    }

    /// Sends a body to ingestion.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&self, content_type: &str, body: Vec<u8>) -> Result<Answer> {
        let request =
            self.client.post(format!("{}/v1/events", self.run.ingest)).bearer_auth(self.key("bureau")?);
        let response = request.header("content-type", content_type).body(body).send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        let body = match serde_json::from_str(&text) {
            Ok(value) => value,
            Err(_) => Value::Array(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?),
        };
        Ok(Answer { status, body })
    }

    /// Asks the query service for a path, as an official.
    ///
    /// # Errors
    /// When the answer is no success.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let request = self.client.get(format!("{}{path}", self.run.query)).bearer_auth(self.key("official")?);
        let response = request.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status == StatusCode::OK, "{path} answered {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Waits until the figures reflect everything that was accepted before the call.
    ///
    /// # Errors
    /// When they never do.
    pub async fn settled(&self) -> Result<()> {
        let now = Timestamp::now();
        until("the figures reflect all events", || async move {
            let as_of = self.as_of().await?;
            if as_of >= now { Ok(Some(())) } else { bail!("they reflect {as_of}, not {now}") }
        })
        .await
    }

    async fn as_of(&self) -> Result<Timestamp> {
        let request =
            self.client.get(format!("{}/v1/indicators/HTE_COUNT?from=2021&to=2021", self.run.query));
        let response = request.bearer_auth(self.key("official")?).send().await?;
        let header = response.headers().get("weir-as-of").context("no Weir-As-Of")?;
        Ok(header.to_str()?.parse()?)
    }

    /// Every figure it answers: all indicators at all their frequencies, for the province, its prefectures and one
    /// prefecture's counties, and for each field.
    ///
    /// # Errors
    /// When one is not answered.
    pub async fn figures(&self) -> Result<BTreeMap<String, Value>> {
        let plan = self.get("/v1/plan").await?;
        let mut figures = BTreeMap::new();
        for indicator in plan["indicators"].as_array().context("no indicators")? {
            let id = indicator["id"].as_str().context("no id")?;
            for frequency in indicator["frequencies"].as_array().context("no frequencies")? {
                let frequency = frequency.as_str().context("no frequency")?;
                for areas in ["510000", "children:510000", "children:510700"] {
                    for field in ["_T", "F01", "_U"] {
                        let path = format!("/v1/indicators/{id}?freq={frequency}&area={areas}&field={field}");
                        figures.insert(path.clone(), self.get(&path).await?);
                    }
                }
            }
        }
        Ok(figures)
    }

    /// The observations of an indicator or measure.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn observations(&self, path: &str) -> Result<Vec<Value>> {
        let answer = self.get(path).await?;
        Ok(answer["observations"].as_array().context("no observations")?.clone())
    }

    /// Waits until the first observation of `path` has `value` as its member `member`.
    ///
    /// # Errors
    /// When it never has.
    pub async fn shows(&self, path: &str, member: &str, value: &str) -> Result<()> {
        until(&format!("{path} shows {member} {value}"), || async move {
            let observations = self.observations(path).await?;
            let shown = observations.first().map(|first| first[member].clone()).unwrap_or_default();
            if shown == Value::from(value) { Ok(Some(())) } else { bail!("{member} is {shown}") }
        })
        .await
    }

    /// A role's key.
    ///
    /// # Errors
    /// When the run file holds none.
    pub fn key(&self, role: &str) -> Result<&str> {
        Ok(self.run.keys.get(role).with_context(|| format!("no key of {role}"))?)
    }

    /// Kills it as a power cut would.
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
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(pid.context("no process")?, rustix::process::Signal::TERM)?;
        let status = until("the system leaves", || {
            let ended = self.child.try_wait();
            async move { Ok(ended?) }
        });
        let status = status.await?;
        ensure!(status.success(), "it left with {status}");
        Ok(())
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
