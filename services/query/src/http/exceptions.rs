//! `GET /v1/exceptions`: what was taken in and enters no figure, or does and comes from elsewhere, so that nothing is silent.

mod shown;
mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use weir_kernel::clickhouse::{Error, Generation};
use weir_kernel::problem::ProblemDetails;
use weir_schemas::finding::FindingKind;

use self::shown::{Answer, Exception, Totals};
use super::answer::Kept;
use super::event::Events;
use super::format::{FORMAT, Format, Reply};
use super::moment::store_unreachable;
use super::openapi::parameters as described;
use super::page::{CURSOR, Page};
use super::parameters::{Pairs, Parameters};
use super::{App, Work};
use crate::tables::{self, EVERYWHERE, Found, Raised, Wanted, inside};

/// The kinds of exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Other content under the identity of an earlier event.
    Conflict,
    /// No event.
    SetAside,
    /// A filing, withdrawal or review by a bureau that does not cover the unit's area.
    Ignored,
    /// A fact without an area.
    Unplaced,
    /// What counts though its bureau does not cover what it is about.
    Foreign,
}

/// Answers with what enters no figure, and with what does though its bureau is another's.
#[utoipa::path(
    get,
    path = "/v1/exceptions",
    tag = "units",
    params(described::Exceptions, described::Areas, described::Page, described::AsOf),
    responses((status = 200, body = Answer)),
)]
pub(super) async fn exceptions(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let (access, units) = app.overseer(&headers).await?;
    let parameters = Parameters::read(query, &["kind", "area", "limit", CURSOR, "as_of", FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let kind = parameters.get("kind", Kind::read)?;
    let areas = parameters.areas(&app.plan)?;
    let page: Page<Raised> = Page::read(&parameters, app.settings.page.get())?;
    access.covers(&areas)?;
    let (generation, at) = app.tables(page.as_of)?;
    let whole = areas.contains(&app.plan.area);
    // What lies outside the plan's area enters no figure either, and would be in nobody's list.
    let inside = if whole { vec![EVERYWHERE] } else { inside(&areas, app.plan.area) };
    let list = List { generation, at, inside, whole };
    let read = async {
        let totals = list.totals().await?;
        let (exceptions, next) = match kind {
            None => (Vec::new(), None),
            Some(kind) => list.page(kind, &page, units).await?,
        };
        Ok(Answer { totals, exceptions, next, listed: kind.is_some() })
    };
    let answer = read.await.map_err(|error| store_unreachable(&error))?;
    reply.with(Work::Long, &answer, Kept::Privately, Some(at))
}

impl Kind {
    const ALL: [(&str, Kind); 5] = [
        ("conflict", Kind::Conflict),
        ("set_aside", Kind::SetAside),
        ("ignored", Kind::Ignored),
        ("unplaced", Kind::Unplaced),
        ("foreign", Kind::Foreign),
    ];

    fn read(value: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(word, _)| *word == value).map(|(_, kind)| *kind);
        known.ok_or_else(|| {
            let words = Self::ALL.map(|(word, _)| word);
            format!("{value:?} is not one of {}", words.join(", "))
        })
    }
}

/// Where and when exceptions are looked for.
struct List {
    generation: Generation,
    at: Timestamp,
    inside: Vec<(u32, u32)>,
    /// Whether the plan's own area is asked for, and so what has none, or lies outside it.
    whole: bool,
}

impl List {
    async fn totals(&self) -> Result<Totals, Error> {
        let (generation, at) = (&self.generation, self.at);
        let (mut set_aside, mut unplaced) = (None, None);
        if self.whole {
            set_aside = Some(tables::count_set_aside(generation, at).await?);
            unplaced = Some(tables::count_findings(generation, &self.wanted(FindingKind::NoArea)).await?);
        }
        Ok(Totals {
            conflict: tables::count_conflicts(generation, at, &self.inside).await?,
            set_aside,
            ignored: tables::count_findings(generation, &self.wanted(FindingKind::Ignored)).await?,
            unplaced,
            foreign: tables::count_findings(generation, &self.wanted(FindingKind::Foreign)).await?,
        })
    }

    async fn page(
        &self,
        kind: Kind,
        page: &Page<Raised>,
        units: bool,
    ) -> Result<(Vec<Exception>, Option<String>), Error> {
        let (after, most) = (page.after.clone(), page.limit + 1);
        let place = after.as_ref().map(|(recorded, partition, offset, ..)| (*recorded, *partition, *offset));
        let key = |recorded, partition, offset| (recorded, partition, offset, String::new(), String::new());
        let (generation, at) = (&self.generation, self.at);
        let finding = match kind {
            Kind::Conflict => {
                let mut found = tables::conflicts(generation, at, &self.inside, place, most).await?;
                let next = page.cut(&mut found, at, |one| key(one.recorded, one.partition, one.offset));
                return Ok((found.into_iter().map(|one| Exception::conflict(one, units)).collect(), next));
            }
            Kind::SetAside if !self.whole => return Ok((Vec::new(), None)),
            Kind::SetAside => {
                let mut found = tables::set_aside(generation, at, place, most).await?;
                let next = page.cut(&mut found, at, |one| key(one.recorded, one.partition, one.offset));
                return Ok((found.into_iter().map(|one| Exception::set_aside(one, units)).collect(), next));
            }
            Kind::Ignored => FindingKind::Ignored,
            Kind::Unplaced => FindingKind::NoArea,
            Kind::Foreign => FindingKind::Foreign,
        };
        let mut found = tables::findings(generation, &self.wanted(finding), after, most).await?;
        let next = page.cut(&mut found, at, Found::key);
        let events = Events::behind(generation, &found).await?;
        Ok((found.into_iter().map(|one| Exception::finding(one, &events, units)).collect(), next))
    }

    fn wanted(&self, kind: FindingKind) -> Wanted {
        Wanted { kind, at: self.at, inside: self.inside.clone(), open: None, form: None, period: None }
    }
}
