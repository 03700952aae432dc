//! Targets as they are shown; decimals are strings.

use crate::http::openapi::words;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use weir_schemas::codelist::Area;
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact::Exact;
use weir_schemas::figure::{Judged, JudgedYear, Observation, Progress};
use weir_schemas::period::Period;
use weir_schemas::plan::{Comparator, Indicator, Name, Note, Plan, Target};

use crate::http::observation::OfficialShown;
use crate::http::plan::NoteShown;

use super::Standing;

#[derive(Serialize, ToSchema)]
#[schema(as = Targets)]
pub(in crate::http) struct Answer<'a> {
    pub(super) synthetic: bool,
    pub(super) targets: Vec<Shown<'a>>,
}

/// One target in one area. Areas inside the plan's have no target of their own: all that it sets is null for them.
#[derive(Serialize, ToSchema)]
#[schema(as = Target)]
pub(in crate::http) struct Shown<'a> {
    #[schema(value_type = words::Area)]
    pub(super) area: Area,
    pub(super) indicator: &'a str,
    #[schema(value_type = words::Name)]
    pub(super) name: &'a Name,
    #[schema(value_type = words::Name)]
    pub(super) unit: &'a Name,
    pub(super) section: &'a str,
    #[schema(value_type = Option<words::Decimal>)]
    pub(super) baseline: Option<Decimal>,
    pub(super) baseline_year: Option<i16>,
    #[schema(value_type = Option<words::Decimal>)]
    pub(super) target: Option<Decimal>,
    pub(super) target_year: Option<i16>,
    #[schema(value_type = Option<words::Comparator>)]
    pub(super) comparator: Option<Comparator>,
    pub(super) aspirational: Option<bool>,
    pub(super) each_year: Option<bool>,
    pub(super) latest: Option<Latest>,
    /// What the path needs in the year of the latest observation.
    #[schema(value_type = Option<words::Decimal>)]
    pub(super) needed: Option<String>,
    path: Vec<Step>,
    pub(super) met: Option<bool>,
    #[schema(value_type = Option<words::Period>)]
    pub(super) met_since: Option<Period>,
    years: Vec<YearShown>,
    pub(super) notes: Vec<NoteShown<'a>>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Observed {
    #[schema(value_type = words::Period)]
    pub(super) period: Period,
    #[schema(value_type = Option<words::Decimal>)]
    pub(super) value: Option<String>,
    pub(super) display: Option<String>,
    #[schema(value_type = words::Status)]
    pub(super) status: ObsStatus,
}

/// The latest observation, beside what is officially published for it.
#[derive(Serialize, ToSchema)]
pub(super) struct Latest {
    #[serde(flatten)]
    pub(super) observed: Observed,
    #[serde(flatten)]
    pub(super) official: OfficialShown,
}

#[derive(Serialize, ToSchema)]
struct Step {
    #[schema(value_type = words::Period)]
    period: Period,
    #[schema(value_type = words::Decimal)]
    value: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Year)]
struct YearShown {
    #[serde(flatten)]
    observed: Observed,
    closed: bool,
    met: Option<bool>,
}

impl<'a> Answer<'a> {
    /// The targets of a plan as they stand.
    pub(in crate::http) fn of(judged: Vec<Standing<'a>>, plan: &'a Plan) -> Self {
        let synthetic = judged.iter().any(|Standing { progress, official, .. }| {
            let years = progress.judged.iter().flat_map(|judged| &judged.years);
            years.map(|year| &year.observation).chain(&progress.latest).any(|one| one.synthetic)
                || official.as_ref().is_some_and(|one| one.synthetic)
        });
        Self { synthetic, targets: judged.into_iter().map(|one| Shown::of(one, &plan.notes)).collect() }
    }
}

impl<'a> Shown<'a> {
    fn of(standing: Standing<'a>, notes: &'a [Note]) -> Self {
        let Standing { area, indicator, progress: Progress { latest, judged }, official } = standing;
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
    fn of(figure: Observation, indicator: &Indicator) -> Self {
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
