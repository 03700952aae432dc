//! `GET /v1/queries`: what the query rules ask of reports in force, for officials within their areas.

mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::finding::FindingKind;
use weir_schemas::period::Period;

use super::answer::Kept;
use super::event::{Events, FindingShown};
use super::format::{FORMAT, Format, Reply};
use super::moment::store_unreachable;
use super::openapi::parameters as described;
use super::page::{CURSOR, Page};
use super::parameters::{Pairs, Parameters, form};
use super::{App, Work};
use crate::tables::{Found, Raised, Wanted, findings, inside};

#[derive(Serialize, ToSchema)]
#[schema(as = Queries)]
struct Answer {
    synthetic: bool,
    /// Those that stand longest come first.
    queries: Vec<Query>,
    /// The cursor of the next page.
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Query)]
struct Query {
    unit: String,
    #[serde(flatten)]
    finding: FindingShown,
}

/// Answers with findings of query rules.
#[utoipa::path(
    get,
    path = "/v1/queries",
    tag = "units",
    params(described::Areas, described::Findings, described::Page, described::AsOf),
    responses((status = 200, body = Answer)),
)]
pub(super) async fn queries(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.official(&headers).await?;
    let known = ["area", "open", "form", "period", "limit", CURSOR, "as_of", FORMAT];
    let parameters = Parameters::read(query, &known)?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let areas = parameters.areas(&app.plan)?;
    let open = parameters.get("open", flag)?;
    let form = parameters.get("form", form)?;
    let period = parameters.get("period", str::parse::<Period>)?;
    let page: Page<Raised> = Page::read(&parameters, app.settings.page.get())?;
    access.covers(&areas)?;
    let (generation, at) = app.tables(page.as_of)?;
    let wanted = Wanted {
        kind: FindingKind::Query,
        at,
        inside: inside(&areas, app.plan.area),
        open,
        form: form.map(|form| form.to_string()),
        period: period.map(|period| period.to_string()),
    };
    let read = async {
        let mut found = findings(&generation, &wanted, page.after.clone(), page.limit + 1).await?;
        let next = page.cut(&mut found, at, Found::key);
        let events = Events::behind(&generation, &found).await?;
        Ok((found, events, next))
    };
    let (found, events, next) = read.await.map_err(|error| store_unreachable(&error))?;
    let synthetic = found.iter().any(|one| one.made_up);
    let query = |one: Found| Query { unit: one.entity.clone(), finding: events.shown(one) };
    let answer = Answer { synthetic, queries: found.into_iter().map(query).collect(), next };
    reply.with(Work::Long, &answer, Kept::Privately, Some(at))
}

fn flag(value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| format!("{value:?} is not true or false"))
}
