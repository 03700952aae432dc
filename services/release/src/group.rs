//! Measures that must be judged together, because they are sums of the same words.

use weir_schemas::event::Item;
use weir_schemas::plan::{Plan, Rule};

/// The items that add up to the first of them, where a report has them all (docs/contract.md §1).
const RESEARCH: [Item; 4] = [Item::RdInternal, Item::RdBasic, Item::RdApplied, Item::RdExperimental];

/// Measures of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their numbers in the plan.
    pub measures: Vec<usize>,
    /// How they hang together.
    pub(crate) relation: Relation,
}

/// How the measures of a group hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// What a unit says is the same in all of them.
    Same,
    /// The first is the sum of the others.
    Sum,
}

/// The protected measures of a plan, in groups.
pub fn groups(plan: &Plan) -> Vec<Group> {
    let protected = (0..).zip(&plan.measures).filter(|(_, measure)| measure.is_protected());
    let mut groups: Vec<Group> = Vec::new();
    let (mut revenue, mut research) = (Vec::new(), Vec::new());
    for (number, measure) in protected {
        match &measure.rule {
            Rule::Revenue { .. } => revenue.push(number),
            Rule::ReportItem { item, forms } if RESEARCH.contains(item) => {
                research.push((forms, *item, number));
            }
            _ => groups.push(Group { measures: vec![number], relation: Relation::Same }),
        }
    }
    if !revenue.is_empty() {
        groups.push(Group { measures: revenue, relation: Relation::Same });
    }
    while let Some((forms, ..)) = research.first().copied() {
        let (alike, others): (Vec<_>, Vec<_>) = research.into_iter().partition(|(of, ..)| *of == forms);
        research = others;
        let found =
            RESEARCH.map(|item| alike.iter().find(|(_, of, _)| *of == item).map(|(.., number)| *number));
        match found {
            [Some(internal), Some(basic), Some(applied), Some(experimental)] if alike.len() == 4 => {
                let measures = vec![internal, basic, applied, experimental];
                groups.push(Group { measures, relation: Relation::Sum });
            }
            _ => groups.extend(
                alike.iter().map(|(.., number)| Group { measures: vec![*number], relation: Relation::Same }),
            ),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use weir_schemas::plan::SICHUAN_14;

    use super::*;

    #[test]
    fn what_adds_up_is_judged_together() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let names: Vec<Vec<&str>> = groups(&plan)
            .iter()
            .map(|group| group.measures.iter().map(|number| &*plan.measures[*number].id).collect())
            .collect();
        let expected: [&[&str]; 5] = [
            &["contract_turnover"],
            &["rd_fte"],
            &["sci_tech_service_revenue"],
            &["high_tech_revenue", "high_tech_industrial_revenue", "industrial_revenue"],
            &["rd_internal", "rd_basic", "rd_applied", "rd_experimental"],
        ];
        assert_eq!(names, expected);
    }
}
