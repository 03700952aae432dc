//! Query's answers, as any reader gets them.

use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::Value;
use weir_kernel::settings::Secret;
use weir_schemas::plan::Plan;

use super::expected::Object;
use super::question::Question;
use crate::connection::{ConnectionArgs, refusal};

/// How long one answer may take: it may be summed anew for all areas of a province.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A reader of the query service.
pub(super) struct Reader {
    client: reqwest::Client,
    url: String,
    key: Secret,
}

/// An answer.
pub(super) struct Answer {
    /// The recorded time that it reflects.
    pub(super) reflects: Timestamp,
    /// All its members.
    pub(super) members: Object,
}

impl Reader {
    pub(super) fn new(url: &str, key: Secret, connection: &ConnectionArgs) -> anyhow::Result<Self> {
        let client = connection.client(url)?.timeout(TIMEOUT).build()?;
        Ok(Self { client, url: url.to_owned(), key })
    }

    /// That the service answers by this plan.
    pub(super) async fn answers_by(&self, plan: &Plan) -> anyhow::Result<()> {
        let (theirs, _) = self.get("/v1/plan", &[]).await?;
        let theirs: Value = serde_json::from_str(&theirs).context("the plan that query answers by")?;
        let ids = |list: &str| {
            let list = theirs[list].as_array().into_iter().flatten();
            list.filter_map(|one| one["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let indicators: Vec<&str> = plan.indicators.iter().map(|one| one.id.as_str()).collect();
        let measures: Vec<&str> = plan.measures.iter().map(|one| &*one.id).collect();
        let same = theirs["id"] == plan.id && ids("indicators") == indicators && ids("measures") == measures;
        if !same {
            bail!("query answers by another plan, {}; name it with --plan", theirs["id"]);
        }
        Ok(())
    }

    /// That the key may ask for every figure: minutes later is late to learn that it may not.
    pub(super) async fn is_let_in(&self) -> anyhow::Result<()> {
        let answer = self.get("/v1/exceptions", &[]).await;
        answer.map(drop).context("an official's key for all areas is needed")
    }

    /// The latest closed moment.
    pub(super) async fn closed(&self, plan: &Plan) -> anyhow::Result<Timestamp> {
        let indicator = plan.indicators.first().context("the plan has no indicators")?;
        let (_, reflects) = self.get(&format!("/v1/indicators/{}", indicator.id), &[]).await?;
        reflects.context("query does not say what its answers reflect")
    }

    /// The answer to a question, as of a moment or of now.
    pub(super) async fn ask(
        &self,
        question: &Question<'_>,
        as_of: Option<Timestamp>,
    ) -> anyhow::Result<Answer> {
        let path = question.path();
        let mut parameters = question.parameters();
        parameters.extend(as_of.map(|moment| ("as_of", format!("{moment:.3}"))));
        let (text, reflects) = self.get(&path, &parameters).await?;
        let members = serde_json::from_str(&text).with_context(|| format!("the answer to {path}"))?;
        let reflects = reflects.context("query does not say what its answers reflect")?;
        Ok(Answer { reflects, members })
    }

    async fn get(
        &self,
        path: &str,
        parameters: &[(&str, String)],
    ) -> anyhow::Result<(String, Option<Timestamp>)> {
        let request = self.client.get(format!("{}{path}", self.url)).query(parameters);
        let response = request.bearer_auth(self.key.expose()).send().await;
        let response = response.with_context(|| format!("the query service at {}", self.url))?;
        let status = response.status();
        let header = response.headers().get("weir-as-of").and_then(|value| value.to_str().ok());
        let reflects = header.and_then(|text| text.parse().ok());
        let text = response.text().await.with_context(|| format!("the answer to {path}"))?;
        if !status.is_success() {
            bail!("the query service answered {path}: {}", refusal(status, &text));
        }
        Ok((text, reflects))
    }
}
