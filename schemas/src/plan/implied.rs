//! Measures that a plan has without stating them: they follow from what it expects.

use super::{Expectation, Measure, MeasureId, Name, Plan, Rule};

/// What a plan implies besides the measures that it states.
pub(super) fn measures(plan: &Plan) -> Vec<Measure> {
    plan.expectations.iter().flat_map(of_expectation).collect()
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
