//! The explanation as it is shown; decimals are strings.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use weir_schemas::codelist::{self, Area, Field};
use weir_schemas::figure::{self, Official};
use weir_schemas::period::Period;
use weir_schemas::plan::{Measure, Name, Rule};

use super::change::Change;
use super::events::Contributing;
use super::made::Made;
use super::past::Past;
use super::rule::{self, RuleShown};
use crate::http::App;
use crate::http::observation::Observation;

/// What was found out about a figure. Of one that may not be shown there is nothing.
pub(super) struct Explained {
    pub(super) ours: figure::Observation,
    pub(super) official: Option<Official>,
    pub(super) made: Option<Made>,
    /// Since the figure before the last change that altered it.
    pub(super) altered: Option<Change>,
    pub(super) since_period: Option<Change>,
    pub(super) events: Option<Vec<Contributing>>,
    pub(super) next: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Answer<'a> {
    indicator: &'a str,
    name: &'a Name,
    unit: &'a Name,
    field: Field,
    area_name: Name,
    synthetic: bool,
    observation: Observation,
    numerator: NumeratorShown<'a>,
    denominator: Option<DenominatorShown<'a>>,
    rules: Rules<'a>,
    versions: Versions<'a>,
    changes: Changes<'a>,
    /// Where growth on the comparable panel is answered, of what has one.
    growth: Option<String>,
    /// For officials within their areas; null for others.
    events: Option<&'a [Contributing]>,
    /// The cursor of the next page of events.
    next: Option<&'a str>,
}

#[derive(Serialize)]
struct NumeratorShown<'a> {
    measure: &'a str,
    name: Option<&'a Name>,
    unit: Option<&'a str>,
    value: Option<Decimal>,
    /// Of a reference value.
    vintage: Option<&'a str>,
    supplement: Option<Decimal>,
    parts: Option<&'a Made>,
}

#[derive(Serialize)]
struct DenominatorShown<'a> {
    /// Null for a number that the plan sets.
    measure: Option<&'a str>,
    name: Option<&'a Name>,
    unit: Option<&'a str>,
    value: Option<Decimal>,
    period: Option<Period>,
    vintage: Option<&'a str>,
}

#[derive(Serialize)]
struct Rules<'a> {
    indicator: RuleShown,
    numerator: Option<RuleShown>,
    denominator: Option<RuleShown>,
    /// Where the plan sets the indicator.
    plan_section: &'a str,
    plan_source: &'a str,
}

#[derive(Serialize)]
struct Versions<'a> {
    plan: &'a str,
    /// SHA-256 of the plan file.
    plan_hash: &'a str,
    /// The projection, named by plan, code lists, tables and projecting code.
    generation: String,
    /// Changes with any byte of any code list.
    code_lists: &'a str,
    areas: &'a str,
    industries: &'a str,
    industry_fields: &'a str,
}

#[derive(Serialize)]
struct Changes<'a> {
    since_previous_figure: Option<&'a Change>,
    since_previous_period: Option<&'a Change>,
}

impl<'a> Answer<'a> {
    pub(super) fn of(app: &'a App, past: &'a Past<'a>, explained: &'a Explained, at: Timestamp) -> Self {
        let (asked, ours) = (past.asked, &explained.ours);
        let indicator = asked.indicator;
        let numerator = app.plan.measure(&indicator.numerator);
        let divisor = past.divisor(ours);
        let denominator = indicator.denominator.as_ref();
        let constant = denominator.is_some_and(|by| by.constant.is_some());
        let synthetic =
            ours.synthetic || explained.official.as_ref().is_some_and(|official| official.synthetic);
        let edition = |list: &str| {
            let found = codelist::EDITIONS.iter().find(|(name, _)| *name == list);
            found.map_or("", |(_, edition)| *edition)
        };
        Self {
            indicator: &indicator.id,
            name: &indicator.name,
            unit: &indicator.unit,
            field: asked.field,
            area_name: Name { zh: asked.area.name_zh().to_owned(), en: asked.area.name_en().to_owned() },
            synthetic,
            observation: Observation::of_indicator(ours.clone(), explained.official.clone(), indicator),
            numerator: NumeratorShown {
                measure: &indicator.numerator,
                name: numerator.map(|one| &one.name),
                unit: numerator.map(|one| one.unit.as_str()),
                value: ours.numerator,
                vintage: ours.numerator_vintage.as_deref(),
                supplement: ours.supplement,
                parts: explained.made.as_ref(),
            },
            denominator: denominator.map(|_| DenominatorShown {
                measure: divisor.map(|one| one.id.as_ref()),
                name: divisor.map(|one| &one.name),
                unit: divisor.map(|one| one.unit.as_str()),
                value: ours.denominator,
                period: ours.denominator_period,
                vintage: ours.denominator_vintage.as_deref(),
            }),
            rules: Rules {
                indicator: rule::of_indicator(indicator),
                numerator: numerator.map(rule::of_measure),
                denominator: if constant { Some(rule::of_constant()) } else { divisor.map(rule::of_measure) },
                plan_section: &indicator.section,
                plan_source: &app.plan.source,
            },
            versions: Versions {
                plan: &app.plan.id,
                plan_hash: &app.plan_hash,
                generation: past.generation.name().to_owned(),
                code_lists: codelist::version(),
                areas: edition("areas"),
                industries: edition("industries"),
                industry_fields: edition("industry_fields"),
            },
            changes: Changes {
                since_previous_figure: explained.altered.as_ref(),
                since_previous_period: explained.since_period.as_ref(),
            },
            growth: numerator.and_then(|measure| growth(measure, asked.area, asked.field, asked.period, at)),
            events: explained.events.as_deref(),
            next: explained.next.as_deref(),
        }
    }
}

fn growth(measure: &Measure, area: Area, field: Field, period: Period, at: Timestamp) -> Option<String> {
    let letter = match period {
        Period::Year(_) => 'A',
        Period::Quarter(..) => 'Q',
        Period::Month(..) => 'M',
    };
    matches!(measure.rule, Rule::Revenue { .. }).then(|| {
        format!(
            "/v1/measures/{}?area={area}&field={field}&freq={letter}&from={period}&to={period}&growth=panel&as_of={at:.3}",
            measure.id
        )
    })
}
