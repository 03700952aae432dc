//! What talks to a system as bureaus and readers do.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::events;
use crate::wait::until;

/// An answer: its status and its JSON, a line of NDJSON each.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// A bureau and a reader in one.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    ingest: String,
    query: String,
    keys: BTreeMap<String, String>,
}

impl Client {
    /// Of the services at these addresses, with a key for each role.
    pub fn new(ingest: &str, query: &str, keys: BTreeMap<String, String>) -> Self {
        Self { http: reqwest::Client::new(), ingest: ingest.to_owned(), query: query.to_owned(), keys }
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
        let request = self.http.post(format!("{}/v1/events", self.ingest)).bearer_auth(self.key("bureau")?);
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
        self.get_as("official", path).await
    }

    /// Asks the query service for a path with the key of a role.
    ///
    /// # Errors
    /// When the answer is no success.
    pub async fn get_as(&self, role: &str, path: &str) -> Result<Value> {
        let request = self.http.get(format!("{}{path}", self.query)).bearer_auth(self.key(role)?);
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

    /// The moment that the figures reflect.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn as_of(&self) -> Result<Timestamp> {
        let request = self.http.get(format!("{}/v1/indicators/HTE_COUNT?from=2021&to=2021", self.query));
        let response = request.bearer_auth(self.key("official")?).send().await?;
        let header = response.headers().get("weir-as-of").context("no Weir-As-Of")?;
        Ok(header.to_str()?.parse()?)
    }

    /// Every figure it answers: all indicators at all their frequencies, for the province, its prefectures and one
    /// prefecture's counties, and for each of some fields. By path.
    ///
    /// # Errors
    /// When one is not answered.
    pub async fn figures(&self) -> Result<BTreeMap<String, Value>> {
        let mut figures = BTreeMap::new();
        for path in self.paths().await? {
            figures.insert(path.clone(), self.get(&path).await?);
        }
        Ok(figures)
    }

    /// Every fourth of them as of a moment: each is summed anew.
    ///
    /// # Errors
    /// When one is not answered.
    pub async fn figures_as_of(&self, moment: &str) -> Result<BTreeMap<String, Value>> {
        let mut figures = BTreeMap::new();
        for path in self.paths().await?.into_iter().step_by(4) {
            let answer = self.get(&format!("{path}&as_of={moment}")).await?;
            figures.insert(path, answer);
        }
        Ok(figures)
    }

    async fn paths(&self) -> Result<Vec<String>> {
        let plan = self.get("/v1/plan").await?;
        let mut paths = Vec::new();
        for indicator in plan["indicators"].as_array().context("no indicators")? {
            let id = indicator["id"].as_str().context("no id")?;
            for frequency in indicator["frequencies"].as_array().context("no frequencies")? {
                let frequency = frequency.as_str().context("no frequency")?;
                for areas in ["510000", "children:510000", "children:510700"] {
                    for field in ["_T", "F01", "_U"] {
                        paths
                            .push(format!("/v1/indicators/{id}?freq={frequency}&area={areas}&field={field}"));
                    }
                }
            }
        }
        Ok(paths)
    }

    /// Asks for a release of the events recorded up to a moment, and waits until it is cut or refused; what query says of it then.
    ///
    /// # Errors
    /// When the event is not accepted, or nothing becomes of it.
    pub async fn release(&self, name: &str, cut: Timestamp) -> Result<Value> {
        let data = json!({"name": name, "cut": format!("{cut:.3}")});
        self.accept(&[events::event(&format!("cut-{name}"), "weir.release.cut.v1", name, &data)]).await?;
        until(&format!("release {name} is cut or refused"), || async move {
            let list = self.get_as("public", "/v1/releases").await?;
            let releases = list["releases"].as_array().context("no releases")?;
            let found = releases.iter().find(|release| release["name"] == name);
            Ok(found.filter(|release| release["status"] != "waiting").cloned())
        })
        .await
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
            if shown == value { Ok(Some(())) } else { bail!("{member} is {shown}") }
        })
        .await
    }

    /// Where the query service is.
    pub fn query_url(&self) -> &str {
        &self.query
    }

    /// A role's key.
    ///
    /// # Errors
    /// When the run file holds none.
    pub fn key(&self, role: &str) -> Result<&str> {
        Ok(self.keys.get(role).with_context(|| format!("no key of {role}"))?)
    }
}

/// Holds figures to those expected, and names the first path that differs.
///
/// # Panics
/// When one differs.
pub fn assert_same(figures: &BTreeMap<String, Value>, expected: &BTreeMap<String, Value>) {
    assert_eq!(figures.len(), expected.len(), "not the same paths");
    for (path, answer) in expected {
        let differing = figures.get(path).filter(|given| *given != answer);
        if let Some(given) = differing {
            let observations =
                |answer: &Value| answer["observations"].as_array().cloned().unwrap_or_default();
            let (given, wanted) = (observations(given), observations(answer));
            let first = given.iter().zip(&wanted).find(|(given, wanted)| given != wanted);
            panic!("{path} differs, first in {first:#?}");
        }
    }
}
