//! `GET /v1/coverage`: of the units expected to file a form those that did, and those that are overdue.

mod table;

use std::sync::Arc;

use crate::http::openapi::words;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use utoipa::ToSchema;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::{Form, day};
use weir_schemas::exact::Exact;
use weir_schemas::figure::Cells;
use weir_schemas::period::Period;
use weir_schemas::plan::{Measure, Plan};

use super::App;
use super::answer::Kept;
use super::format::{FORMAT, Format, Reply};
use super::moment::past_unreachable;
use super::openapi::parameters as described;
use super::parameters::{Pairs, Parameters, form, wrong};
use crate::past::Needed;

#[derive(Serialize, ToSchema)]
#[schema(as = Coverage)]
struct Answer {
    #[schema(value_type = String)]
    form: Form,
    #[schema(value_type = words::Period)]
    period: Period,
    /// The day that reports are due by, where the province has said it.
    #[schema(value_type = Option<words::Day>)]
    deadline: Option<Date>,
    /// Whether the province has closed the round.
    closed: bool,
    synthetic: bool,
    areas: Vec<Shown>,
}

/// Units of one area.
#[derive(Serialize, ToSchema)]
#[schema(as = AreaCoverage)]
struct Shown {
    #[schema(value_type = words::Area)]
    area: Area,
    expected: u64,
    /// Those with a report in force.
    filed: u64,
    /// Those whose report is accepted at some level.
    accepted: u64,
    /// Those without one after the deadline.
    overdue: u64,
    #[schema(value_type = Option<words::Decimal>)]
    coverage: Option<String>,
}

/// Answers with who filed a form.
#[utoipa::path(
    get,
    path = "/v1/coverage",
    tag = "figures",
    params(described::Round, described::Areas, described::AsOf),
    responses((status = 200, body = Answer)),
)]
pub(super) async fn coverage(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let parameters = Parameters::read(query, &["form", "period", "area", "as_of", FORMAT])?;
    let reply = Reply::to(&parameters, &headers, Format::LISTS)?;
    let form = parameters.required("form", |value| expected(value, &app.plan))?;
    let period = parameters.required("period", |value| round(value, form, &app.plan))?;
    let (areas, as_of) = (parameters.areas(&app.plan)?, parameters.as_of()?);
    access.covers(&areas)?;
    // The province says the deadline.
    let around: Vec<Area> = areas.iter().copied().chain([app.plan.area]).collect();
    let work = app.work(areas.len());
    let load = async |generation: Generation, at| {
        let ids = [Measure::expected_id(form), Measure::filed_id(form), Measure::deadline_id(form)];
        let needed = Needed::by_measures(&app.plan, &ids, &around);
        let cells = needed.cells(&generation, std::iter::once(period), at).await;
        cells.map_err(|error| past_unreachable(&error))
    };
    let count = |cells: &Cells, at| {
        let today = day(at);
        if period.last_month_begins() > today {
            return Err(wrong(
                "period",
                format!("{period} is answered from {} on", period.last_month_begins()),
            ));
        }
        let round = Round { plan: &app.plan, cells, form, period };
        let deadline = round.deadline();
        let late = deadline.is_some_and(|deadline| deadline < today);
        Ok(Answer {
            form,
            period,
            deadline,
            closed: round.is_closed(),
            synthetic: areas.iter().any(|area| round.is_synthetic(*area)),
            areas: areas.iter().map(|area| round.count(*area, late)).collect(),
        })
    };
    let (answer, at) = app.cells(as_of, work, load, count).await?;
    reply.with(work, &answer, Kept::Privately, Some(at))
}

/// A form that somebody is expected to file.
fn expected(value: &str, plan: &Plan) -> Result<Form, String> {
    let form = form(value)?;
    if plan.expectations.iter().any(|expected| expected.form == form) {
        return Ok(form);
    }
    let forms: Vec<&str> = plan.expectations.iter().map(|expected| expected.form.as_str()).collect();
    Err(format!("the plan expects nobody to file {form}, only {}", forms.join(", ")))
}

/// A period that the form has a round for.
fn round(value: &str, form: Form, plan: &Plan) -> Result<Period, String> {
    let period: Period =
        value.parse().map_err(|error: weir_schemas::period::NotAPeriod| error.to_string())?;
    match (form.is_annual(), period) {
        (true, Period::Year(_)) | (false, Period::Month(..)) => {}
        (true, _) => return Err(format!("form {form} is filed for a year")),
        (false, _) => return Err(format!("form {form} is filed for a month")),
    }
    if !plan.calendar.holds(period.slot()) {
        return Err(format!(
            "{period} lies outside the plan's years {} to {}",
            plan.calendar.from, plan.calendar.to
        ));
    }
    let mut expected = plan.expectations.iter().filter(|expected| expected.form == form);
    if expected.all(|expected| !expected.has_round(period.slot())) {
        return Err(format!("form {form} has no round for {period}"));
    }
    Ok(period)
}

/// One round of a form.
struct Round<'a> {
    plan: &'a Plan,
    cells: &'a Cells,
    form: Form,
    period: Period,
}

impl<'a> Round<'a> {
    fn cell(&self, measure: String, area: Area) -> Option<&'a Cell> {
        let series = Series { measure: measure.into(), area, field: Field::Total };
        self.cells.get(&series, self.period.slot()).filter(|cell| cell.contributions > 0)
    }

    fn is_closed(&self) -> bool {
        self.cell(Measure::closed_id(self.form), self.plan.area).is_some()
    }

    /// The day that the measure of deadlines writes `yyyymmdd`.
    fn deadline(&self) -> Option<Date> {
        let number = self.cell(Measure::deadline_id(self.form), self.plan.area)?.value.to_i32()?;
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
    }

    fn is_synthetic(&self, area: Area) -> bool {
        let counted = [Measure::expected_id(self.form), Measure::filed_id(self.form)];
        counted.into_iter().filter_map(|id| self.cell(id, area)).any(|cell| cell.synthetic)
    }

    fn count(&self, area: Area, late: bool) -> Shown {
        let expected =
            self.cell(Measure::expected_id(self.form), area).map_or(Decimal::ZERO, |cell| cell.value);
        let (filed, accepted) = self
            .cell(Measure::filed_id(self.form), area)
            .map_or((Decimal::ZERO, Decimal::ZERO), |cell| (cell.value, cell.accepted));
        let units = |count: Decimal| count.to_u64().unwrap_or_default();
        let missing = units(expected).saturating_sub(units(filed));
        Shown {
            area,
            expected: units(expected),
            filed: units(filed),
            accepted: units(accepted),
            overdue: if late { missing } else { 0 },
            coverage: Exact::ratio(filed, expected).map(|share| share.value()),
        }
    }
}
