//! Figures as they are shown; decimals are strings.

mod table;

use crate::http::openapi::words;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ObsStatus;
use weir_schemas::figure::{self, Growth, Official, Withheld};
use weir_schemas::period::Period;
use weir_schemas::plan::{Indicator, Measure, Rule};

/// What the figures are of.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Subject<'a> {
    /// An indicator, by its id.
    #[serde(serialize_with = "id_of_indicator")]
    Indicator(&'a Indicator),
    /// A measure, by its id.
    #[serde(serialize_with = "id_of_measure")]
    Measure(&'a Measure),
}

fn id_of_indicator<S: Serializer>(indicator: &&Indicator, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&indicator.id)
}

fn id_of_measure<S: Serializer>(measure: &&Measure, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&measure.id)
}

/// The figures of one indicator or measure.
#[derive(Serialize, ToSchema)]
#[schema(as = Observations)]
pub(super) struct Answer<'a> {
    #[serde(flatten)]
    #[schema(value_type = words::Of)]
    pub(super) subject: Subject<'a>,
    #[schema(value_type = words::Field)]
    pub(super) field: Field,
    /// Whether anything shown has a synthetic event behind it.
    pub(super) synthetic: bool,
    pub(super) observations: Vec<Observation>,
    /// Whether growth is asked for, and so shown of each.
    #[serde(skip)]
    pub(super) grows: bool,
}

/// One figure.
#[derive(Serialize, ToSchema)]
pub(super) struct Observation {
    #[schema(value_type = words::Area)]
    area: Area,
    #[schema(value_type = words::Period)]
    period: Period,
    #[schema(value_type = Option<words::Decimal>)]
    value: Option<String>,
    display: Option<String>,
    #[schema(value_type = Option<words::Decimal>)]
    numerator: Option<Decimal>,
    /// What of the numerator was compiled without unit records.
    #[schema(value_type = Option<words::Decimal>)]
    supplement: Option<Decimal>,
    #[schema(value_type = Option<words::Decimal>)]
    denominator: Option<Decimal>,
    #[schema(value_type = Option<words::Period>)]
    denominator_period: Option<Period>,
    denominator_vintage: Option<String>,
    #[schema(value_type = words::Status)]
    status: ObsStatus,
    /// Of the units expected to report those that did.
    #[schema(value_type = Option<words::Decimal>)]
    coverage: Option<String>,
    /// Units behind the numerator; null where there can be none.
    contributors: Option<u64>,
    #[serde(flatten)]
    official: Option<OfficialShown>,
    #[serde(flatten)]
    growth: Option<GrowthShown>,
}

/// What is officially published of an indicator, and how ours differs from it; in the indicator's unit.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = Official)]
pub(super) struct OfficialShown {
    #[schema(value_type = Option<words::Decimal>)]
    pub(super) official: Option<String>,
    pub(super) official_vintage: Option<String>,
    #[schema(value_type = Option<words::Decimal>)]
    pub(super) official_difference: Option<String>,
}

/// Growth on the comparable panel, or why it is not shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Growth)]
struct GrowthShown {
    #[schema(value_type = Option<words::Decimal>)]
    growth: Option<String>,
    growth_contributors: Option<u64>,
    growth_reason: Option<&'static str>,
}

impl<'a> Answer<'a> {
    /// Figures of an indicator in one field, each beside what is officially published of it.
    pub(super) fn of_indicator(
        indicator: &'a Indicator,
        field: Field,
        figures: Vec<(figure::Observation, Option<Official>)>,
    ) -> Self {
        let synthetic = figures.iter().any(|(ours, official)| {
            ours.synthetic || official.as_ref().is_some_and(|official| official.synthetic)
        });
        let shown = |(ours, official)| Observation::of_indicator(ours, official, indicator);
        let observations = figures.into_iter().map(shown).collect();
        Self { subject: Subject::Indicator(indicator), field, synthetic, observations, grows: false }
    }

    /// Values of a measure in one field, each with its growth if that `grows`.
    pub(super) fn of_measure(
        measure: &'a Measure,
        field: Field,
        figures: Vec<(figure::Observation, Option<Growth>)>,
        grows: bool,
    ) -> Self {
        let synthetic = figures.iter().any(|(one, _)| one.synthetic);
        let shown = |(one, growth)| Observation::of_measure(one, growth, measure);
        let observations = figures.into_iter().map(shown).collect();
        Self { subject: Subject::Measure(measure), field, synthetic, observations, grows }
    }
}

impl Observation {
    /// An indicator as it is displayed, at the plan's decimals, beside what is officially published of it.
    pub(super) fn of_indicator(
        figure: figure::Observation,
        official: Option<Official>,
        indicator: &Indicator,
    ) -> Self {
        let display = figure.value.as_ref().map(|value| value.display(indicator.decimals));
        Self { display, official: Some(OfficialShown::of(official)), ..Self::of(figure) }
    }

    /// A measure as it is, in its base unit; with its growth, if that is asked for. No unit is behind what is said of a round.
    fn of_measure(figure: figure::Observation, growth: Option<Growth>, measure: &Measure) -> Self {
        let display = figure.value.as_ref().and(figure.numerator).map(|value| value.to_string());
        let of_round = matches!(measure.rule, Rule::RoundClosed { .. } | Rule::RoundDeadline { .. });
        let contributors = figure.contributors.filter(|_| !of_round);
        Self { display, growth: growth.map(GrowthShown::of), contributors, ..Self::of(figure) }
    }

    fn of(figure: figure::Observation) -> Self {
        Self {
            area: figure.area,
            period: figure.period,
            value: figure.value.map(|value| value.value()),
            display: None,
            numerator: figure.numerator,
            supplement: figure.supplement,
            denominator: figure.denominator,
            denominator_period: figure.denominator_period,
            denominator_vintage: figure.denominator_vintage,
            status: figure.status,
            coverage: figure.coverage.map(|coverage| coverage.value()),
            contributors: figure.contributors,
            official: None,
            growth: None,
        }
    }
}

impl OfficialShown {
    /// All null where nothing is published.
    pub(super) fn of(official: Option<Official>) -> Self {
        official.map_or_else(Self::default, |official| Self {
            official: Some(official.value.value()),
            official_vintage: Some(official.vintage),
            official_difference: official.difference.map(|difference| difference.value()),
        })
    }
}

impl GrowthShown {
    fn of(growth: Growth) -> Self {
        let (rate, contributors, reason) = match growth {
            Growth::Known { rate, contributors } => (Some(rate.value()), Some(contributors), None),
            Growth::Withheld(reason) => (None, None, Some(why(reason))),
            Growth::Missing => (None, None, Some("no comparable panel: no report says both years")),
        };
        Self { growth: rate, growth_contributors: contributors, growth_reason: reason }
    }
}

/// Why growth is not told.
const fn why(withheld: Withheld) -> &'static str {
    match withheld {
        Withheld::Figure => "the figure itself is confidential",
        Withheld::Outside => "one or two units lie outside the comparable panel",
        Withheld::Panel => "the comparable panel is confidential",
    }
}
