//! Whether a cell would tell what single units report (docs/measures.md §5, primary rules).

use std::collections::{HashMap, HashSet};

use num_traits::{Signed, Zero};
use weir_schemas::plan::{Plan, Rule};

use crate::exact::Exact;

/// Who is behind a part of a sum: a subject or a party, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Contributor {
    /// A subject.
    Subject(u64),
    /// A party.
    Party(u32),
}

/// What each contributor adds to a sum.
pub(crate) type Parts = HashMap<Contributor, Exact>;

/// What is said of a cell's confidentiality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confidentiality {
    /// The letter of SDMX `CL_CONF_STATUS`.
    pub status: &'static str,
    /// Whether each contributor says what it said the period before.
    pub unchanged: bool,
}

impl Confidentiality {
    /// Of what anybody may see.
    pub(crate) const FREE: Self = Self { status: "F", unchanged: false };

    /// Of a sum of these parts, after those of the period before in the same year.
    pub(crate) fn of(parts: &Parts, before: Option<&Parts>, plan: &Plan) -> Self {
        if parts.is_empty() {
            return Self::FREE;
        }
        let said: Vec<Exact> = parts.values().map(Exact::abs).collect();
        let none = Parts::new();
        let earlier = before.unwrap_or(&none);
        let everybody: HashSet<&Contributor> = parts.keys().chain(earlier.keys()).collect();
        let amount = |of: &Parts, who: &Contributor| of.get(who).cloned().unwrap_or_else(Exact::zero);
        let differences = everybody.into_iter().map(|who| (amount(parts, who) - amount(earlier, who)).abs());
        let changes: Vec<Exact> = differences.filter(|difference| !difference.is_zero()).collect();
        let unchanged = changes.is_empty();
        let status = if is_of_few(&said, plan) {
            "A"
        } else if leaves_no_doubt(said, plan) {
            "G"
        } else if before.is_some_and(|before| !before.is_empty())
            && (is_of_few(&changes, plan) || leaves_no_doubt(changes, plan))
        {
            "M"
        } else {
            "F"
        };
        Self { status, unchanged }
    }
}

fn is_of_few(parts: &[Exact], plan: &Plan) -> bool {
    !parts.is_empty() && (parts.len() as u64) < plan.disclosure.contributors
}

/// Whether all but the two largest parts together are less than p % of the largest.
fn leaves_no_doubt(mut parts: Vec<Exact>, plan: &Plan) -> bool {
    parts.sort_unstable_by(|one, other| other.cmp(one));
    let Some(largest) = parts.first() else { return false };
    let rest = parts.iter().skip(2).fold(Exact::zero(), |sum, part| sum + part);
    rest < largest * Exact::new(plan.disclosure.percent.into(), 100.into())
}

/// Whether what a measure counts is protected: what units report, and what contracts are worth.
pub(crate) const fn is_protected(rule: &Rule) -> bool {
    matches!(rule, Rule::Revenue { .. } | Rule::ReportItem { .. } | Rule::ContractAmount)
}

#[cfg(test)]
mod tests {
    use weir_schemas::plan::SICHUAN_14;

    use super::*;

    fn told(parts: &[i64], before: Option<&[i64]>) -> (&'static str, bool) {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let of = |parts: &[i64]| {
            let whole = |amount: &i64| Exact::from_integer((*amount).into());
            (0..)
                .zip(parts)
                .map(|(number, amount)| (Contributor::Subject(number), whole(amount)))
                .collect::<Parts>()
        };
        let told = Confidentiality::of(&of(parts), before.map(of).as_ref(), &plan);
        (told.status, told.unchanged)
    }

    #[test]
    fn few_largest_and_changes_of_few() {
        assert_eq!(told(&[], None), ("F", false));
        assert_eq!(told(&[4, 4], None), ("A", false));
        assert_eq!(told(&[100, 50, 9], None), ("G", false));
        assert_eq!(told(&[100, 50, 10], None), ("F", false));
        assert_eq!(told(&[9, 9, 9], Some(&[9, 9, 9])), ("F", true));
        assert_eq!(told(&[9, 9, 9], Some(&[9, 9, 8])), ("M", false));
        assert_eq!(told(&[9, 9, 9], Some(&[8, 8, 8])), ("F", false));
        assert_eq!(told(&[9, 9, 9], Some(&[])), ("F", false), "there was nothing to compare with");
        assert_eq!(told(&[9, 9, 9], Some(&[9, 9, 9, 1])), ("M", false), "one that went is a change");
    }
}
