//! Who is expected to file what, so that what is not filed shows.

use serde::{Deserialize, Serialize};

use super::{Measure, Plan, Rule};
use crate::event::{Form, Status};
use crate::period::{Period, Slot};

/// The units that are expected to file a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The form.
    pub form: Form,
    /// Expected are the units that hold it on the period's last day.
    pub holding: Status,
    /// Of an annual form, also those whose report of the year before is in force.
    #[serde(default)]
    pub filed_before: bool,
    /// The months without a round, 1 to 12.
    #[serde(default)]
    pub waived: Vec<i8>,
}

impl Expectation {
    /// Whether the form has a round for a slot. A form filed for months has December's for the year.
    pub fn has_round(&self, slot: Slot) -> bool {
        match slot.period() {
            Period::Month(_, month) => !self.form.is_annual() && !self.waived.contains(&month),
            _ => true,
        }
    }

    /// Whether expecting it makes sense: `filed_before` is of annual forms, and `waived` of the others.
    pub(super) fn is_sound(&self) -> bool {
        if self.form.is_annual() {
            self.waived.is_empty()
        } else {
            !self.filed_before && self.waived.iter().all(|month| (1..12).contains(month))
        }
    }
}

impl Plan {
    /// The expectations that the coverage of a measure of reports is told by: of its forms. Revenue of units that
    /// hold what one form is expected by comes from that form: services do not dilute industry.
    pub fn expectations_of<'a>(&'a self, measure: &'a Measure) -> impl Iterator<Item = &'a Expectation> {
        let of_form = |one: &&Expectation| measure.is_reported() && measure.forms().contains(&one.form);
        let forms: Vec<&Expectation> = self.expectations.iter().filter(of_form).collect();
        let named = |set: &[Status]| forms.iter().any(|one| set.contains(&one.holding));
        let takes = |one: &Expectation| match &measure.rule {
            Rule::Revenue { holding } => holding.iter().any(|set| set.contains(&one.holding) || !named(set)),
            _ => true,
        };
        forms.iter().copied().filter(|one| takes(one)).collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::SICHUAN_14;

    #[test]
    fn rounds_are_those_the_form_is_filed_for() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let rounds = |form: Form| {
            let expected = plan.expectations.iter().find(|one| one.form == form).unwrap();
            let year = Slot::month(2023, 1).through(Slot::year(2023));
            year.filter(|slot| expected.has_round(*slot)).map(|slot| slot.number() % 100).collect::<Vec<_>>()
        };
        assert_eq!(rounds(Form::B203), (2..=13).collect::<Vec<_>>());
        assert_eq!(rounds(Form::F203), (2..=13).collect::<Vec<_>>());
        assert_eq!(rounds(Form::F107_2), [13]);
    }

    #[test]
    fn coverage_is_told_by_the_forms_a_measure_comes_from() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let forms = |id: &str| {
            let measure = plan.measure(id).unwrap();
            plan.expectations_of(measure).map(|one| one.form.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(forms("high_tech_revenue"), "B203 F203");
        assert_eq!(forms("industrial_revenue"), "B203");
        assert_eq!(forms("high_tech_industrial_revenue"), "B203");
        assert_eq!(forms("sci_tech_service_revenue"), "F203");
        assert_eq!(forms("rd_internal"), "107-2");
        for other in ["high_tech_enterprises", "ref_gdp", "filed_B203", "closed_B203"] {
            assert_eq!(forms(other), "", "{other}");
        }
    }
}
