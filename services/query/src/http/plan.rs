//! `GET /v1/plan`: what the plan sets, for anybody. It is a public document.

use std::sync::Arc;

use crate::http::openapi::words;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::frequencies;
use weir_schemas::plan::{
    Calendar, Comparator, Denominator, Frequency, Indicator, Measure, Name, Note, Plan,
};

use super::App;
use super::answer::{Kept, json};

#[derive(Serialize, ToSchema)]
#[schema(as = Plan)]
struct PlanShown<'a> {
    id: &'a str,
    #[schema(value_type = words::Name)]
    name: &'a Name,
    source: &'a str,
    #[schema(value_type = words::Area)]
    area: Area,
    #[schema(value_type = words::Calendar)]
    calendar: Calendar,
    /// The first year it plans for.
    begins: i16,
    indicators: Vec<IndicatorShown<'a>>,
    measures: Vec<MeasureShown<'a>>,
    fields: Vec<FieldShown>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Indicator)]
struct IndicatorShown<'a> {
    id: &'a str,
    #[schema(value_type = words::Name)]
    name: &'a Name,
    #[schema(value_type = words::Name)]
    unit: &'a Name,
    decimals: u32,
    numerator: &'a str,
    #[schema(value_type = Option<Object>)]
    denominator: Option<&'a Denominator>,
    #[schema(value_type = words::Decimal)]
    scale: Decimal,
    #[schema(value_type = Vec<words::Frequency>)]
    frequencies: &'a [Frequency],
    section: &'a str,
    #[schema(value_type = Option<words::Decimal>)]
    baseline: Option<Decimal>,
    baseline_year: Option<i16>,
    #[schema(value_type = words::Decimal)]
    target: Decimal,
    target_year: i16,
    #[schema(value_type = words::Comparator)]
    comparator: Comparator,
    aspirational: bool,
    each_year: bool,
    notes: Vec<NoteShown<'a>>,
}

/// A contradiction of the plan, shown wherever the target is.
#[derive(Serialize, ToSchema)]
#[schema(as = Note)]
pub(super) struct NoteShown<'a> {
    #[schema(value_type = words::Name)]
    pub(super) text: &'a Name,
    source: &'a str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Measure)]
struct MeasureShown<'a> {
    id: &'a str,
    #[schema(value_type = words::Name)]
    name: &'a Name,
    unit: &'a str,
    #[schema(value_type = Vec<words::Frequency>)]
    frequencies: &'a [Frequency],
}

#[derive(Serialize, ToSchema)]
#[schema(as = PlanField)]
struct FieldShown {
    #[schema(value_type = words::Field)]
    id: Field,
    #[schema(value_type = words::Name)]
    name: Name,
}

/// Answers with the plan.
#[utoipa::path(
    get,
    path = "/v1/plan",
    tag = "about",
    responses((status = 200, body = PlanShown<'_>)),
)]
pub(super) async fn plan(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(ProblemDetails::bad_request("parameter", "the plan takes no parameters"));
    }
    json(&PlanShown::of(&app.plan), &headers, Kept::Publicly, None)
}

impl<'a> PlanShown<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self {
            id: &plan.id,
            name: &plan.name,
            source: &plan.source,
            area: plan.area,
            calendar: plan.calendar,
            begins: plan.begins.unwrap_or(plan.calendar.from),
            indicators: plan.indicators.iter().map(|one| IndicatorShown::of(one, &plan.notes)).collect(),
            measures: plan.measures.iter().map(MeasureShown::of).collect(),
            fields: Field::ALL.into_iter().map(FieldShown::of).collect(),
        }
    }
}

impl<'a> IndicatorShown<'a> {
    fn of(indicator: &'a Indicator, notes: &'a [Note]) -> Self {
        Self {
            id: &indicator.id,
            name: &indicator.name,
            unit: &indicator.unit,
            decimals: indicator.decimals,
            numerator: &indicator.numerator,
            denominator: indicator.denominator.as_ref(),
            scale: indicator.scale,
            frequencies: &indicator.frequencies,
            section: &indicator.section,
            baseline: indicator.target.baseline,
            baseline_year: indicator.target.baseline_year,
            target: indicator.target.value,
            target_year: indicator.target.year,
            comparator: indicator.target.comparator,
            aspirational: indicator.target.aspirational,
            each_year: indicator.target.each_year,
            notes: NoteShown::about(indicator, notes),
        }
    }
}

impl<'a> NoteShown<'a> {
    /// The notes on an indicator.
    pub(super) fn about(indicator: &Indicator, notes: &'a [Note]) -> Vec<Self> {
        let about = notes.iter().filter(|note| note.indicators.contains(&indicator.id));
        about.map(|Note { text, source, .. }| Self { text, source }).collect()
    }
}

impl<'a> MeasureShown<'a> {
    fn of(measure: &'a Measure) -> Self {
        let Measure { id, name, unit, .. } = measure;
        Self { id, name, unit, frequencies: frequencies(measure) }
    }
}

impl FieldShown {
    fn of(id: Field) -> Self {
        Self { id, name: Name { zh: id.name_zh().to_owned(), en: id.name_en().to_owned() } }
    }
}
