//! `GET /v1/targets`: how far the plan's area has come, and the latest figures of those inside it.

mod shown;
mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::day;
use weir_schemas::figure::{self, Audience, Cells, Figures, Official, Progress};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Indicator, Plan};

pub(super) use self::shown::Answer;
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
    app.bounds_targets(&areas)?;
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
    let judge = |cells: &Cells, at| Ok(judged(&app.plan, cells, day(at), access.audience(), &areas));
    let (judged, at) = app.cells(as_of, Work::Long, load, judge).await?;
    reply.with(Work::Long, &Answer::of(judged, &app.plan), Kept::Privately, Some(at))
}

/// How a target stands in an area.
pub(super) struct Standing<'a> {
    area: Area,
    indicator: &'a Indicator,
    progress: Progress,
    /// What is officially published beside its latest figure.
    official: Option<Official>,
}

/// How the plan's targets stand in areas, by cells on a day.
pub(super) fn judged<'a>(
    plan: &'a Plan,
    cells: &Cells,
    day: Date,
    audience: Audience,
    areas: &[Area],
) -> Vec<Standing<'a>> {
    let targets = figure::Targets::new(plan, cells, day).read_by(audience);
    let figures = Figures::new(plan, cells).read_by(audience);
    let each = areas.iter().flat_map(|area| plan.indicators.iter().map(move |one| (*area, one)));
    let standing = |(area, indicator)| {
        let progress = targets.progress(indicator, area);
        let latest = progress.latest.clone().map(of_year);
        let official = latest.and_then(|latest| figures.official(indicator, Field::Total, &latest));
        Standing { area, indicator, progress, official }
    };
    each.map(standing).collect()
}

impl App {
    /// That one answer has room for the targets in areas.
    ///
    /// # Errors
    /// 400 where it has not.
    pub(super) fn bounds_targets(&self, areas: &[Area]) -> Result<(), ProblemDetails> {
        let (asked_for, most) = (areas.len() * self.plan.indicators.len(), self.settings.observations);
        if asked_for > most {
            return Err(wrong(
                "area",
                format!("asks for {asked_for} figures, over the {most} of one answer"),
            ));
        }
        Ok(())
    }
}

/// Totals are published of years, and a year's stock is December's.
fn of_year(latest: figure::Observation) -> figure::Observation {
    let period = match latest.period {
        Period::Month(year, 12) => Period::Year(year),
        period => period,
    };
    figure::Observation { period, ..latest }
}
