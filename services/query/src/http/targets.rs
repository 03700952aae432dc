//! `GET /v1/targets`: how far the plan's area has come, and the latest figures of those inside it.

mod shown;
mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Field;
use weir_schemas::event::day;
use weir_schemas::figure::{self, Cells, Figures};
use weir_schemas::period::{Period, Slot};

use self::shown::{Answer, Shown};
use super::answer::Kept;
use super::format::{FORMAT, Format, Reply};
use super::moment::past_unreachable;
use super::openapi::parameters as described;
use super::parameters::{Pairs, Parameters, wrong};
use super::{App, Work};
use crate::past::Needed;

/// Answers with the plan's targets.
#[utoipa::path(
    get,
    path = "/v1/targets",
    tag = "figures",
    params(described::Areas, described::AsOf),
    responses((status = 200, body = Answer<'_>)),
)]
pub(super) async fn targets(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let parameters = Parameters::read(query, &["area", "as_of", FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let (areas, as_of) = (parameters.areas(&app.plan)?, parameters.as_of()?);
    access.covers(&areas)?;
    let (asked_for, most) = (areas.len() * app.plan.indicators.len(), app.settings.observations);
    if asked_for > most {
        return Err(wrong("area", format!("asks for {asked_for} figures, over the {most} of one answer")));
    }
    let load = async |generation: Generation, at| {
        let calendar = app.plan.calendar;
        // Nothing later has begun; a year's slot is wanted for what has no months.
        let (today, last) = (day(at), Slot::year(calendar.to.min(day(at).year())));
        let this_month = Slot::month(today.year(), today.month());
        let begun = |slot: &Slot| *slot <= this_month || *slot == last;
        let begun = Slot::month(calendar.from, 1).through(last).filter(begun).map(Slot::period);
        let needed = Needed::by_targets(&app.plan, &areas).read_by(access.audience());
        let cells = needed.cells(&generation, begun, at).await;
        cells.map_err(|error| past_unreachable(&error))
    };
    let judge = |cells: &Cells, at| {
        let targets = figure::Targets::new(&app.plan, cells, day(at)).read_by(access.audience());
        let figures = Figures::new(&app.plan, cells).read_by(access.audience());
        let each = areas.iter().flat_map(|area| app.plan.indicators.iter().map(move |one| (*area, one)));
        let judged = each.map(|(area, one)| {
            let progress = targets.progress(one, area);
            let latest = progress.latest.clone().map(of_year);
            let official = latest.and_then(|latest| figures.official(one, Field::Total, &latest));
            (area, one, progress, official)
        });
        Ok(judged.collect::<Vec<_>>())
    };
    let (judged, at) = app.cells(as_of, Work::Long, load, judge).await?;
    let synthetic = judged.iter().any(|(_, _, progress, official)| {
        progress.latest.as_ref().is_some_and(|one| one.synthetic)
            || official.as_ref().is_some_and(|one| one.synthetic)
    });
    let shown = judged
        .into_iter()
        .map(|(area, one, progress, official)| Shown::of(area, one, progress, official, &app.plan.notes));
    reply.with(Work::Long, &Answer { synthetic, targets: shown.collect() }, Kept::Privately, Some(at))
}

/// Totals are published of years, and a year's stock is December's.
fn of_year(latest: figure::Observation) -> figure::Observation {
    let period = match latest.period {
        Period::Month(year, 12) => Period::Year(year),
        period => period,
    };
    figure::Observation { period, ..latest }
}
