//! `GET /v1/targets`: how far the plan's area has come, and the latest figures of those inside it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Serialize;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ObsStatus;
use weir_schemas::event::day;
use weir_schemas::exact::Exact;
use weir_schemas::figure::{self, Cells, Figures, Judged, JudgedYear, Official, Progress};
use weir_schemas::period::Period;
use weir_schemas::plan::{Comparator, Indicator, Name, Note, Target};

use super::App;
use super::answer::{Kept, json};
use super::moment::past_unreachable;
use super::observation::OfficialShown;
use super::parameters::{Pairs, Parameters, wrong};
use super::plan::NoteShown;
use crate::past::Needed;

#[derive(Serialize)]
struct Answer<'a> {
    synthetic: bool,
    targets: Vec<Shown<'a>>,
}

/// One target in one area. Areas inside the plan's have no target of their own: all that it sets is null for them.
#[derive(Serialize)]
struct Shown<'a> {
    area: Area,
    indicator: &'a str,
    name: &'a Name,
    unit: &'a Name,
    section: &'a str,
    baseline: Option<Decimal>,
    baseline_year: Option<i16>,
    target: Option<Decimal>,
    target_year: Option<i16>,
    comparator: Option<Comparator>,
    aspirational: Option<bool>,
    each_year: Option<bool>,
    latest: Option<Latest>,
    /// What the path needs in the year of the latest observation.
    needed: Option<String>,
    path: Vec<Step>,
    met: Option<bool>,
    met_since: Option<Period>,
    years: Vec<YearShown>,
    notes: Vec<NoteShown<'a>>,
}

#[derive(Serialize)]
struct Observed {
    period: Period,
    value: Option<String>,
    display: Option<String>,
    status: ObsStatus,
}

/// The latest observation, beside what is officially published for it.
#[derive(Serialize)]
struct Latest {
    #[serde(flatten)]
    observed: Observed,
    #[serde(flatten)]
    official: OfficialShown,
}

#[derive(Serialize)]
struct Step {
    period: Period,
    value: String,
}

#[derive(Serialize)]
struct YearShown {
    #[serde(flatten)]
    observed: Observed,
    closed: bool,
    met: Option<bool>,
}

/// Answers with the plan's targets.
pub(super) async fn targets(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers)?;
    let parameters = Parameters::read(query, &["area", "as_of"])?;
    let (areas, as_of) = (parameters.areas(&app.plan)?, parameters.as_of()?);
    access.covers(&areas)?;
    let (asked_for, most) = (areas.len() * app.plan.indicators.len(), app.settings.observations);
    if asked_for > most {
        return Err(wrong("area", format!("asks for {asked_for} figures, over the {most} of one answer")));
    }
    let load = async |generation: Generation, at| {
        let calendar = app.plan.calendar;
        let whole = [Period::Month(calendar.from, 1), Period::Year(calendar.to)];
        let needed = Needed::by_targets(&app.plan, &areas);
        let cells = needed.cells(&generation, whole.into_iter(), at).await;
        cells.map_err(|error| past_unreachable(&error))
    };
    let judge = |cells: &Cells, at| {
        let targets = figure::Targets::new(&app.plan, cells, day(at));
        let figures = Figures::new(&app.plan, cells);
        let each = areas.iter().flat_map(|area| app.plan.indicators.iter().map(move |one| (*area, one)));
        let judged = each.map(|(area, one)| {
            let progress = targets.progress(one, area);
            let latest = progress.latest.clone().map(of_year);
            let official = latest.and_then(|latest| figures.official(one, Field::Total, &latest));
            (area, one, progress, official)
        });
        Ok(judged.collect::<Vec<_>>())
    };
    let (judged, at) = app.cells(as_of, load, judge).await?;
    let synthetic = judged.iter().any(|(_, _, progress, official)| {
        progress.latest.as_ref().is_some_and(|one| one.synthetic)
            || official.as_ref().is_some_and(|one| one.synthetic)
    });
    let shown = judged
        .into_iter()
        .map(|(area, one, progress, official)| Shown::of(area, one, progress, official, &app.plan.notes));
    json(&Answer { synthetic, targets: shown.collect() }, &headers, Kept::Privately, Some(at))
}

/// Totals are published of years, and a year's stock is December's.
fn of_year(latest: figure::Observation) -> figure::Observation {
    let period = match latest.period {
        Period::Month(year, 12) => Period::Year(year),
        period => period,
    };
    figure::Observation { period, ..latest }
}

impl<'a> Shown<'a> {
    fn of(
        area: Area,
        indicator: &'a Indicator,
        progress: Progress,
        official: Option<Official>,
        notes: &'a [Note],
    ) -> Self {
        let Progress { latest, judged } = progress;
        let target: Option<&Target> = judged.as_ref().map(|_| &indicator.target);
        let (needed, met, met_since, years) = match judged {
            Some(Judged { needed, met, met_since, years }) => (needed, met, met_since, years),
            None => (None, None, None, Vec::new()),
        };
        let step = |(period, value): (Period, Exact)| Step { period, value: value.value() };
        Self {
            area,
            indicator: &indicator.id,
            name: &indicator.name,
            unit: &indicator.unit,
            section: &indicator.section,
            baseline: target.and_then(|target| target.baseline),
            baseline_year: target.and_then(|target| target.baseline_year),
            target: target.map(|target| target.value),
            target_year: target.map(|target| target.year),
            comparator: target.map(|target| target.comparator),
            aspirational: target.map(|target| target.aspirational),
            each_year: target.map(|target| target.each_year),
            latest: latest.map(|latest| Latest {
                observed: Observed::of(latest, indicator),
                official: OfficialShown::of(official),
            }),
            needed: needed.map(|value| value.value()),
            path: target.map(|target| target.path().map(step).collect()).unwrap_or_default(),
            met,
            met_since,
            years: years.into_iter().map(|year| YearShown::of(year, indicator)).collect(),
            notes: NoteShown::about(indicator, notes),
        }
    }
}

impl Observed {
    fn of(figure: figure::Observation, indicator: &Indicator) -> Self {
        Self {
            period: figure.period,
            display: figure.value.as_ref().map(|value| value.display(indicator.decimals)),
            value: figure.value.map(|value| value.value()),
            status: figure.status,
        }
    }
}

impl YearShown {
    fn of(JudgedYear { observation, closed, met }: JudgedYear, indicator: &Indicator) -> Self {
        Self { observed: Observed::of(observation, indicator), closed, met }
    }
}
