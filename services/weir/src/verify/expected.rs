//! What an answer must be, as it was recounted.

use anyhow::Context;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use weir_recount::{Exact, Figure, Figures, Growth, Measured, Official, half_even, half_up, periods, text};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Indicator, Measure, Rule};

use super::difference::Compared;
use super::question::{About, Question, grows};
use super::targets;

/// Decimals of a figure's exact value as it is answered.
const VALUE_DECIMALS: u32 = 6;

/// An object of JSON.
pub(super) type Object = Map<String, Value>;

/// An answer as it must be.
pub(super) struct Expected {
    /// The day that it was recounted for.
    pub(super) day: Date,
    /// What it is about, for a reader of differences.
    pub(super) about: String,
    /// Its members, but for the list.
    pub(super) members: Object,
    /// The name of its list.
    pub(super) list: &'static str,
    /// By place, what stands in the list.
    pub(super) items: Vec<(String, Object)>,
}

impl Expected {
    /// The answer to a question on a day.
    ///
    /// # Errors
    /// When the plan lacks a measure that one of its indicators names.
    pub(super) fn of(figures: &Figures<'_>, question: &Question<'_>, day: Date) -> anyhow::Result<Self> {
        let (frequency, field, subject, id) = match question.about {
            About::Indicator(one, frequency, field) => (frequency, field, "indicator", one.id.as_str()),
            About::Measure(one, frequency, field) => (frequency, field, "measure", one.id.as_ref()),
            About::Targets => return targets::expected(figures, &question.areas, day),
        };
        let (mut synthetic, mut items) = (false, Vec::new());
        for (area, period) in places(figures, question, frequency, day) {
            let (shown, made_up) = match question.about {
                About::Measure(measure, ..) => measured(figures, measure, area, field, period),
                About::Indicator(indicator, ..) => divided(figures, indicator, area, field, period)?,
                About::Targets => continue,
            };
            synthetic |= made_up;
            items.push((format!("{id} {area} {field} {period}"), shown));
        }
        let members = object(json!({subject: id, "field": field.to_string(), "synthetic": synthetic}));
        Ok(Self { day, about: format!("{id} {field}"), members, list: "observations", items })
    }

    /// Compares an answer with it, one of the list after the other.
    pub(super) fn compare(&self, mut answer: Object, compared: &mut Compared) {
        let theirs = match answer.remove(self.list) {
            Some(Value::Array(items)) => items,
            other => {
                compared.differs(format_args!("{}: {} is no list but {other:?}", self.about, self.list));
                return;
            }
        };
        let mut theirs = theirs.into_iter().map(object);
        for (place, ours) in &self.items {
            compared.compare_json(place, ours, &theirs.next().unwrap_or_default());
        }
        for more in theirs {
            let more = Value::from(more);
            compared.differs(format_args!("{}: one of {} too many: {more}", self.about, self.list));
        }
        compared.compare_json(&self.about, &self.members, &answer);
    }
}

/// Areas and periods in the order in which they are answered.
fn places(
    figures: &Figures<'_>,
    question: &Question<'_>,
    frequency: Frequency,
    day: Date,
) -> Vec<(Area, Period)> {
    let periods = periods(frequency, figures.plan().calendar, day);
    let of = |area: &Area| periods.iter().map(|period| (*area, *period)).collect::<Vec<_>>();
    question.areas.iter().flat_map(of).collect()
}

/// A measure's figure as it is answered, with its growth if it has any; and whether it is made up.
fn measured(
    figures: &Figures<'_>,
    measure: &Measure,
    area: Area,
    field: Field,
    period: Period,
) -> (Object, bool) {
    let Measured { quantity, coverage } = figures.measured(measure, area, field, period);
    // No unit is behind what is said of a round.
    let of_round = matches!(measure.rule, Rule::RoundClosed { .. } | Rule::RoundDeadline { .. });
    let contributors = quantity.contributors.filter(|_| !of_round);
    let mut shown = object(json!({
        "area": area.to_string(),
        "period": period.to_string(),
        "value": rounded(quantity.value.as_ref()),
        "display": quantity.value.as_ref().map(text),
        "numerator": quantity.value.as_ref().map(text),
        "supplement": quantity.supplement.as_ref().map(text),
        "denominator": null,
        "denominator_period": null,
        "denominator_vintage": null,
        "status": quantity.status.letter(),
        "coverage": rounded(coverage.as_ref()),
        "contributors": contributors,
    }));
    if grows(measure) {
        let (rate, contributors, reason) = match figures.growth(measure, area, field, period) {
            Growth::Known(rate, contributors) => (Some(rate), Some(contributors), None),
            Growth::Withheld => (None, None, Some("one or two units lie outside the comparable panel")),
            Growth::Missing => (None, None, Some("no comparable panel: no report says both years")),
        };
        shown.insert("growth".to_owned(), json!(rounded(rate.as_ref())));
        shown.insert("growth_contributors".to_owned(), json!(contributors));
        shown.insert("growth_reason".to_owned(), json!(reason));
    }
    (shown, quantity.synthetic)
}

/// An indicator's figure as it is answered, and whether it is made up.
fn divided(
    figures: &Figures<'_>,
    indicator: &Indicator,
    area: Area,
    field: Field,
    period: Period,
) -> anyhow::Result<(Object, bool)> {
    let figure = figures.indicator(indicator, area, field, period);
    let figure = figure.with_context(|| format!("{} names a measure that is not there", indicator.id))?;
    let numerator = &figure.numerator;
    let mut shown = object(json!({
        "area": area.to_string(),
        "numerator": numerator.value.as_ref().map(text),
        "supplement": numerator.supplement.as_ref().map(text),
        "denominator": figure.denominator.as_ref().map(text),
        "denominator_period": figure.denominator_period.map(|period| period.to_string()),
        "denominator_vintage": figure.denominator_vintage.map(|vintage| vintage.to_string()),
        "coverage": rounded(figure.coverage.as_ref()),
        "contributors": numerator.contributors,
    }));
    shown.append(&mut headline(indicator, period, &figure));
    shown.append(&mut official(figure.official.as_ref()));
    let made_up = figure.synthetic || figure.official.as_ref().is_some_and(|official| official.synthetic);
    Ok((shown, made_up))
}

/// An indicator's figure by itself.
pub(super) fn headline(indicator: &Indicator, period: Period, figure: &Figure) -> Object {
    object(json!({
        "period": period.to_string(),
        "value": rounded(figure.value.as_ref()),
        "display": figure.value.as_ref().map(|number| half_up(number, indicator.decimals)),
        "status": figure.status.letter(),
    }))
}

/// What is officially published beside a figure.
pub(super) fn official(official: Option<&Official>) -> Object {
    let vintage = official.and_then(|official| official.vintage);
    let difference = official.and_then(|official| official.difference.as_ref());
    object(json!({
        "official": rounded(official.map(|official| &official.value)),
        "official_vintage": vintage.map(|vintage| vintage.to_string()),
        "official_difference": rounded(difference),
    }))
}

/// An exact number at the decimals of figures.
pub(super) fn rounded(number: Option<&Exact>) -> Option<String> {
    number.map(|number| half_even(number, VALUE_DECIMALS))
}

/// The members of an object; none of what is no object.
pub(super) fn object(value: Value) -> Object {
    match value {
        Value::Object(members) => members,
        _ => Object::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        let item = object(json!({"area": "510000", "value": "4", "contributors": 2, "coverage": null}));
        Expected {
            day: jiff::civil::date(2024, 1, 1),
            about: "X _T".to_owned(),
            members: object(json!({"field": "_T", "synthetic": false})),
            list: "observations",
            items: vec![("X 510000 _T 2021".to_owned(), item)],
        }
    }

    fn said(answer: Value) -> String {
        let mut compared = Compared::new("Answers", 9);
        expected().compare(object(answer), &mut compared);
        compared.to_string()
    }

    fn answer(observations: &Value) -> Value {
        json!({"field": "_T", "synthetic": false, "observations": observations})
    }

    #[test]
    fn an_answer_is_compared_with_its_types_and_to_its_last_member() {
        let right = json!({"area": "510000", "value": "4", "contributors": 2, "coverage": null});
        assert_eq!(said(answer(&json!([right]))), "Answers: 2 compared, no difference\n");
        let types = json!({"area": "510000", "value": 4, "contributors": "2"});
        assert!(said(answer(&json!([types]))).contains(
            "X 510000 _T 2021: contributors 2 recounted, \"2\" held; coverage null recounted, nothing held; \
             value \"4\" recounted, 4 held"
        ));
        let mut more = right.clone();
        more["units"] = json!(["a"]);
        assert!(said(answer(&json!([more]))).contains("units nothing recounted, [\"a\"] held"));
        assert!(said(answer(&json!([right, right]))).contains("X _T: one of observations too many"));
        assert!(said(answer(&json!([]))).contains("nothing held"));
        assert!(said(json!({"field": "_T"})).contains("observations is no list"));
        let mut whole = answer(&json!([right]));
        whole["synthetic"] = json!(true);
        assert!(said(whole).contains("X _T: synthetic false recounted, true held"));
    }
}
