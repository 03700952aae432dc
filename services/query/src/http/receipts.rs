//! `GET /v1/receipts`: where an event is, for whoever sent it and for officials within their areas.

mod shown;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use weir_kernel::clickhouse::{Generation, Position};
use weir_kernel::keys::{Key, Role};
use weir_kernel::problem::ProblemDetails;
use weir_kernel::topics;
use weir_schemas::codelist::Area;
use weir_schemas::event::Source;

use self::shown::{Answer, Logged, Receipt, SetAsideShown, decoded};
use super::answer::Kept;
use super::format::{FORMAT, Format, Reply};
use super::moment::store_unreachable;
use super::openapi::parameters as described;
use super::parameters::{Pairs, Parameters, wrong};
use super::{App, Work};
use crate::tables::{self, Copy, Entry, Found, Identity};

/// Answers with what became of an event.
#[utoipa::path(
    get,
    path = "/v1/receipts",
    tag = "units",
    params(described::Identity),
    responses((status = 200, body = Answer)),
)]
pub(super) async fn receipts(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let key = app.keys.authorize(&headers, &[Role::Bureau, Role::Official]).await?.key;
    let parameters = Parameters::read(query, &["source", "id", "subject", FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let bureau = parameters.required("source", source)?;
    let id = parameters.required("id", |value| Ok::<_, String>(value.to_owned()))?;
    let subject = parameters.get("subject", |value| Ok::<_, String>(value.to_owned()))?;
    let event = Identity { source: bureau.to_string(), id };
    let (generation, closed) = app.tables(None)?;
    let lookup = Lookup { generation, own: key.covers(bureau.area), key: &key, closed };
    let most = app.settings.page.get();
    let receipts = lookup.receipts(&event, subject.as_deref(), most).await?;
    let set_aside = lookup.set_aside(&event, most).await?;
    if receipts.is_empty() && set_aside.is_empty() {
        // Whatever the key may not see is answered like what is not there.
        let detail =
            "no event of that source and id is there; one that was accepted a moment ago may be soon";
        return Err(ProblemDetails::not_found(detail));
    }
    let answer = Answer { source: event.source, id: event.id, receipts, set_aside };
    reply.with(Work::Long, &answer, Kept::Privately, Some(closed))
}

/// A bureau.
fn source(value: &str) -> Result<Source, String> {
    let code = value.strip_prefix("/bureaus/").ok_or("must be /bureaus/ and the bureau's area code")?;
    Area::parse(code).map(|area| Source { area }).map_err(|error| error.to_string())
}

/// Subjects that are read at a time: an id may stand under any number, and a subject has a history.
const AT_A_TIME: usize = 50;

/// What the tables say of an event under one subject.
#[derive(Default)]
struct Subject {
    copies: Vec<Copy>,
    history: Vec<Entry>,
    findings: Vec<Found>,
}

/// Looks for an event on behalf of a key.
struct Lookup<'a> {
    generation: Generation,
    key: &'a Key,
    /// Whether the bureau's area is the key's.
    own: bool,
    closed: Timestamp,
}

impl Lookup<'_> {
    /// The receipts that the key may see, by subject: of its own bureau's events all, of others' an official sees those within
    /// its areas. Subjects that it may not see are passed over and not counted.
    ///
    /// # Errors
    /// 400 where there are more than `most`; 503 when the store can't be reached.
    async fn receipts(
        &self,
        event: &Identity,
        named: Option<&str>,
        most: usize,
    ) -> Result<Vec<Receipt>, ProblemDetails> {
        if !self.own && self.key.role != Role::Official {
            return Ok(Vec::new());
        }
        let away = |error| store_unreachable(&error);
        // Positions before copies: what is aggregated by its position is there.
        let positions = self.generation.positions(topics::EVENTS).await.map_err(away)?;
        let at_a_time = most.min(AT_A_TIME);
        let (mut receipts, mut after) = (Vec::new(), String::new());
        loop {
            let subjects = tables::subjects(&self.generation, event, named, &after, at_a_time);
            let subjects = subjects.await.map_err(away)?;
            let Some(last) = subjects.last() else { return Ok(receipts) };
            after.clone_from(last);
            let is_last = subjects.len() < at_a_time;
            let seen = self.seen(tables::copies(&self.generation, event, &subjects).await.map_err(away)?)?;
            if receipts.len() + seen.len() > most {
                return Err(wrong(
                    "subject",
                    format!("the id stands under more than {most} subjects; name one"),
                ));
            }
            receipts.extend(self.told(seen, &positions).await?);
            if is_last {
                return Ok(receipts);
            }
        }
    }

    /// Of these copies those of the subjects that the key may see, by subject.
    fn seen(&self, copies: Vec<Copy>) -> Result<BTreeMap<String, Subject>, ProblemDetails> {
        let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
        for copy in copies {
            subjects.entry(copy.subject.clone()).or_default().copies.push(copy);
        }
        let mut seen = BTreeMap::new();
        for (name, subject) in subjects {
            let Some(first) = subject.stored() else { continue };
            let area = decoded(&name, first.offset, &first.payload)?.area();
            let inside = area.is_some_and(|(area, _)| self.key.covers(area));
            if self.own || inside {
                seen.insert(name, subject);
            }
        }
        Ok(seen)
    }

    /// The receipts of some subjects.
    async fn told(
        &self,
        mut subjects: BTreeMap<String, Subject>,
        positions: &[Position],
    ) -> Result<Vec<Receipt>, ProblemDetails> {
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let away = |error| store_unreachable(&error);
        let names: Vec<String> = subjects.keys().cloned().collect();
        for entry in tables::history(&self.generation, &names).await.map_err(away)? {
            if let Some(subject) = subjects.get_mut(&entry.subject) {
                subject.history.push(entry);
            }
        }
        for found in tables::of_subjects(&self.generation, &names).await.map_err(away)? {
            if let Some(subject) = subjects.get_mut(&found.entity) {
                subject.findings.push(found);
            }
        }
        let mut receipts = Vec::new();
        for (name, subject) in subjects {
            let Some(first) = subject.stored().cloned() else { continue };
            let Subject { copies, history, findings } = subject;
            let event = decoded(&name, first.offset, &first.payload)?;
            let logged = copies.into_iter().map(|copy| Logged::of(copy, positions, self.closed));
            receipts.push(Receipt::of(&first, &event, logged.collect(), history, findings)?);
        }
        Ok(receipts)
    }

    /// The records that were set aside and say to be the event: they belong to no area, so only the bureau's own are told.
    async fn set_aside(&self, event: &Identity, most: usize) -> Result<Vec<SetAsideShown>, ProblemDetails> {
        if !self.own {
            return Ok(Vec::new());
        }
        let lost = tables::lost(&self.generation, event, most).await;
        Ok(lost.map_err(|error| store_unreachable(&error))?.into_iter().map(SetAsideShown::of).collect())
    }
}

impl Subject {
    /// The copy that counts.
    fn stored(&self) -> Option<&Copy> {
        self.copies.iter().find(|copy| copy.disposition == "stored")
    }
}
