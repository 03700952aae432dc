//! `GET /v1/receipts`: where an event is, for whoever sent it and for officials within their areas.

mod shown;

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
use super::App;
use super::answer::{Kept, json};
use super::moment::store_unreachable;
use super::parameters::{Pairs, Parameters, wrong};
use crate::tables::{self, Copy, Entry, Found, Identity, SetAside};

/// Answers with what became of an event.
pub(super) async fn receipts(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let key = app.keys.authorize(&headers, &[Role::Bureau, Role::Official])?;
    let parameters = Parameters::read(query, &["source", "id", "subject"])?;
    let bureau = parameters.required("source", source)?;
    let id = parameters.required("id", |value| Ok::<_, String>(value.to_owned()))?;
    let subject = parameters.get("subject", |value| Ok::<_, String>(value.to_owned()))?;
    let event = Identity { source: bureau.to_string(), id };
    let (generation, closed) = app.tables(None)?;
    let most = app.settings.page.get();
    let found = Lookup::of(&generation, &event, subject.as_deref(), most, closed).await?;
    let (receipts, set_aside) = found.seen_by(key, bureau.area)?;
    if receipts.is_empty() && set_aside.is_empty() {
        // Whatever the key may not see is answered like what is not there.
        let detail =
            "no event of that source and id is there; one that was accepted a moment ago may be soon";
        return Err(ProblemDetails::not_found(detail));
    }
    if receipts.len() > most {
        return Err(wrong("subject", format!("the id stands under more than {most} subjects; name one")));
    }
    let answer = Answer { source: event.source, id: event.id, receipts, set_aside };
    json(&answer, &headers, Kept::Privately, Some(closed))
}

/// A bureau.
fn source(value: &str) -> Result<Source, String> {
    let code = value.strip_prefix("/bureaus/").ok_or("must be /bureaus/ and the bureau's area code")?;
    Area::parse(code).map(|area| Source { area }).map_err(|error| error.to_string())
}

/// What the tables say of an event under one subject.
#[derive(Default)]
struct Subject {
    copies: Vec<Copy>,
    history: Vec<Entry>,
    findings: Vec<Found>,
}

/// All that the tables say of an event.
struct Lookup {
    copies: Vec<Copy>,
    history: Vec<Entry>,
    findings: Vec<Found>,
    set_aside: Vec<SetAside>,
    positions: Vec<Position>,
    closed: Timestamp,
}

impl Lookup {
    async fn of(
        generation: &Generation,
        event: &Identity,
        subject: Option<&str>,
        most: usize,
        closed: Timestamp,
    ) -> Result<Self, ProblemDetails> {
        let read = async {
            let subjects = tables::subjects(generation, event, subject, most + 1).await?;
            // Positions before copies: what is aggregated by its position is there.
            let positions = generation.positions(topics::EVENTS).await?;
            let set_aside = tables::lost(generation, event, most).await?;
            let (mut copies, mut history, mut findings) = (Vec::new(), Vec::new(), Vec::new());
            if !subjects.is_empty() {
                copies = tables::copies(generation, event, &subjects).await?;
                history = tables::history(generation, &subjects).await?;
                findings = tables::of_subjects(generation, &subjects).await?;
            }
            Ok(Self { copies, history, findings, set_aside, positions, closed })
        };
        read.await.map_err(|error| store_unreachable(&error))
    }

    /// The receipts that a key may see, by subject; and the records set aside.
    fn seen_by(self, key: &Key, bureau: Area) -> Result<(Vec<Receipt>, Vec<SetAsideShown>), ProblemDetails> {
        let own = key.covers(bureau);
        let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
        for copy in self.copies {
            subjects.entry(copy.subject.clone()).or_default().copies.push(copy);
        }
        for entry in self.history {
            subjects.entry(entry.subject.clone()).or_default().history.push(entry);
        }
        for found in self.findings {
            subjects.entry(found.entity.clone()).or_default().findings.push(found);
        }
        let mut receipts = Vec::new();
        for (name, Subject { copies, history, findings }) in subjects {
            let Some(first) = copies.iter().find(|copy| copy.disposition == "stored").cloned() else {
                continue;
            };
            let event = decoded(&name, first.offset, &first.payload)?;
            let inside = event.area().is_some_and(|(area, _)| key.covers(area));
            if own || (inside && key.role == Role::Official) {
                let logged = copies.into_iter().map(|copy| Logged::of(copy, &self.positions, self.closed));
                receipts.push(Receipt::of(&first, &event, logged.collect(), history, findings)?);
            }
        }
        let set_aside = self.set_aside.into_iter().filter(|_| own).map(SetAsideShown::of);
        Ok((receipts, set_aside.collect()))
    }
}
