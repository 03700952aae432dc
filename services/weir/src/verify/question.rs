//! What query is asked.

use weir_recount::{Figures, frequencies, periods};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::plan::{Frequency, Indicator, Measure, Rule};

/// A series of figures, in some areas, or all targets in some areas.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    pub(super) about: About<'a>,
    pub(super) areas: Vec<Area>,
    /// Whether it is asked as of the moment too: each such answer is summed anew.
    pub(super) of_past: bool,
}

/// What a question is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum About<'a> {
    /// An indicator at a frequency and of a field.
    Indicator(&'a Indicator, Frequency, Field),
    /// A measure at a frequency and of a field.
    Measure(&'a Measure, Frequency, Field),
    /// All targets.
    Targets,
}

/// Whether a measure has a comparable panel, and is asked for with its growth.
pub(super) const fn grows(measure: &Measure) -> bool {
    matches!(measure.rule, Rule::Revenue { .. })
}

impl<'a> Question<'a> {
    /// Every indicator at all its frequencies, in all areas and fields.
    pub(super) fn indicators(figures: &Figures<'a>, most: usize) -> Vec<Self> {
        let plan = figures.plan();
        let mut questions = Vec::new();
        for indicator in &plan.indicators {
            for frequency in &indicator.frequencies {
                for field in Field::ALL {
                    let about = About::Indicator(indicator, *frequency, field);
                    questions.extend(in_parts(
                        about,
                        &areas(figures),
                        at_a_time(figures, *frequency, most),
                        true,
                    ));
                }
            }
        }
        questions
    }

    /// Every measure by the year and, where it has more, by the month: a quarter is its last month. In all areas of all fields
    /// together, and in the plan's own area of each field: the table of cells is compared besides, all of it, and indicators
    /// show their measures in every field. As of the moment by the year and of all fields together alone.
    pub(super) fn measures(figures: &Figures<'a>, most: usize) -> Vec<Self> {
        let plan = figures.plan();
        let mut questions = Vec::new();
        for measure in &plan.measures {
            // What is published, or said of a round, is of no single field.
            let of_fields = !matches!(
                measure.rule,
                Rule::Reference { .. } | Rule::RoundClosed { .. } | Rule::RoundDeadline { .. }
            );
            for frequency in frequencies(measure).iter().copied().filter(|one| *one != Frequency::Q) {
                let at_a_time = at_a_time(figures, frequency, most);
                for field in Field::ALL {
                    let (within, of_past) = match field {
                        Field::Total => (areas(figures), frequency == Frequency::A),
                        _ if of_fields => (vec![plan.area], false),
                        _ => continue,
                    };
                    questions.extend(in_parts(
                        About::Measure(measure, frequency, field),
                        &within,
                        at_a_time,
                        of_past,
                    ));
                }
            }
        }
        questions
    }

    /// All targets of the plan's area, and the latest figures of all areas inside it.
    pub(super) fn targets(figures: &Figures<'a>, most: usize) -> Vec<Self> {
        let at_a_time = (most / figures.plan().indicators.len().max(1)).max(1);
        in_parts(About::Targets, &areas(figures), at_a_time, true)
    }

    /// The path that answers it.
    pub(super) fn path(&self) -> String {
        match self.about {
            About::Indicator(indicator, ..) => format!("/v1/indicators/{}", indicator.id),
            About::Measure(measure, ..) => format!("/v1/measures/{}", measure.id),
            About::Targets => "/v1/targets".to_owned(),
        }
    }

    /// The parameters, but for the moment.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let areas: Vec<String> = self.areas.iter().map(ToString::to_string).collect();
        let mut parameters = vec![("area", areas.join(","))];
        if let About::Indicator(_, frequency, field) | About::Measure(_, frequency, field) = self.about {
            parameters.push(("freq", letter(frequency).to_owned()));
            parameters.push(("field", field.to_string()));
        }
        if matches!(self.about, About::Measure(measure, ..) if grows(measure)) {
            parameters.push(("growth", "panel".to_owned()));
        }
        parameters
    }
}

/// A question about areas, so many at a time.
fn in_parts<'a>(about: About<'a>, areas: &[Area], at_a_time: usize, of_past: bool) -> Vec<Question<'a>> {
    let part = |some: &[Area]| Question { about, areas: some.to_vec(), of_past };
    areas.chunks(at_a_time).map(part).collect()
}

/// The areas that the plan is for.
fn areas(figures: &Figures<'_>) -> Vec<Area> {
    Area::all().filter(|area| figures.plan().area.contains(*area)).collect()
}

/// In how many areas all periods make no more than `most` observations.
fn at_a_time(figures: &Figures<'_>, frequency: Frequency, most: usize) -> usize {
    let periods = periods(frequency, figures.plan().calendar, figures.today()).len();
    (most / periods.max(1)).max(1)
}

/// A frequency as it is asked for.
const fn letter(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::A => "A",
        Frequency::Q => "Q",
        Frequency::M => "M",
    }
}

#[cfg(test)]
mod tests {
    use weir_recount::Recount;
    use weir_schemas::plan::{Plan, SICHUAN_14};

    use super::*;

    #[test]
    fn every_measure_is_asked_for_in_a_bounded_number_of_requests() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let figures = Recount::new(&plan, "2025-12-31T00:00:00Z".parse().unwrap()).finish();
        let questions = Question::measures(&figures, 20_000);
        for measure in &plan.measures {
            let of = |question: &&Question<'_>| question.path().ends_with(&format!("/{}", measure.id));
            let areas: usize = questions.iter().filter(of).map(|question| question.areas.len()).sum();
            assert!(areas >= areas_of_plan(&figures), "{}", measure.id);
        }
        let past = questions.iter().filter(|question| question.of_past).count();
        assert_eq!(past, plan.measures.len(), "one of each");
        assert!(questions.len() <= 24 * plan.measures.len(), "{}", questions.len());
    }

    fn areas_of_plan(figures: &Figures<'_>) -> usize {
        areas(figures).len()
    }

    #[test]
    fn an_answer_holds_no_more_than_it_may() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let figures = Recount::new(&plan, "2025-12-31T00:00:00Z".parse().unwrap()).finish();
        let most = 1_000;
        for question in Question::indicators(&figures, most) {
            let About::Indicator(_, frequency, _) = question.about else { panic!("an indicator") };
            let periods = periods(frequency, plan.calendar, figures.today()).len();
            assert!(question.areas.len() * periods <= most);
        }
        let targets = Question::targets(&figures, most);
        assert!(targets.iter().all(|question| question.areas.len() * plan.indicators.len() <= most));
    }
}
