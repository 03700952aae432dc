//! The primary rules: a cell that tells of few units, or nearly only of the largest, is not shown.

use super::{ConfStatus, Limits};

/// The limits of the primary rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrimaryRules {
    /// The fewest contributors of a figure that is shown; what has none shows zero.
    pub contributors: u64,
    /// The p of the p % rule: the second largest contributor must not be able to tell the largest to within so many per cent.
    pub percent: u16,
}

impl Default for PrimaryRules {
    /// Those of a plan that sets none.
    fn default() -> Self {
        Limits::default().primary()
    }
}

/// How a sum is spread over its contributors; what they add is without sign, in any one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Concentration {
    /// How many add to it.
    pub contributors: u64,
    /// What they add together.
    pub total: i128,
    /// What the two largest of them add; zero where there are fewer.
    pub largest: [i128; 2],
}

impl Concentration {
    /// Of so many contributors, who add up to `total`; `largest` holds at least the two largest of them, the largest first.
    pub fn new(contributors: u64, total: i128, largest: &[i128]) -> Self {
        let at = |place: usize| largest.get(place).copied().unwrap_or_default();
        Self { contributors, total, largest: [at(0), at(1)] }
    }

    /// Of both sums together, to which nobody adds twice.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut largest = [self.largest, other.largest].concat();
        largest.sort_unstable_by(|one, other| other.cmp(one));
        Self::new(self.contributors + other.contributors, self.total.saturating_add(other.total), &largest)
    }
}

impl PrimaryRules {
    /// Whether a cell is confidential: by what it says, or by what changed in it since the period before of the same year,
    /// if there was one. Where nobody changed anything there is nothing to tell.
    pub fn status(&self, level: &Concentration, change: Option<&Concentration>) -> ConfStatus {
        if self.is_of_few(level) {
            return ConfStatus::A;
        }
        if self.is_dominated(level) {
            return ConfStatus::G;
        }
        match change {
            Some(change) if self.is_of_few(change) || self.is_dominated(change) => ConfStatus::M,
            _ => ConfStatus::F,
        }
    }

    fn is_of_few(&self, sum: &Concentration) -> bool {
        (1..self.contributors).contains(&sum.contributors)
    }

    /// total − x₁ − x₂ < p % of x₁: the second largest, who knows what it adds itself, would know the largest that well.
    fn is_dominated(&self, sum: &Concentration) -> bool {
        let [first, second] = sum.largest;
        let others = sum.total.saturating_sub(first).saturating_sub(second);
        others.saturating_mul(100) < first.saturating_mul(i128::from(self.percent))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(mut parts: Vec<i128>) -> Concentration {
        parts.sort_unstable_by(|one, other| other.cmp(one));
        Concentration::new(parts.len() as u64, parts.iter().sum(), &parts)
    }

    fn status(level: &[i128]) -> ConfStatus {
        PrimaryRules::default().status(&of(level.to_vec()), None)
    }

    #[test]
    fn few_units_are_not_shown_and_none_are() {
        assert_eq!(status(&[]), ConfStatus::F);
        assert_eq!([status(&[5]), status(&[5, 5])], [ConfStatus::A; 2]);
        assert_eq!(status(&[5, 5, 5]), ConfStatus::F);
        assert_eq!(status(&[0, 0, 0]), ConfStatus::F, "zero is zero, whoever it is of");
    }

    #[test]
    fn nor_is_what_the_largest_can_be_told_from() {
        assert_eq!(status(&[1000, 500, 99]), ConfStatus::G);
        assert_eq!(status(&[1000, 500, 100]), ConfStatus::F);
        assert_eq!(status(&[1000, 0, 0]), ConfStatus::G, "two of three say nothing");
    }

    #[test]
    fn nor_is_what_changed_by_few() {
        let level = of(vec![100, 100, 100, 100]);
        let status = |change: &[i128]| PrimaryRules::default().status(&level, Some(&of(change.to_vec())));
        assert_eq!(status(&[]), ConfStatus::F);
        assert_eq!([status(&[1]), status(&[1, 1]), status(&[1000, 500, 99])], [ConfStatus::M; 3]);
        assert_eq!(status(&[1, 1, 1]), ConfStatus::F);
    }

    proptest! {
        /// What is shown leaves whoever adds most in doubt of p % to whoever adds second most.
        #[test]
        fn the_second_cannot_tell_the_first(parts in prop::collection::vec(0_i128..1_000_000, 0..6)) {
            let sum = of(parts);
            let rules = PrimaryRules::default();
            if rules.status(&sum, None).is_free() && sum.contributors > 0 {
                let [first, second] = sum.largest;
                prop_assert!(sum.contributors >= 3);
                prop_assert!((sum.total - second - first) * 100 >= first * 10);
            }
        }

        /// Sums that nobody adds to twice are one sum, in parts as well.
        #[test]
        fn sums_add_up(mut parts in prop::collection::vec(0_i128..1_000, 0..6), more in prop::collection::vec(0_i128..1_000, 0..6)) {
            let together = of(parts.clone()).with(&of(more.clone()));
            parts.extend(more);
            prop_assert_eq!(together, of(parts));
        }

        /// No larger limit shows more.
        #[test]
        fn stricter_rules_show_no_more(parts in prop::collection::vec(0_i128..1_000, 0..6), more in 0_u16..90) {
            let sum = of(parts);
            let stricter = PrimaryRules { contributors: 3 + u64::from(more), percent: 10 + more };
            if stricter.status(&sum, None).is_free() {
                prop_assert!(PrimaryRules::default().status(&sum, None).is_free());
            }
        }
    }
}
