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
    /// The same of its comparable panel.
    pub panel: &'static str,
    /// Whether each contributor says what it said the period before.
    pub unchanged: bool,
}

impl Confidentiality {
    /// Of what anybody may see.
    pub(crate) const FREE: Self = Self { status: "F", panel: "F", unchanged: false };

    /// Of a sum of these parts, after those of the period before in the same year and those of the quarter before; with what is
    /// said in the panel, this year and the year before.
    pub(crate) fn of(
        parts: &Parts,
        [period, quarter]: [Option<&Parts>; 2],
        panel: [&Parts; 2],
        plan: &Plan,
    ) -> Self {
        if parts.is_empty() {
            return Self::FREE;
        }
        let none = Parts::new();
        let changes = [period, quarter].map(|earlier| changes(parts, earlier.unwrap_or(&none)));
        let unchanged = changes[0].is_empty();
        let by_itself = level(amounts(parts), plan);
        let compared = changes.into_iter().zip([period, quarter]);
        let mut since = compared
            .filter(|(_, earlier)| earlier.is_some_and(|earlier| !earlier.is_empty()))
            .map(|(changes, _)| changes);
        let status = if by_itself != "F" {
            by_itself
        } else if since.any(|changes| level(changes, plan) != "F") {
            "M"
        } else {
            "F"
        };
        let panel = panel.map(|panel| level(amounts(panel), plan)).into_iter().find(|status| *status != "F");
        Self { status, panel: panel.unwrap_or("F"), unchanged }
    }
}

/// What each contributor says, without sign.
fn amounts(parts: &Parts) -> Vec<Exact> {
    parts.values().map(Exact::abs).collect()
}

/// What each contributor says more or less than before, of those that do.
fn changes(parts: &Parts, earlier: &Parts) -> Vec<Exact> {
    let everybody: HashSet<&Contributor> = parts.keys().chain(earlier.keys()).collect();
    let amount = |of: &Parts, who: &Contributor| of.get(who).cloned().unwrap_or_else(Exact::zero);
    let differences = everybody.into_iter().map(|who| (amount(parts, who) - amount(earlier, who)).abs());
    differences.filter(|difference| !difference.is_zero()).collect()
}

/// The letter of a sum of so much of each.
fn level(parts: Vec<Exact>, plan: &Plan) -> &'static str {
    if is_of_few(&parts, plan) {
        "A"
    } else if leaves_no_doubt(parts, plan) {
        "G"
    } else {
        "F"
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
        let none = Parts::new();
        let told = Confidentiality::of(&of(parts), [before.map(of).as_ref(), None], [&none; 2], &plan);
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
