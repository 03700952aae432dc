//! Measures that a plan has without stating them: they follow from its expectations and indicators.

use super::{Expectation, Indicator, Measure, MeasureId, Name, Plan, Rule};

/// What a plan implies besides the measures that it states.
pub(super) fn measures(plan: &Plan) -> Vec<Measure> {
    let official = plan.indicators.iter().filter_map(|indicator| of_indicator(plan, indicator));
    plan.expectations.iter().flat_map(of_expectation).chain(official).collect()
}

/// For each indicator what is officially published of it.
fn of_indicator(plan: &Plan, indicator: &Indicator) -> Option<Measure> {
    let Name { zh, en } = &indicator.name;
    Some(Measure {
        id: MeasureId::from(Measure::official_id(&indicator.id)),
        name: Name { zh: format!("{zh}(官方公布数)"), en: format!("{en}, as officially published") },
        unit: indicator.official_unit(plan.measure(&indicator.numerator)?).to_owned(),
        rule: Rule::Reference { series: indicator.official_series() },
    })
}

/// For each form that is expected: who is, who filed it, and until when they had to.
fn of_expectation(expected: &Expectation) -> [Measure; 3] {
    let form = expected.form;
    [
        units(
            Measure::expected_id(form),
            Rule::Expected(expected.clone()),
            (format!("{form} 应报单位"), format!("{form}: units expected to file")),
        ),
        units(
            Measure::filed_id(form),
            Rule::Filed(expected.clone()),
            (format!("{form} 已报应报单位"), format!("{form}: expected units that filed")),
        ),
        Measure {
            unit: "date".to_owned(),
            ..units(
                Measure::deadline_id(form),
                Rule::RoundDeadline { form },
                (format!("{form} 上报截止日期"), format!("{form}: due by, as yyyymmdd")),
            )
        },
    ]
}

fn units(id: String, rule: Rule, (zh, en): (String, String)) -> Measure {
    Measure { id: MeasureId::from(id), name: Name { zh, en }, unit: "units".to_owned(), rule }
}
